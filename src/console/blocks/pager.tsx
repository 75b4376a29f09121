/** The pages of a list by their cursors. */
import type { FC } from "hono/jsx";

interface PagerProps {
  /** What is listed, for those who hear the page: `players`. */
  readonly of: string;
  /** The first page, for lists that are paged in one direction only. */
  readonly first?: string | null;
  readonly previous?: string | null;
  readonly next: string | null;
}

export const Pager: FC<PagerProps> = ({ of, first = null, previous = null, next }) =>
  [first, previous, next].every((href) => href === null) ? null : (
    <nav class="pager" aria-label={`Pages of ${of}`}>
      {first === null ? null : <a href={first}>First</a>}
      {previous === null ? null : (
        <a href={previous} rel="prev">
          Previous
        </a>
      )}
      {next === null ? null : (
        <a href={next} rel="next">
          Next
        </a>
      )}
    </nav>
  );
