/** A table with its caption and its head; the rows are the caller's. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { SortHead, type Sorting } from "./sort-head.tsx";

export interface Column {
  readonly title: string;
  readonly class?: string;
  /** A link that sorts by it, where an index serves that order. */
  readonly sorting?: Sorting | null;
}

interface TableProps {
  /** The stylesheet's name for it. */
  readonly class: string;
  readonly caption: string;
  /** The caption is read out and not shown. */
  readonly isCaptionUnseen?: boolean;
  readonly columns: readonly Column[];
  /** The rows bring their own `tbody`s. */
  readonly isGrouped?: boolean;
}

export const Table: FC<PropsWithChildren<TableProps>> = (props) => (
  <table class={props.class}>
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
