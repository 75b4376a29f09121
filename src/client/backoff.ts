/** How long to wait before a request is sent again. Pure. */

const baseMs = 500;
const capMs = 30_000;

/**
 * Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): anything from nothing to the
 * exponential bound, so that senders that failed together do not come back together. `failures` counts from 1.
 */
export function backoffMs(failures: number, random: number): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** (failures - 1)));
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds: seconds or a date; null where it is absent or neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // A bare number of another kind would parse as a year.
  const at = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** Milliseconds until a permit is free again where `RateLimit` says that none is left; else 0. */
export function exhaustedMs(rateLimit: string | null): number {
  const left = /;\s*r=(\d{1,9})/.exec(rateLimit ?? "")?.[1];
  const seconds = /;\s*t=(\d{1,9})/.exec(rateLimit ?? "")?.[1];
  return left !== undefined && Number(left) === 0 ? Number(seconds ?? 0) * 1_000 : 0;
}
