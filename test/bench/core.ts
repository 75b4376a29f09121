/** The pure core, without a store: standings scored a second on one core of this machine. */
import { simulatePlayers } from "../../src/cli/simulate/population.ts";
import { priorBaseline } from "../../src/detection/baseline.ts";
import type { Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { parseSessionRow } from "../../src/telemetry/session.ts";

export const sessionsEach = 50;
const nowMs = Date.parse("2026-11-01T00:00:00Z");

function sessionOf(row: unknown): SessionEvidence {
  const parsed = parseSessionRow(row, { nowMs }, Date.parse);
  if ("fault" in parsed) throw new Error(parsed.fault.detail);
  return { ...parsed.session, metrics: parsed.session.metrics ?? {} };
}

/** The first players with enough sessions, cut to the same length. */
function evidenceOf(players: number): Evidence[] {
  const all: Evidence[] = [];
  for (const { rows } of simulatePlayers({ seed: 11, players: players * 8, prevalence: 0.05, nowMs })) {
    if (rows.length < sessionsEach) continue;
    const sessions = rows.slice(0, sessionsEach).map(sessionOf);
    const believed = { serverTrusted: true, reporterCredibility: 0.5 };
    all.push({ game: "g", mode: "m", asOfMs: nowMs, sessions, events: [], ...believed });
    if (all.length === players) break;
  }
  return all;
}

/** Players of {@link sessionsEach} sessions a second, round by round; the first warms up and is not among them. */
export function measureCore(players: number, rounds: number): number[] {
  const evidence = evidenceOf(players);
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startMs = performance.now();
    for (const one of evidence) scoreEvidence(one, priorBaseline);
    if (round > 0) rates.push((evidence.length * 1_000) / (performance.now() - startMs));
  }
  return rates;
}
