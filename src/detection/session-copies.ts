/** Copies: one session that was sent again under another id is no second piece of evidence. */
import type { SessionEvidence } from "./evidence.ts";

const readings = [
  "durationMinutes",
  "actionsPerMinute",
  "headshotRate",
  "reactionTimeMs",
  "kills",
  "deaths",
  "headshots",
  "shotsFired",
  "shotsHit",
  "movementSpeed",
] as const satisfies readonly (keyof SessionEvidence)[];

/** Readings in which two sessions must agree, to the last digit: fewer agree by chance, or because a sender rounds. Chosen by us. */
const leastReadings = 8;

function areCopies(a: SessionEvidence, b: SessionEvidence): boolean {
  let known = 0;
  for (const reading of readings) {
    if (a[reading] !== b[reading]) return false;
    if (a[reading] !== null) known += 1;
  }
  if (known < leastReadings) return false;
  const names = Object.keys(a.metrics);
  return (
    names.length === Object.keys(b.metrics).length &&
    names.every((name) => a.metrics[name] === b.metrics[name])
  );
}

/** The sessions in their order, of copies the first. */
export function withoutCopies(sessions: readonly SessionEvidence[]): readonly SessionEvidence[] {
  const byDuration = new Map<number | null, SessionEvidence[]>();
  let copies = 0;
  const kept = sessions.filter((session) => {
    const alike = byDuration.get(session.durationMinutes);
    if (alike === undefined) {
      byDuration.set(session.durationMinutes, [session]);
      return true;
    }
    if (alike.some((other) => areCopies(other, session))) {
      copies += 1;
      return false;
    }
    alike.push(session);
    return true;
  });
  return copies === 0 ? sessions : kept;
}
