/** When a failed delivery is tried again. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Waits before the second, third, ... attempt: more than 31 hours from the first to the eighth and last. Chosen by us. */
export const retryDelaysMs = [5_000, 30_000, 2 * minute, 10 * minute, hour, 6 * hour, day] as const;
export const maxAttempts = retryDelaysMs.length + 1;

/** A receiver that is back is noticed within this. */
const longestBreakMs = hour;
/** Nobody is asked to wait longer than this, whatever it says. */
const longestWishMs = day;
/** Delays are spread by up to this share, either way, so that retries of many do not come together. */
const spread = 0.2;

/** @param random 0 to 1 */
const jittered = (delayMs: number, random: number): number =>
  Math.round(delayMs * (1 - spread + 2 * spread * random));

/** The wait after the given number of attempts; null: that was the last. */
export function retryDelayMs(attempts: number, random: number): number | null {
  const delayMs = retryDelaysMs[attempts - 1];
  return delayMs === undefined ? null : jittered(delayMs, random);
}

/** How long a receiver is left alone after so many failures in a row beyond those that are let pass. */
export function breakMs(extraFailures: number, random: number): number {
  const delayMs = retryDelaysMs[extraFailures] ?? longestBreakMs;
  return jittered(Math.min(delayMs, longestBreakMs), random);
}

/** `Retry-After` as seconds or as a date (RFC 9110, 10.2.3); null where it says nothing that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  const waitMs = /^[0-9]{1,9}(\.[0-9]{1,3})?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(Math.ceil(waitMs), 0), longestWishMs);
}
