/** What the trail is asked for, by the API and by the console. */
import { z } from "zod";
import type { AuditFilter, AuditKey, DenialRow, ListedEntry } from "../db/audit-list.ts";
import { cursorsOf } from "./cursor.ts";
import { badRequest } from "./problem.ts";
import type { AuditQuery } from "./schemas/audit.ts";

export const auditCursors = cursorsOf("audit", z.strictObject({ at: z.int(), id: z.int() }));
export const denialCursors = cursorsOf(
  "denials",
  z.tuple([z.int(), z.string().max(64), z.string().max(2_000)]),
);
const keys: readonly AuditKey[] = ["actor", "action", "target"];

/** Filters that are given; one alone has an index. */
export const keysIn = (asked: Partial<Record<AuditKey, string | undefined>>): AuditKey[] =>
  keys.filter((key) => asked[key] !== undefined);

/** @throws Problem 400 that names the filters which no index serves together */
export function filterOf(asked: Omit<AuditQuery, "limit">): AuditFilter {
  const [first, ...others] = keysIn(asked);
  if (others.length > 0) {
    throw badRequest(
      others.map((key) => ({
        pointer: `/${key}`,
        code: "unsupported_combination",
        detail: `No index serves ${key} together with ${first}.`,
      })),
    );
  }
  return {
    by: first === undefined ? null : { key: first, value: asked[first] ?? "" },
    sinceMs: asked.since === undefined ? 0 : Date.parse(asked.since),
    untilMs: asked.until === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(asked.until),
  };
}

export const writeCursor = ({ at, id }: ListedEntry) => auditCursors.write({ at, id });
export const writeDenialCursor = ({ minute, kind, who }: DenialRow) =>
  denialCursors.write([minute, kind, who]);
