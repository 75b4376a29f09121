/** A sentence of the document: what stands between backticks is code. */
import type { FC } from "hono/jsx";

export const Prose: FC<{ text: string }> = ({ text }) => (
  <>{text.split("`").map((part, place) => (place % 2 === 1 ? <code>{part}</code> : part))}</>
);
