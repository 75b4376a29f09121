/** The pages of a list by their cursors. */
import type { FC } from "hono/jsx";

interface PagerProps {
  /** What is listed, for those who hear the page: `players`. */
  readonly of: string;
  readonly previous: string | null;
  readonly next: string | null;
}

export const Pager: FC<PagerProps> = ({ of, previous, next }) =>
  previous === null && next === null ? null : (
    <nav class="pager" aria-label={`Pages of ${of}`}>
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
