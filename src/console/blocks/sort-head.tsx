/** The head of a column; where an index serves its order, a link that sorts by it. */
import type { Child, FC } from "hono/jsx";

export interface Sorting {
  /** The list in this order, or in the opposite one where it is in this order already. */
  readonly href: string;
  /** Null: the list is in another order. */
  readonly direction: "ascending" | "descending" | null;
}

interface SortHeadProps {
  readonly title: Child;
  readonly class?: string;
  /** Null: no index serves this order with the filters as they are. */
  readonly sorting: Sorting | null;
}

export const SortHead: FC<SortHeadProps> = ({ title, class: name, sorting }) => (
  <th scope="col" class={name} aria-sort={sorting?.direction ?? undefined}>
    {sorting === null ? (
      title
    ) : (
      <a class="sort" href={sorting.href}>
        {title}
        {sorting.direction === null ? null : (
          <span aria-hidden="true">{sorting.direction === "ascending" ? " ↑" : " ↓"}</span>
        )}
      </a>
    )}
  </th>
);
