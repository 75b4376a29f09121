/** The trail's address: one of actor, action and target, a stretch of time, and the page. */
import { z } from "zod";
import type { AuditKey } from "../../db/audit-list.ts";
import { keysIn } from "../../http/audit-filter.ts";
import { cursor } from "../../http/schemas/requests.ts";
import { identifier, instant } from "../../telemetry/fields.ts";

/** What a browser's field for times gives: no zone, which is UTC here. */
const localTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/)
  .transform((text) => `${text.length === 16 ? `${text}:00` : text}Z`);
const time = z
  .union([localTime.pipe(instant), instant])
  .optional()
  .catch(undefined);
const named = (max: number) => identifier(max).optional().catch(undefined);

export const AuditPageQuery = z.object({
  actor: named(200),
  action: named(64),
  target: named(400),
  since: time,
  until: time,
  after: cursor.catch(undefined),
});
export type AuditPageQuery = z.infer<typeof AuditPageQuery>;

export function hrefOf(path: string, query: Partial<AuditPageQuery>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length === 0 ? path : `${path}?${new URLSearchParams(set)}`;
}
export const auditHref = (query: Partial<AuditPageQuery>): string => hrefOf("/audit", query);

/** What to drop where two filters have no index together; null: they go together. */
export interface Hint {
  readonly text: string;
  readonly ways: readonly { readonly key: AuditKey; readonly href: string }[];
}

export function hintOf(query: AuditPageQuery): Hint | null {
  const keys = keysIn(query);
  if (keys.length < 2) return null;
  const { since, until } = query;
  const ways = keys.map((key) => ({ key, href: auditHref({ [key]: query[key], since, until }) }));
  return { text: "No index serves these together: choose one of actor, action and target.", ways };
}

/** A time as a browser's field wants it, in UTC. */
export const fieldTimeOf = (iso: string | undefined): string =>
  iso === undefined ? "" : new Date(iso).toISOString().slice(0, 16);
