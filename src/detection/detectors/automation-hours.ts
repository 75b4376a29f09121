/** automation.hours: sessions that no person plays, because people sleep. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { defineDetector, type Finding, judged } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { clock, longestStretchOf, quietestShareOf, stretch } from "../scalar.ts";
import { type JudgedScalar, judgedScalar } from "../statistics/scalar-detector.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";

const params = z.object({
  leastStretchHours: z
    .number()
    .default(14)
    .describe(
      "Hours without a break of sleep's length below which a stretch is nobody's business. Favours long evenings.",
    ),
  ordinaryNats: z.number().default(1).describe("Nats that anybody shows; only what is beyond counts."),
  suspectNats: z
    .number()
    .default(3.5)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});
type Params = z.output<typeof params>;

interface Found {
  readonly nats: number;
  readonly z: number;
  readonly value: number;
  readonly unit: string;
  readonly sentence: string;
  readonly from: number;
  readonly to: number;
}

const natsOf = (found: JudgedScalar | null, p: Params): number =>
  found === null ? 0 : Math.max(0, upperTailNats(found.z) - p.ordinaryNats);

function sleepless(measured: Measured, baseline: Baseline, p: Params): Found | null {
  const found = judgedScalar(stretch, measured, baseline);
  const { hours, from, to } = longestStretchOf(measured.active);
  if (found === null || hours < p.leastStretchHours) return null;
  const sentence = `Played ${hours.toFixed(0)} hours without a break of four hours.`;
  return { nats: natsOf(found, p), z: found.z, value: hours, unit: "hours", sentence, from, to };
}

function aroundTheClock(measured: Measured, baseline: Baseline, p: Params): Found | null {
  const found = judgedScalar(clock, measured, baseline);
  if (found === null) return null;
  const share = quietestShareOf(measured.active);
  const sentence = `${(share * 100).toFixed(0)} % of ${found.sessions} sessions fall into the player's own quietest six hours of the day; people sleep then.`;
  const to = measured.active.length - 1;
  return { nats: natsOf(found, p), z: found.z, value: share, unit: "share", sentence, from: 0, to };
}

function judgeHours(measured: Measured, baseline: Baseline, p: Params): Finding {
  const both = [sleepless(measured, baseline, p), aroundTheClock(measured, baseline, p)];
  const found = both.filter((one) => one !== null).sort((a, b) => b.nats - a.nats)[0];
  if (found === undefined || found.nats === 0) return { outcome: "clear", trace: null };
  const sessions = measured.active.slice(found.from, found.to + 1);
  const fades = measured.fades.slice(found.from, found.to + 1);
  const trace = {
    surprise: (found.nats * fades.reduce((sum, fade) => sum + fade, 0)) / Math.max(1, fades.length),
    observed: Number(found.value.toPrecision(3)),
    unit: found.unit,
    median: null,
    exposure: sessions.length,
    sinceMs: sessions[0]?.recordedAtMs ?? null,
    sessionIds: sessions
      .slice(-10)
      .reverse()
      .map((s) => s.sessionId),
    sentence: found.sentence,
    tailNats: boundedTailNats(found.z),
  };
  return judged("bot_like", trace, p.suspectNats);
}

export const automationHours = defineDetector({
  id: "automation.hours",
  version: 2,
  family: "automation",
  category: "bot_like",
  summary: "Plays without sleep, or at all hours of the day alike.",
  sources: ["chosen by us: measured against the scope's own players, docs/detection.md"],
  knownFalsePositives: ["accounts that several people share", "shift workers and travellers"],
  minimumEvidence: "3 active sessions for a stretch, 12 for the hours of the day",
  params,
  evaluate: judgeHours,
});
