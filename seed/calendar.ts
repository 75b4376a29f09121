/** When a player plays: at its own hour of the day, over the last five weeks, never twice at once. */
import type { Random } from "./random.ts";

export const dayMs = 86_400_000;
export const windowDays = 35;
const hourMs = 3_600_000;

/**
 * Start times in milliseconds, oldest first, all before today (UTC). At most one a day, so that even eight
 * hours of play end before the next session; `count` is at most `windowDays`. `recent` players came this week.
 */
export function drawTimes(random: Random, count: number, recent: boolean, nowMs: number): number[] {
  const todayMs = nowMs - (nowMs % dayMs);
  const usualHour = random.between(13, 19);
  const span = recent ? 4 : windowDays;
  const gapDays = Math.floor(span / count);
  return Array.from({ length: count }, (_, index) => {
    const day = Math.floor((index * span) / count) + random.whole(0, gapDays - 1);
    const hour = usualHour + Math.max(-2.5, Math.min(2.5, random.normal()));
    const startMs = todayMs - (span - day) * dayMs + hour * hourMs;
    // A whole number of seconds: that is how servers write it.
    return Math.floor(startMs / 1_000) * 1_000;
  });
}
