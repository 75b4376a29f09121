/** aim.change: aim that became another's between two sessions. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { defineDetector, type Finding, judged } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { aimSeries, aimStep, aimStepOf, leastBesideStep } from "../scalar.ts";
import { heaviest, judgedScalar, recency, weighedFade } from "../statistics/scalar-detector.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";

const params = z.object({
  formFactor: z
    .number()
    .min(1)
    .default(1.3)
    .describe(
      "Factor on the scope's spread of largest steps: learners, and players of changing form, step further than most.",
    ),
  ordinaryNats: z.number().default(1).describe("Nats that anybody shows; only what is beyond counts."),
  suspectNats: z
    .number()
    .default(7)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});

function judgeChange(measured: Measured, baseline: Baseline, p: z.output<typeof params>): Finding {
  const found = judgedScalar(aimStep, measured, baseline);
  const series = aimSeries(measured);
  const step = aimStepOf(measured);
  if (found === null || series === null || step === null) {
    return { outcome: "insufficient", reason: `fewer than ${2 * leastBesideStep} active sessions` };
  }
  const nats = Math.max(0, upperTailNats(found.z / p.formFactor) - p.ordinaryNats);
  const first = measured.active[step.split];
  if (nats === 0 || first === undefined) return { outcome: "clear", trace: null };
  const trace = {
    surprise: nats * weighedFade(measured, series, step.split) * recency(series, step.split),
    observed: Number(step.height.toPrecision(3)),
    unit: "session sds",
    median: null,
    exposure: step.n,
    sinceMs: first.recordedAtMs,
    sessionIds: heaviest(measured, series, step.split),
    sentence: `Aim stepped up by ${step.height.toFixed(1)} times a session's usual variation from one session to the next and stayed there, further than learning makes it.`,
    tailNats: boundedTailNats(found.z / p.formFactor),
  };
  return judged("rapid_improvement", trace, p.suspectNats);
}

export const aimChange = defineDetector({
  id: "aim.change",
  version: 3,
  family: "aim",
  amongSessions: true,
  category: "rapid_improvement",
  summary: "Headshots, hits to the head and precision step up at one moment by more than learning makes.",
  sources: [
    "chosen by us: measured on simulated learners, hardware changes and mid-career onsets, docs/detection.md",
  ],
  knownFalsePositives: [
    "accounts that change hands within a family",
    "a change of weapon, mode or input device at once",
  ],
  minimumEvidence: "3 active sessions with an aim metric before and after",
  params,
  evaluate: judgeChange,
});
