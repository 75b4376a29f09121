/** Scoring: the one path from evidence to a stored score. */
import { bandOf } from "./bands.ts";
import type { Baseline } from "./baseline.ts";
import { type Contribution, termsOf } from "./combine.ts";
import type { Evidence, SessionEvidence } from "./evidence.ts";
import { ledgerOf } from "./ledger.ts";
import { type Measured, measureEvidence } from "./measured.ts";
import { shooter } from "./profile.ts";
import { detectors } from "./registry.ts";
import type { Aggregates, Anomaly, Confidence, Level, Score } from "./risk.ts";

/** Rises when the same findings could give another score. */
const coreVersion = 1;
/** Below these there is no judgement, only an order. */
const minimum = { sessions: 3, kills: 60 } as const;

const detectorVersions = Object.fromEntries(detectors.map((detector) => [detector.id, detector.version]));

/** Enough to judge? Kills count only where the sender reports them at all. */
function confidenceOf(active: readonly SessionEvidence[]): Confidence {
  const killed = active.flatMap((s) => (s.kills === null ? [] : [s.kills]));
  const enough = killed.length === 0 || killed.reduce((a, b) => a + b, 0) >= minimum.kills;
  return active.length >= minimum.sessions && enough ? "sufficient" : "insufficient";
}

function meanOf(
  sessions: readonly SessionEvidence[],
  read: (s: SessionEvidence) => number | null,
): number | null {
  let sum = 0;
  let n = 0;
  for (const session of sessions) {
    const value = read(session);
    if (value === null) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? null : sum / n;
}

const aggregatesOf = (sessions: readonly SessionEvidence[]): Aggregates => ({
  sessions: sessions.length,
  avgDurationMinutes: meanOf(sessions, (s) => s.durationMinutes),
  avgActionsPerMinute: meanOf(sessions, (s) => s.actionsPerMinute),
  avgHeadshotRate: meanOf(sessions, (s) => s.headshotRate),
});

// A millionth of a scale unit moves no score and keeps stored levels short.
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The levels that enter the scope's histogram: those with the exposure that their card asks for. */
function levelsOf(measured: Measured): Record<string, Level> {
  const levels: Record<string, Level> = {};
  for (const metric of shooter) {
    const level = measured.levels.get(metric.id);
    if (level === undefined || level.exposure < metric.minimumExposure) continue;
    levels[metric.id] = { level: rounded(level.level), variance: rounded(level.variance) };
  }
  return levels;
}

/**
 * The score of a player in one scope, at `evidence.asOfMs`. Deterministic: the order and repetition of sessions and
 * events change nothing, and the same evidence, baseline and versions give the same JSON. Never throws for data.
 */
export function scoreEvidence(evidence: Evidence, baseline: Baseline): Score {
  const measured = measureEvidence(evidence);
  const contributions: Contribution[] = [];
  const anomalies: Anomaly[] = [];
  for (const detector of detectors) {
    const finding = detector.evaluate(measured, baseline);
    if (finding.outcome === "insufficient") continue;
    const trace = finding.outcome === "clear" ? finding.trace : finding;
    const proof = finding.outcome === "suspect" && finding.proof;
    if (trace !== null) contributions.push({ detector, trace, proof });
    if (finding.outcome === "suspect") anomalies.push(finding.anomaly);
  }
  const proven = contributions.some((contribution) => contribution.proof);
  const confidence = proven ? "sufficient" : confidenceOf(measured.active);
  const { risk, lines } = ledgerOf(termsOf(contributions), confidence);
  return {
    risk,
    band: bandOf(risk),
    confidence,
    calibrated: false,
    asOfMs: evidence.asOfMs,
    dueAtMs: null,
    ledger: lines,
    anomalies,
    levels: levelsOf(measured),
    aggregates: aggregatesOf(measured.sessions),
    versions: { core: coreVersion, baseline: baseline.version, detectors: detectorVersions },
  };
}
