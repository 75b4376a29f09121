/** A small game for a first look: 50 players, 1,050 sessions, some of them cheating in the ways that are known. */
import { drawFindings, drawReports } from "./findings.ts";
import { createRandom } from "./random.ts";
import { drawRoster } from "./roster.ts";
import { drawSessions } from "./sessions.ts";
import type { BulkRow, Seed } from "./types.ts";

/** As a game server would have sent them; the id decides between sessions of the same second. */
function byTime(a: BulkRow, b: BulkRow): number {
  const [left, right] = [a.recorded_at + a.session_id, b.recorded_at + b.session_id];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Everything that the seed holds, in the wire formats of the service. Pure: the same `nowMs` (milliseconds
 * since the epoch; the newest session is from the day before) and `seed` give the same bytes.
 */
export function generateSeed({ nowMs, seed }: { readonly nowMs: number; readonly seed: number }): Seed {
  const random = createRandom(seed);
  const members = drawRoster(random);
  const players = members.map(({ player }) => player);
  const byRef = new Map<string, readonly BulkRow[]>();
  for (const member of members) byRef.set(member.player.ref, drawSessions(random, member, nowMs));
  const sessionsOf = (ref: string) => byRef.get(ref) ?? [];
  return {
    players,
    sessions: [...byRef.values()].flat().sort(byTime),
    events: drawFindings(random, players, sessionsOf),
    reports: drawReports(random, players),
  };
}
