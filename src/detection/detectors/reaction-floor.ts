/** reaction.floor: faster than a body can be. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { within } from "../columns.ts";
import { defineDetector, type Finding, judged, suspect, type Trace } from "../detector.ts";
import type { SessionEvidence } from "../evidence.ts";
import { fadeAt } from "../fade.ts";
import type { Measured } from "../measured.ts";
import { reactionTime } from "../profile.ts";
import { isSuspended } from "../proof-breaker.ts";
import { remembered } from "../remembered.ts";
import { namedSessions } from "../telling.ts";

const params = z.object({
  floorMs: z
    .number()
    .default(110)
    .describe("Mean of the fastest quarter, in ms, from which on no hand explains it."),
  impossibleMs: z
    .number()
    .default(100)
    .describe("A session below this, in ms, is impossible: repeated, it is a proof."),
  minSessions: z
    .number()
    .int()
    .default(3)
    .describe("Least sessions in the fastest quarter, and impossible sessions that make a proof."),
  floorNats: z.number().default(5).describe("Nats at the floor, and for each further ms below it."),
  natsPerMs: z.number().default(0.15).describe("Nats for each further ms below the floor."),
  proofNats: z
    .number()
    .default(21.5)
    .describe("Nats that carry a proof past 75 points; they do not fade, what is above them does."),
});
type Params = z.output<typeof params>;
const defaults = params.parse({});

/** Reaction of each active session; NaN where there is none. */
function reactionsOf({ columns }: Measured): Float64Array {
  const [low, high] = reactionTime.range;
  return columns.sent.reactionTimeMs.map((ms) => within(ms, low, high));
}

/** All reactions, fastest first. */
const sortedReactions = remembered((measured: Measured): Float64Array => {
  const [low, high] = reactionTime.range;
  const sent = measured.columns.sent.reactionTimeMs;
  const reactions = new Float64Array(sent.length);
  let n = 0;
  for (let i = 0; i < sent.length; i++) {
    const ms = sent[i] ?? Number.NaN;
    if (ms >= low && ms <= high) reactions[n++] = ms;
  }
  return reactions.subarray(0, n).sort();
});

/** How many sessions the fastest quarter of those with a reaction has: at least `least`; null with fewer than that. */
function quarterSize(measured: Measured, least: number): number | null {
  const n = sortedReactions(measured).length;
  return n < least ? null : Math.max(least, Math.ceil(n / 4));
}

/** The fastest `size` sessions of those that have a reaction, fastest first; of equal ones the oldest. */
function fastestSessions(measured: Measured, size: number): SessionEvidence[] {
  const reactions = reactionsOf(measured);
  const at = (i: number): number => reactions[i] ?? Number.NaN;
  const timed = [...reactions.keys()].filter((i) => !Number.isNaN(at(i)));
  timed.sort((a, b) => at(a) - at(b) || a - b);
  return timed.slice(0, size).flatMap((i) => measured.active[i] ?? []);
}

/** The fastest quarter's reactions, fastest first; null with fewer than `least` sessions that have one. */
function fastestQuarter(measured: Measured, least: number): Float64Array | null {
  const size = quarterSize(measured, least);
  return size === null ? null : sortedReactions(measured).subarray(0, size);
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;

function traceOf(
  fastest: readonly SessionEvidence[],
  meanMs: number,
  surprise: number,
  median: number | null,
): Trace {
  return {
    surprise,
    observed: Math.round(meanMs * 10) / 10,
    unit: "ms",
    median,
    exposure: fastest.length,
    sinceMs: Math.min(...fastest.map((s) => s.recordedAtMs)),
    sessionIds: fastest.slice(0, namedSessions).map((s) => s.sessionId),
    sentence: `Reacted within ${meanMs.toFixed(0)} ms on average over the ${fastest.length} fastest sessions; no hand does.`,
    tailNats: null,
  };
}

/** How many reactions, fastest first, are impossible. */
function impossibleIn(reactions: Float64Array, p: Params): number {
  const possible = reactions.findIndex((ms) => ms >= p.impossibleMs);
  return possible < 0 ? reactions.length : possible;
}

/** When the last session that a proof needs was over; null without a proof. The defaults decide, so that all count alike. */
export function reactionProofAtMs(measured: Measured): number | null {
  const p = defaults;
  const reactions = measured.serverTrusted ? fastestQuarter(measured, p.minSessions) : null;
  const impossible = reactions === null ? 0 : impossibleIn(reactions, p);
  if (impossible < p.minSessions) return null;
  const times = fastestSessions(measured, impossible)
    .map((s) => s.recordedAtMs)
    .sort((a, b) => a - b);
  return times[p.minSessions - 1] ?? null;
}

function judgeFloor(measured: Measured, baseline: Baseline, p: Params): Finding {
  const reactions = fastestQuarter(measured, p.minSessions);
  if (reactions === null)
    return { outcome: "insufficient", reason: `fewer than ${p.minSessions} sessions with a reaction` };
  const meanMs = meanOf(reactions);
  if (meanMs >= p.floorMs) return { outcome: "clear", trace: null };
  const fastest = fastestSessions(measured, reactions.length);
  const scope = baseline.metrics[reactionTime.id];
  const median = scope === undefined ? null : Math.round(Math.exp(scope.median));
  const fade = meanOf(Float64Array.from(fastest, (s) => fadeAt(s.recordedAtMs, measured.asOfMs)));
  const nats = (p.floorNats + p.natsPerMs * (p.floorMs - meanMs)) * fade;
  const proof = measured.serverTrusted && impossibleIn(reactions, p) >= p.minSessions;
  if (!proof || isSuspended(baseline, "reaction.floor", reactionProofAtMs(measured)))
    return judged("reaction_time", traceOf(fastest, meanMs, nats, median), 0);
  return suspect("reaction_time", traceOf(fastest, meanMs, p.proofNats + nats, median), true);
}

export const reactionFloor = defineDetector({
  id: "reaction.floor",
  version: 2,
  family: "reaction",
  category: "reaction_time",
  summary: "Sessions whose mean reaction no human hand reaches, over the fastest quarter of sessions.",
  sources: [
    "R. D. Luce, Response Times (Oxford University Press, 1986): no genuine reaction is faster than about 100 ms",
    "M. T. G. Pain and A. Hibbs, Sprint starts and the minimum auditory reaction time (2007), doi:10.1080/02640410600718004: starts can come near 85 ms, for sound, which is faster than sight",
  ],
  knownFalsePositives: [
    "clients that report time to first shot of pre-aimed corners",
    "clocks that round to ticks or subtract the network delay twice",
  ],
  minimumEvidence: "3 active sessions with a reaction time",
  params,
  evaluate: judgeFloor,
});
