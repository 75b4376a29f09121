/** A table with its caption and its head; the rows are the caller's. */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { SortHead, type Sorting } from "./sort-head.tsx";

export interface Column {
  /** Text, or the link and the notes that name the column. */
  readonly title: Child;
  readonly class?: string;
  /** A link that sorts by it, where an index serves that order. */
  readonly sorting?: Sorting | null;
}

/** Columns that are only their names. */
export const columnsOf = (...titles: readonly string[]): readonly Column[] =>
  titles.map((title) => ({ title }));

interface TableProps {
  /** The stylesheet's name for it. */
  readonly class: string;
  readonly caption: Child;
  /** The caption is read out and not shown. */
  readonly isCaptionUnseen?: boolean;
  readonly columns: readonly Column[];
  /** The rows bring their own `tbody`s and `tfoot`. */
  readonly isGrouped?: boolean;
  /** Where a chart over this table draws a line upwards (seconds since the epoch). */
  readonly onset?: number | undefined;
}

export const Table: FC<PropsWithChildren<TableProps>> = (props) => (
  <table class={props.class} data-onset={props.onset}>
    <caption class={props.isCaptionUnseen ? "unseen" : undefined}>{props.caption}</caption>
    <thead>
      <tr>
        {props.columns.map(({ title, class: name, sorting }) => (
          <SortHead
            title={title}
            {...(name === undefined ? {} : { class: name })}
            sorting={sorting ?? null}
          />
        ))}
      </tr>
    </thead>
    {props.isGrouped ? props.children : <tbody>{props.children}</tbody>}
  </table>
);

/** Rows under a title of their own, in a table that `isGrouped`; `span` columns wide. */
export const RowGroup: FC<PropsWithChildren<{ title: string; span: number }>> = ({
  title,
  span,
  children,
}) => (
  <tbody>
    <tr class="group">
      <th scope="rowgroup" colspan={span}>
        {title}
      </th>
    </tr>
    {children}
  </tbody>
);
