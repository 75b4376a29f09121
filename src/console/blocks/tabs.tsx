/** Views of one thing, each with an address of its own. */
import type { FC } from "hono/jsx";

export interface Tab {
  readonly title: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

export const Tabs: FC<{ label: string; tabs: readonly Tab[] }> = ({ label, tabs }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map(({ title, href, isCurrent }) => (
      <a href={href} aria-current={isCurrent ? "page" : undefined}>
        {title}
      </a>
    ))}
  </nav>
);
