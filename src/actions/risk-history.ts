/** The history of a score: a point for each move that people would notice, with the versions behind it. */
import type { StoredScore } from "../db/standings.ts";
import type { Confidence } from "../detection/risk.ts";

/** One point, compact: most of a history is numbers. */
type Point = readonly [
  asOfMs: number,
  riskHundredths: number,
  confidence: Confidence,
  core: number,
  baseline: number,
  detectors: number,
  /** Absent from points of before games declared profiles. */
  profile?: number,
];

interface Stored {
  /** Detector versions, each set once; points refer to them by place. */
  readonly detectors: readonly Readonly<Record<string, number>>[];
  /** Oldest first. */
  readonly points: readonly Point[];
}

const maxPoints = 100;
/** Smaller moves are noise of the same evidence: one point of risk, in hundredths. */
const noticeable = 100;

const parse = (stored: string | null): Stored =>
  stored === null ? { detectors: [], points: [] } : (JSON.parse(stored) as Stored);

/** The place of a set of versions, which is added if it is new. */
function placeOf(known: Stored["detectors"], versions: Readonly<Record<string, number>>) {
  const text = JSON.stringify(versions);
  const place = known.findIndex((candidate) => JSON.stringify(candidate) === text);
  return place >= 0 ? { detectors: known, place } : { detectors: [...known, versions], place: known.length };
}

/** The history with a score's point, if it moved noticeably, changed its confidence, or is the first. */
export function withPoint(stored: string | null, score: StoredScore): string {
  const { detectors: known, points } = parse(stored);
  const last = points.at(-1);
  const isSame = last && Math.abs(last[1] - score.risk) < noticeable && last[2] === score.confidence;
  if (stored !== null && isSame) return stored;
  const { detectors, place } = placeOf(known, score.versions.detectors);
  const { core, baseline, profile } = score.versions;
  const point: Point = [score.asOfMs, score.risk, score.confidence, core, baseline, place, profile];
  return JSON.stringify({ detectors, points: [...points, point].slice(-maxPoints) });
}

export interface HistoryPoint {
  readonly asOfMs: number;
  readonly risk: number;
  readonly confidence: Confidence;
  readonly versions: StoredScore["versions"];
}

/** The points of a history, newest first. */
export function pointsOfHistory(stored: string | null): HistoryPoint[] {
  const { detectors, points } = parse(stored);
  return points
    .map(([asOfMs, risk, confidence, core, baseline, place, profile = 0]) => ({
      asOfMs,
      risk,
      confidence,
      versions: { core, profile, baseline, detectors: detectors[place] ?? {} },
    }))
    .reverse();
}

/** The history without the points from before a time, and without the versions that only they had; the newest stays. */
export function withoutPointsBefore(stored: string, beforeMs: number): string {
  const { detectors: known, points } = parse(stored);
  const kept = points.filter(([asOfMs], place) => asOfMs >= beforeMs || place === points.length - 1);
  let detectors: Stored["detectors"] = [];
  const moved = kept.map(([asOfMs, risk, confidence, core, baseline, version, ...profile]): Point => {
    const found = placeOf(detectors, known[version] ?? {});
    detectors = found.detectors;
    return [asOfMs, risk, confidence, core, baseline, found.place, ...profile];
  });
  return JSON.stringify({ detectors, points: moved });
}
