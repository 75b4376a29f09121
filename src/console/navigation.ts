/** The places of the console: a new one is a line here, and then stands in the bar and in the list of shortcuts. */
import type { Person, Role } from "../env.ts";

export interface Place {
  readonly key: string;
  readonly title: string;
  readonly path: string;
  /** The key that follows `g`. */
  readonly shortcut: string;
  /** Who sees it; absent: everybody who is signed in. */
  readonly roles?: readonly Role[];
  /** Whether it is there for people who are not signed in, too. */
  readonly open?: true;
}

export const places = [
  { key: "overview", title: "Overview", path: "/", shortcut: "o", open: true },
  { key: "players", title: "Players", path: "/players", shortcut: "p" },
  { key: "queue", title: "Queue", path: "/queue", shortcut: "q" },
  { key: "decisions", title: "Decisions", path: "/decisions", shortcut: "d" },
  { key: "detectors", title: "Detectors", path: "/detectors", shortcut: "t" },
  { key: "scopes", title: "Scopes", path: "/scopes", shortcut: "s" },
  { key: "audit", title: "Audit", path: "/audit", shortcut: "u", roles: ["admin"] },
  { key: "settings", title: "Settings", path: "/settings", shortcut: "e" },
  { key: "docs", title: "API", path: "/docs", shortcut: "a", open: true },
] as const satisfies readonly Place[];

export type PlaceKey = (typeof places)[number]["key"];

/** The places of whoever looks; null: nobody that is known. */
export function placesOf(viewer: Person | null): readonly Place[] {
  const all: readonly Place[] = places;
  if (viewer === null) return all.filter(({ open }) => open);
  return all.filter(({ roles }) => roles === undefined || roles.includes(viewer.role));
}
