/** Scoring: the one path from evidence to a stored score. */
import { bandOf } from "./bands.ts";
import { type Baseline, isCalibrated } from "./baseline.ts";
import { levelCells, longRecord, scalarCells } from "./cells.ts";
import {
  besideWeight,
  type Contribution,
  combinedSurprise,
  corroboratingNats,
  type Term,
  termsOf,
} from "./combine.ts";
import type { Detector } from "./detector.ts";
import { dueAt } from "./due.ts";
import type { Evidence, SessionEvidence } from "./evidence.ts";
import type { Said } from "./flag-count.ts";
import { ledgerOf, weightsOf } from "./ledger.ts";
import { type Measured, measureEvidence } from "./measured.ts";
import { nextBandOf } from "./next-band.ts";
import { type Profile, shooter } from "./profile.ts";
import { proofDays } from "./proof-days.ts";
import { detectorsOf } from "./registry.ts";
import type { Aggregates, Anomaly, Confidence, Score, Statistics } from "./risk.ts";
import { scalarsOf } from "./scalar.ts";
import { correlationIn } from "./skill.ts";

/** Rises when the same findings could give another score. */
const coreVersion = 3;
/** Below these there is no judgement, only an order. */
export const minimum = { sessions: 3, kills: 60 } as const;

const versions = new WeakMap<Profile, Readonly<Record<string, number>>>();

function versionsOf(profile: Profile): Readonly<Record<string, number>> {
  const known = versions.get(profile);
  if (known !== undefined) return known;
  const fresh = Object.fromEntries(detectorsOf(profile).map(({ id, version }) => [id, version]));
  versions.set(profile, fresh);
  return fresh;
}

/** Enough to judge? Kills count only where the sender reports them at all. */
function confidenceOf(active: readonly SessionEvidence[]): Confidence {
  let kills = 0;
  let reported = false;
  for (const session of active) {
    if (session.kills === null) continue;
    kills += session.kills;
    reported = true;
  }
  const enough = !reported || kills >= minimum.kills;
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

interface Judged {
  readonly contributions: readonly Contribution[];
  readonly anomalies: readonly Anomaly[];
  readonly said: Said;
}

function judge(measured: Measured, baseline: Baseline, all: readonly Detector[]): Judged {
  const contributions: Contribution[] = [];
  const anomalies: Anomaly[] = [];
  const said = { judged: [] as string[], suspect: [] as string[] };
  for (const detector of all) {
    const finding = detector.evaluate(measured, baseline);
    if (finding.outcome === "insufficient") continue;
    said.judged.push(detector.id);
    const trace = finding.outcome === "clear" ? finding.trace : finding;
    const proof = finding.outcome === "suspect" && finding.proof;
    if (trace !== null) contributions.push({ detector, trace, proof });
    if (finding.outcome !== "suspect") continue;
    said.suspect.push(detector.id);
    anomalies.push(finding.anomaly);
  }
  return { contributions, anomalies, said };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

function statisticsOf(
  measured: Measured,
  baseline: Baseline,
  terms: readonly Term[],
  counted: boolean,
): Statistics {
  const unproven = terms.filter((term) => !term.proof);
  return {
    shape: baseline.shape,
    size: counted ? measured.active.length : 0,
    nats: rounded(combinedSurprise(unproven)),
    besideNats: rounded(corroboratingNats(unproven)),
    cells: { ...levelCells(measured), ...scalarCells(measured, scalarsOf(measured.metrics)) },
    proofs: proofDays(measured),
    ...(baseline.weights && { weights: baseline.weights }),
  };
}

/** A score, and what each detector said for it. */
export interface JudgedScore {
  readonly score: Score;
  readonly said: Said;
}

/**
 * The score of a player in one scope, at `evidence.asOfMs`. Deterministic: the order and repetition of sessions and
 * events change nothing, and the same evidence, baseline and versions give the same JSON. Never throws for data.
 */
export const scoreEvidence = (evidence: Evidence, baseline: Baseline, profile: Profile = shooter): Score =>
  judgeEvidence(evidence, baseline, profile).score;

/** As {@link scoreEvidence}, with what each detector said. */
export function judgeEvidence(
  evidence: Evidence,
  baseline: Baseline,
  profile: Profile = shooter,
): JudgedScore {
  const measured = measureEvidence(evidence, profile);
  const all = detectorsOf(profile);
  const { contributions, anomalies, said } = judge(measured, baseline, all);
  const proven = contributions.some((contribution) => contribution.proof);
  const confidence = proven ? "sufficient" : confidenceOf(measured.active);
  const calibrated = isCalibrated(baseline);
  const beside = measured.active.length < longRecord ? besideWeight.short : besideWeight.judged;
  const terms = termsOf(contributions, correlationIn(measured, baseline), beside, baseline.weights);
  const standing = { confidence, calibrated, sessions: measured.active.length } as const;
  const { risk, lines } = ledgerOf(terms, standing, baseline.map);
  const score = {
    risk,
    band: bandOf(risk),
    confidence,
    calibrated,
    asOfMs: evidence.asOfMs,
    ledger: lines,
    anomalies,
    statistics: statisticsOf(measured, baseline, terms, measured.active.length > 0),
    nextBand: nextBandOf(risk, lines),
    dueAtMs: dueAt(weightsOf(terms), standing, baseline.map, risk, evidence.asOfMs),
    aggregates: aggregatesOf(measured.sessions),
    versions: { core: coreVersion, baseline: baseline.version, detectors: versionsOf(profile) },
  };
  return { score, said };
}
