/** How far back rows may lie: as long as they are kept. */

const dayMs = 86_400_000;
const defaultDays = 400;
/** A hundred years: more is a typing error. */
const maxDays = 36_500;

/** Days that sessions are kept, from `SESSION_RETENTION_DAYS`; what is no whole number of days counts as unset. */
export function retentionDays(text: string | undefined): number {
  const days = /^[0-9]{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return days >= 1 && days <= maxDays ? days : defaultDays;
}

/** Rows from before this are not taken. */
export const oldestMsOf = (nowMs: number, text: string | undefined): number =>
  nowMs - retentionDays(text) * dayMs;
