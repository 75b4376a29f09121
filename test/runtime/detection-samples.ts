/** What pages on detectors and scopes read, put where sweeps, verdicts and baseline jobs would have left it. */
import { createDb } from "../../src/db/client.ts";
import { dayOf } from "../../src/db/days.ts";
import { addFlagCounts } from "../../src/db/quality.ts";
import type { Baseline, Histogram } from "../../src/detection/baseline.ts";
import { env, nowMs } from "./service.ts";

export const today = dayOf(nowMs);
export const hostileGame = "<script>alert(1)</script>";
export const hostileMode = `‮gnp/../%41 "'?#&`;

export interface DayOf {
  readonly game?: string;
  readonly mode?: string;
  /** Days before today. */
  readonly ago: number;
  readonly detector: string;
  readonly version?: number;
  readonly judged: number;
  readonly flagged: number;
  readonly newly?: number;
}

/** Rows of days; a statement of SQL makes them, whatever their number. */
export async function plantDays(rows: readonly DayOf[]): Promise<void> {
  const values = rows.map(({ game = "cs2", mode = "premier", version = 1, newly = 0, ...row }) => [
    game,
    mode,
    today - row.ago,
    row.detector,
    version,
    row.judged,
    row.flagged,
    newly,
  ]);
  await env.DB.prepare(
    `INSERT INTO detector_days (game, mode, day, detector, version, judged, flagged, newly_flagged)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7 FROM json_each(?)`,
  )
    .bind(JSON.stringify(values))
    .run();
}

export interface FlagsOf {
  readonly game: string;
  readonly month: string;
  readonly detector: string;
  readonly version?: number;
  readonly flags: number;
  readonly confirmed?: number;
  readonly cleared?: number;
}

export async function plantFlags(rows: readonly FlagsOf[]): Promise<void> {
  const none = { inconclusive: 0, overturned: 0, onset_to_flag_ms: 0, onset_to_flag_n: 0 };
  const counts = rows.map((row) => ({
    version: 1,
    confirmed: 0,
    cleared: 0,
    ...none,
    flag_to_decision_ms: 0,
    flag_to_decision_n: 0,
    ...row,
  }));
  await addFlagCounts(createDb(env.DB), counts);
}

export interface ScopeOf {
  readonly game?: string;
  readonly mode?: string;
  readonly players?: number;
  readonly baseline?: Baseline | null;
  readonly histogram?: Histogram;
  readonly undeclared?: readonly string[];
  readonly stale?: boolean;
}

export async function plantScope(scope: ScopeOf): Promise<void> {
  const {
    game = "cs2",
    mode = "premier",
    players = 0,
    baseline = null,
    histogram = {},
    undeclared = [],
  } = scope;
  await env.DB.prepare(
    `INSERT INTO scopes (game, mode, version, players, histogram, baseline, undeclared, stale, refreshed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
    .bind(
      game,
      mode,
      baseline?.version ?? 0,
      players,
      JSON.stringify(histogram),
      baseline === null ? null : JSON.stringify(baseline),
      JSON.stringify(undeclared),
      scope.stale ? 1 : 0,
      baseline === null ? null : nowMs - 3_600_000,
    )
    .run();
}

/** Text as people read it: without tags, spaces joined, the marks of HTML undone. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");

/** A section of a page, by the id of its heading, until the next one that has a heading. */
export const sectionOf = (body: string, heading: string): string => {
  const [, section = ""] = body.split(`<section aria-labelledby="${heading}"`);
  return section.split(/<section[^>]* aria-labelledby=/)[0] ?? "";
};

/** The addresses of a page's links, as a browser would follow them. */
export const hrefsOf = (body: string): string[] =>
  [...body.matchAll(/href="([^"]+)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&").replaceAll("&#39;", "'"),
  );
export const nextOf = (body: string): string | null =>
  /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;
