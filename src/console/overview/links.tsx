/** Where the numbers of the overview lead, within the game that it shows. */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { Person } from "../../env.ts";
import { countText } from "../text.tsx";
import { mayCall } from "../viewing.ts";

type Parameters = Readonly<Record<string, string | undefined>>;

/** An address with those parameters that are set. */
export function hrefOf(path: string, parameters: Parameters): string {
  const set = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}

/** A count that leads to what it counts; nothing to see is no link. */
export const Count: FC<{ n: number; href: string; isCut?: boolean }> = ({ n, href, isCut = false }) =>
  n === 0 ? (
    <span class="muted">0</span>
  ) : (
    <a href={href}>
      {countText(n)}
      {isCut ? "+" : ""}
    </a>
  );

interface IfAllowedProps {
  readonly viewer: Person;
  /** As in the access table. */
  readonly route: string;
  readonly href: string;
}

/** A way to a place that not everybody is let into; nothing for the others. */
export const Way: FC<IfAllowedProps & { title: string }> = ({ viewer, route, href, title }) =>
  mayCall(viewer, route) ? <a href={href}>{title}</a> : null;

/** A link for those whom the place lets in, and its text for the others. */
export const IfAllowed: FC<PropsWithChildren<IfAllowedProps>> = ({ viewer, route, href, children }) =>
  mayCall(viewer, route) ? <a href={href}>{children}</a> : <span>{children}</span>;
