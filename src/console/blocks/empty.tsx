/** A list without rows: why, and what to do next. */
import type { FC, PropsWithChildren } from "hono/jsx";

export const Empty: FC<PropsWithChildren<{ title: string }>> = ({ title, children }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    <p>{children}</p>
  </div>
);
