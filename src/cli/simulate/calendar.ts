/** When a player plays: human hours with sleep, more on weekends, over the last three months. */
import type { Kind } from "./kinds.ts";
import type { Random } from "./random.ts";

export interface Slot {
  readonly startMs: number;
  readonly durationMinutes: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const careerDays = 90;
const mostSessions = 150;

/** Sessions of a career: heavy-tailed, median 25, 1 to 150. */
function drawCount(kind: Kind, random: Random): number {
  if (kind === "casual") return 1 + Math.floor(random.next() ** 2 * 4);
  if (kind === "new_account") return 3 + Math.floor(random.next() * 8);
  const least = kind === "long_hours" ? 50 : kind === "learner" || kind === "hardware_step" ? 12 : 1;
  const drawn = Math.round(25 * Math.exp(1.05 * random.normal()));
  return Math.min(mostSessions, Math.max(least, drawn));
}

/** Days before now that a career began and ended; most players are still around. */
function drawCareer(kind: Kind, count: number, random: Random): readonly [number, number] {
  const perDay = kind === "long_hours" ? 5 : 3;
  const least = Math.min(careerDays - 2, Math.max(2, count / perDay));
  const days = kind === "new_account" ? random.between(2, 10) : random.between(least, careerDays - 2);
  const end = random.chance(0.7) ? random.between(2, 5) : random.between(2, careerDays - days);
  return [end + days, end];
}

const isWeekend = (dayStartMs: number): boolean => [0, 6].includes(new Date(dayStartMs).getUTCDay());

/** The days played, with the sessions on each. */
function drawDays(
  count: number,
  [from, to]: readonly [number, number],
  nowMs: number,
  random: Random,
): Map<number, number> {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const days = new Map<number, number>();
  for (let left = count; left > 0; ) {
    const day = today - Math.floor(random.between(to, from)) * dayMs;
    if (!isWeekend(day) && random.chance(0.35)) continue;
    days.set(day, (days.get(day) ?? 0) + 1);
    left -= 1;
  }
  return days;
}

/** Minutes of a session: a match or a few. */
function drawDuration(kind: Kind, usual: number, random: Random): number {
  const longer = kind === "long_hours" ? 2.2 : 1;
  return Math.min(240, Math.max(4, longer * usual * Math.exp(0.3 * random.normal())));
}

/** A day's sessions one after the other, around the player's hour, within the hours the player is awake. */
function fillDay(dayMsUtc: number, lengths: readonly number[], habits: Habits, random: Random): Slot[] {
  const gaps = lengths.map(() => 2 + random.next() ** 2 * 25);
  const total = lengths.reduce((sum, length, i) => sum + length + (gaps[i] ?? 0), 0);
  const latest = habits.wake + habits.awakeHours * 60 - total;
  const wished = habits.hour * 60 + 100 * random.normal() - total / 2;
  let at = Math.max(habits.wake, Math.min(latest, wished)) - habits.zone * 60;
  return lengths.map((durationMinutes, i) => {
    const startMs = dayMsUtc + Math.round(at * minuteMs);
    at += durationMinutes + (gaps[i] ?? 0);
    return { startMs, durationMinutes };
  });
}

/** `wake` in minutes of the local day, `hour` the favourite hour of it, `zone` in hours ahead of UTC. */
interface Habits {
  readonly wake: number;
  readonly awakeHours: number;
  readonly hour: number;
  readonly zone: number;
}

function drawHabits(kind: Kind, random: Random): Habits {
  const wake = 60 * (8.5 + 1.3 * random.normal());
  const zone = Math.floor(random.between(-8, 10));
  return { wake, zone, hour: 19 + 2 * random.normal(), awakeHours: kind === "long_hours" ? 18 : 16 };
}

/** A program left running: hours at a stretch, several in a row, at any time of the day. */
function unattended(count: number, career: readonly [number, number], nowMs: number, random: Random): Slot[] {
  const slots: Slot[] = [];
  const [from, to] = career;
  while (slots.length < count) {
    let at = nowMs - random.between(to, from) * dayMs;
    const row = Math.min(count - slots.length, 1 + Math.floor(random.next() * 5));
    for (let i = 0; i < row; i++) {
      const durationMinutes = Math.min(900, 90 * Math.exp(0.7 * Math.abs(random.normal()) + random.next()));
      slots.push({ startMs: Math.round(at), durationMinutes });
      at += (durationMinutes + random.between(1, 10)) * minuteMs;
    }
  }
  return slots;
}

/** All sessions of a player, oldest first, the last one over before `nowMs`; none overlap save a bot's. */
export function drawCalendar(kind: Kind, nowMs: number, random: Random): Slot[] {
  const count = drawCount(kind, random);
  const career = drawCareer(kind, count, random);
  const habits = drawHabits(kind, random);
  const usual = 27 * Math.exp(0.2 * random.normal());
  const slots =
    kind === "macro_crude"
      ? unattended(count, career, nowMs, random)
      : [...drawDays(count, career, nowMs, random)].flatMap(([day, sessions]) => {
          const lengths = Array.from({ length: sessions }, () => drawDuration(kind, usual, random));
          return fillDay(day, lengths, habits, random);
        });
  slots.sort((a, b) => a.startMs - b.startMs);
  const overshoot = Math.max(0, ...slots.map((s) => s.startMs + s.durationMinutes * minuteMs - nowMs));
  return slots.map((slot) => ({ ...slot, startMs: slot.startMs - Math.ceil(overshoot) }));
}
