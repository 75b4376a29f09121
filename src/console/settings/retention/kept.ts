/** What is kept for how long, and what changes that: a line here for each rule there is. */
import { retentionMs as auditRetentionMs } from "../../../audit/trail.ts";
import type { Env } from "../../../env.ts";
import { retentionDays } from "../../../telemetry/retention.ts";

const dayMs = 86_400_000;

export interface KeptRule {
  readonly what: string;
  /** In words: `400 days`, `until the player is erased`. */
  readonly howLong: string;
  /** The variable that changes it; null: nothing does. */
  readonly variable: keyof Env | null;
  readonly note: string;
}

const daysText = (days: number): string => `${days.toLocaleString("en-US")} ${days === 1 ? "day" : "days"}`;

export const keptRules = (env: Env): readonly KeptRule[] => [
  {
    what: "Sessions, events and reports",
    howLong: daysText(retentionDays(env.SESSION_RETENTION_DAYS)),
    variable: "SESSION_RETENTION_DAYS",
    note: "What is older is not taken.",
  },
  {
    what: "The audit trail and counted refusals",
    howLong: daysText(auditRetentionMs(env) / dayMs),
    variable: "AUDIT_RETENTION_DAYS",
    note: "Whole sealed blocks are pruned, and a signed checkpoint says up to where.",
  },
  {
    what: "Sign-ins and refresh tokens",
    howLong: "until they expire",
    variable: null,
    note: "A sign-in of the console lasts an hour.",
  },
  {
    what: "Idempotency keys and marks of forms",
    howLong: daysText(1),
    variable: null,
    note: "So long a request that is sent again is answered again.",
  },
  {
    what: "Replaced baselines",
    howLong: daysText(90),
    variable: null,
    note: "Those that a case rests on stay: it can be computed again.",
  },
  {
    what: "Changes of decisions for mirrors",
    howLong: daysText(31),
    variable: null,
    note: "A mirror that stays away for longer starts anew.",
  },
  {
    what: "Players, scores, cases and decisions",
    howLong: "until the player is erased",
    variable: null,
    note: "Erasing is the API's DELETE /api/players/{player}.",
  },
];
