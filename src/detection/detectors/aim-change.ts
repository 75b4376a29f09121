/** aim.change: aim that became another's between two sessions. */
import { z } from "zod";
import { defineDetector, type Finding, judged, type Trace } from "../detector.ts";
import { fadeAt } from "../fade.ts";
import type { Measured } from "../measured.ts";
import { naturalOf } from "../metric.ts";
import { accuracy, firstBulletAccuracy, headHitRate, headshotRate, killsPerShot } from "../profile.ts";
import { type Step, stepAt } from "../statistics/change.ts";
import { namedSessions } from "../telling.ts";

const params = z.object({
  /** Active sessions needed on either side. */
  minSessions: z.number().int().default(3),
  /** Sessions looked at on either side. */
  windowSessions: z.number().int().default(8),
  /** Step in log-odds or log rate that learning or new hardware makes: a share of 0.40 that becomes 0.52. */
  allowance: z.number().default(0.5),
  /** Step in log-odds of the headshot rate that needs no second metric: 0.40 that becomes 0.73. */
  loneStep: z.number().default(1.4),
  /** Nats that a metric needs to count as stepping. */
  stepNats: z.number().default(3),
  /** Weight of each metric after the strongest: they are measures of one aim. */
  discount: z.number().default(0.4),
  suspectNats: z.number().default(3),
});
type Params = z.output<typeof params>;

const watched = [headshotRate, accuracy, headHitRate, firstBulletAccuracy, killsPerShot] as const;

interface Moment {
  readonly split: number;
  readonly steps: readonly Step[];
  readonly nats: number;
}

/** What stepped at one moment, strongest first; null unless several metrics did or headshots did by a lot. */
function momentAt(measured: Measured, split: number, p: Params): Moment | null {
  const steps: Step[] = [];
  for (const metric of watched) {
    const samples = measured.samples.get(metric.id);
    const step = samples === undefined ? null : stepAt(metric, samples, split, p);
    if (step !== null && step.nats >= p.stepNats) steps.push(step);
  }
  steps.sort((a, b) => b.nats - a.nats);
  const lone = steps.some((s) => s.metric === headshotRate && s.after - s.before >= p.loneStep);
  if (steps.length < 2 && !lone) return null;
  const nats = steps.reduce((sum, step, i) => sum + step.nats * (i === 0 ? 1 : p.discount), 0);
  return { split, steps, nats };
}

function traceOf(measured: Measured, moment: Moment, surprise: number): Trace | null {
  const strongest = moment.steps[0];
  const first = measured.active[moment.split];
  if (strongest === undefined || first === undefined) return null;
  const [before, after] = [strongest.before, strongest.after].map((x) =>
    naturalOf(strongest.metric.kind, x).toPrecision(2),
  );
  return {
    surprise,
    observed: Number(after),
    unit: strongest.metric.unit,
    median: null,
    exposure: Math.round(strongest.exposure),
    sinceMs: first.recordedAtMs,
    sessionIds: measured.active.slice(moment.split, moment.split + namedSessions).map((s) => s.sessionId),
    sentence: `${moment.steps.map((s) => s.metric.label).join(", ")} stepped up from one session to the next; ${strongest.metric.label} went from ${before} to ${after}.`,
  };
}

function judgeChange(measured: Measured, p: Params): Finding {
  const splits = measured.active.length - 2 * p.minSessions + 1;
  if (splits < 1)
    return { outcome: "insufficient", reason: `fewer than ${2 * p.minSessions} active sessions` };
  let best: Moment | null = null;
  for (let split = p.minSessions; split < p.minSessions + splits; split++) {
    const moment = momentAt(measured, split, p);
    if (moment !== null && (best === null || moment.nats > best.nats)) best = moment;
  }
  const first = best === null ? undefined : measured.active[best.split];
  if (best === null || first === undefined) return { outcome: "clear", trace: null };
  // Every moment was tried, so the best of them is less surprising by the log of their number.
  const nats = Math.max(0, best.nats - 1 - Math.log(splits)) * fadeAt(first.recordedAtMs, measured.asOfMs);
  const trace = traceOf(measured, best, nats);
  return trace === null
    ? { outcome: "clear", trace: null }
    : judged("rapid_improvement", trace, p.suspectNats);
}

export const aimChange = defineDetector({
  id: "aim.change",
  version: 1,
  family: "aim",
  category: "rapid_improvement",
  summary:
    "Several aim metrics, or the headshot rate by a lot, step up at one moment by more than learning makes.",
  sources: [
    "chosen by us: allowance above the steps of simulated learners and hardware changes in test/detection",
  ],
  knownFalsePositives: [
    "accounts that change hands within a family",
    "a change of weapon, mode or input device at once",
  ],
  minimumEvidence: "3 active sessions with an aim metric before and after",
  params,
  evaluate: (measured, _baseline, p) => judgeChange(measured, p),
});
