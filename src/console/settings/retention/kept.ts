/** What is kept for how long, and what changes that. */
import type { Env } from "../../../env.ts";
import { type Retention, retentionOf } from "../../../telemetry/retention.ts";

export interface KeptRule {
  readonly what: string;
  /** In words: `400 days`, `until the player is erased`. */
  readonly howLong: string;
  /** The variable that changes it; null: nothing does. */
  readonly variable: keyof Env | null;
  readonly note: string;
}

const daysText = (days: number): string => `${days.toLocaleString("en-US")} ${days === 1 ? "day" : "days"}`;

const byVariable = (kept: Retention): readonly KeptRule[] => [
  {
    what: "Sessions",
    howLong: daysText(kept.sessionDays),
    variable: "SESSION_RETENTION_DAYS",
    note: "What is older is not taken. How many were played on a day stays.",
  },
  {
    what: "Events and reports",
    howLong: daysText(kept.eventDays),
    variable: "EVENT_RETENTION_DAYS",
    note: "What is older is not taken. How many there were on a day stays.",
  },
  {
    what: "Decided cases, and decisions that are over",
    howLong: daysText(kept.caseDays),
    variable: "CASE_RETENTION_DAYS",
    note: "With evidence, reviews and appeals. Never one that is open, nor one whose decision is in force.",
  },
  {
    what: "The history of scores",
    howLong: daysText(kept.historyDays),
    variable: "HISTORY_RETENTION_DAYS",
    note: "The score of today stays.",
  },
  {
    what: "The audit trail and counted refusals",
    howLong: daysText(kept.auditDays),
    variable: "AUDIT_RETENTION_DAYS",
    note: "Whole sealed blocks are pruned, and a signed checkpoint says up to where.",
  },
];

/** A line for each rule there is. */
export const keptRules = (env: Env): readonly KeptRule[] => [
  ...byVariable(retentionOf(env)),
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
    what: "Players and their scores, what is open, what is in force",
    howLong: "until the player is erased",
    variable: null,
    note: "Erasing is the API's DELETE /api/players/{player}.",
  },
];
