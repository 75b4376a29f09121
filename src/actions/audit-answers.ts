/** The audit trail as the API tells it. */
import type { Verification } from "../audit/verify.ts";
import type { DenialRow, ListedEntry } from "../db/audit-list.ts";
import { isoOf } from "./answers.ts";

const minuteMs = 60_000;

/** What is personal of an entry; null once it was erased. */
function personalOf(payload: string | null) {
  if (payload === null) return { address: null, details: null };
  const { salt: _, address, ...details } = JSON.parse(payload) as Record<string, unknown>;
  return { address: typeof address === "string" ? address : null, details };
}

export const auditEntryAnswer = (entry: ListedEntry) => ({
  id: entry.id,
  at: isoOf(entry.at),
  action: entry.action,
  actor: entry.actor,
  target: entry.target,
  request_id: entry.request_id,
  ...personalOf(entry.payload),
  sealed: entry.sealed === 1,
});

export const denialAnswer = ({ minute, kind, who, count, last_at }: DenialRow) => ({
  minute: isoOf(minute * minuteMs),
  kind,
  who,
  count,
  last_at: isoOf(last_at),
});

export const verificationAnswer = (found: Verification) => ({
  checked: found.checked,
  sealed_through: found.sealedThrough,
  unsealed: found.unsealed,
  head: found.head,
  problems: found.problems,
  next: found.next,
});
