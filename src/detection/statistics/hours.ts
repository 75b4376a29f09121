/** Hours: play without sleep, and play around the clock. */
import type { SessionEvidence } from "../evidence.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A break shorter than this is no sleep, in hours. Chosen by us; favours the player. */
const sleepHours = 4;

/** Longest stretch in hours without a break of sleep's length, and where it began. `recordedAtMs` is a session's end. */
export function longestStretch(sessions: readonly SessionEvidence[]): {
  readonly hours: number;
  readonly from: number;
  readonly to: number;
} {
  let best = { hours: 0, from: 0, to: 0 };
  let from = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;
  let begin = 0;
  for (let i = 0; i < sessions.length; i++) {
    const session = sessions[i];
    if (session === undefined) continue;
    const start = session.recordedAtMs - (session.durationMinutes ?? 0) * minuteMs;
    if (start - lastEnd > sleepHours * hourMs) {
      from = i;
      begin = start;
    }
    lastEnd = Math.max(lastEnd, session.recordedAtMs);
    const hours = (lastEnd - begin) / hourMs;
    if (hours > best.hours) best = { hours, from, to: i };
  }
  return best;
}

const quietHours = 6;
const spread = 24;

/** Share of the playing time in the quietest six hours of the day, 0..0.25; people sleep then, programs need not. */
export function quietestShare(sessions: readonly SessionEvidence[]): number {
  const hours = new Float64Array(24);
  let total = 0;
  for (const { recordedAtMs, durationMinutes } of sessions) {
    const middle = recordedAtMs / hourMs - (durationMinutes ?? 0) / 120;
    const hour = ((Math.floor(middle) % spread) + spread) % spread;
    hours[hour] = (hours[hour] ?? 0) + 1;
    total += 1;
  }
  let least = total;
  for (let from = 0; from < 24; from++) {
    let sum = 0;
    for (let i = 0; i < quietHours; i++) sum += hours[(from + i) % 24] ?? 0;
    if (sum < least) least = sum;
  }
  return total === 0 ? 0 : least / total;
}
