/** `npm run bench:core`: players scored a second by the pure core on one core of this machine, round by round. */
import { simulatePlayers } from "../../src/cli/simulate/population.ts";
import {
  addDelta,
  type Baseline,
  deltaOfAll,
  type Histogram,
  priorBaseline,
  refreshedBaseline,
} from "../../src/detection/baseline.ts";
import type { Evidence, SessionEvidence } from "../../src/detection/evidence.ts";
import type { Score } from "../../src/detection/risk.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { parseSessionRow } from "../../src/telemetry/session.ts";

const players = Number(process.argv[2] ?? 2_000);
const sessionsEach = 50;
const nowMs = Date.parse("2026-11-01T00:00:00Z");

function sessionOf(row: unknown): SessionEvidence {
  const parsed = parseSessionRow(row, { nowMs }, Date.parse);
  if ("fault" in parsed) throw new Error(parsed.fault.detail);
  return { ...parsed.session, metrics: parsed.session.metrics ?? {} };
}

/** The first players with enough sessions, cut to the same length. */
function evidenceOf(): Evidence[] {
  const all: Evidence[] = [];
  for (const { rows } of simulatePlayers({ seed: 11, players: players * 8, prevalence: 0.05, nowMs })) {
    if (rows.length < sessionsEach) continue;
    const sessions = rows.slice(0, sessionsEach).map(sessionOf);
    all.push({
      game: "g",
      mode: "m",
      asOfMs: nowMs,
      sessions,
      events: [],
      serverTrusted: true,
      reporterCredibility: 0.5,
    });
    if (all.length === players) break;
  }
  return all;
}

const evidence = evidenceOf();
let baseline: Baseline = priorBaseline;
let histogram: Histogram | null = null;
let previous: (Score | null)[] = evidence.map(() => null);
const table: Record<string, unknown> = {};
for (let round = 1; round <= 4; round++) {
  const startMs = performance.now();
  const scores = evidence.map((one) => scoreEvidence(one, baseline));
  const seconds = (performance.now() - startMs) / 1_000;
  const moves = scores.map((after, place) => ({ before: previous[place] ?? null, after }));
  histogram = addDelta(histogram, deltaOfAll(moves));
  const bytes = scores.reduce((sum, score) => sum + JSON.stringify(score).length, 0) / scores.length;
  table[`round ${round}`] = {
    players: evidence.length,
    "players of 50 sessions a second": Math.round(evidence.length / seconds),
    "bytes a score": Math.round(bytes),
    "bytes of the histogram": JSON.stringify(histogram).length,
  };
  previous = scores;
  baseline = refreshedBaseline(baseline, histogram ?? {}, evidence.length) ?? baseline;
}
console.table(table);
