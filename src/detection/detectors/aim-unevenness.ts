/** aim.unevenness: aim varies more between sessions than one hand makes it. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { defineDetector, type Finding, judged } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { aimSeries, aimVariance } from "../scalar.ts";
import { heaviest, judgedScalar, recency, weighedFade } from "../statistics/scalar-detector.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";

const params = z.object({
  formFactor: z
    .number()
    .min(1)
    .default(1.4)
    .describe(
      "Factor on the scope's spread: good and bad weeks make aim uneven for some players more than for most.",
    ),
  ordinaryNats: z.number().default(1).describe("Nats that anybody shows; only what is beyond counts."),
  suspectNats: z
    .number()
    .default(3.5)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});

function judgeUnevenness(measured: Measured, baseline: Baseline, p: z.output<typeof params>): Finding {
  const found = judgedScalar(aimVariance, measured, baseline);
  const series = aimSeries(measured);
  if (found === null || series === null) {
    return { outcome: "insufficient", reason: "fewer than 6 active sessions" };
  }
  const nats = Math.max(0, upperTailNats(found.z / p.formFactor) - p.ordinaryNats);
  if (nats === 0) return { outcome: "clear", trace: null };
  const ids = heaviest(measured, series);
  const telling = measured.active.find((session) => ids.includes(session.sessionId));
  const trace = {
    surprise: nats * weighedFade(measured, series) * recency(series),
    observed: Number(Math.exp(found.value).toPrecision(3)),
    unit: "times the usual variance",
    median: Number(Math.exp(found.centre).toPrecision(3)),
    exposure: found.sessions,
    sinceMs: telling?.recordedAtMs ?? null,
    sessionIds: ids,
    sentence: `Aim varies ${Math.exp(found.value).toFixed(1)} times as much over ${found.sessions} sessions as chance and form explain; the scope's usual is ${Math.exp(found.centre).toFixed(1)} times.`,
    tailNats: boundedTailNats(found.z / p.formFactor),
  };
  return judged("aim", trace, p.suspectNats);
}

export const aimUnevenness = defineDetector({
  id: "aim.unevenness",
  version: 2,
  family: "aim",
  amongSessions: true,
  category: "aim",
  summary: "Headshots and precision differ between sessions by more than chance and form make them.",
  sources: ["chosen by us: measured on simulated toggling and on weeks of form, docs/detection.md"],
  knownFalsePositives: ["accounts that two people share", "players of two very unlike roles in one mode"],
  minimumEvidence: "6 active sessions with an aim metric",
  params,
  evaluate: judgeUnevenness,
});
