/** aim.mixture: some sessions are from another hand. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { defineDetector, type Finding, judged } from "../detector.ts";
import type { Measured } from "../measured.ts";
import { aimSeries, skillsTogether } from "../scalar.ts";
import { heaviest, judgedScalar, recency, weighedFade } from "../statistics/scalar-detector.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";

const params = z.object({
  formFactor: z
    .number()
    .min(1)
    .default(2)
    .describe(
      "Factor on the scope's spread: good and bad weeks move skills together for some players more than for most.",
    ),
  ordinaryNats: z.number().default(1).describe("Nats that anybody shows; only what is beyond counts."),
  suspectNats: z
    .number()
    .default(3.5)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});

function judgeMixture(measured: Measured, baseline: Baseline, p: z.output<typeof params>): Finding {
  const found = judgedScalar(skillsTogether, measured, baseline);
  const series = aimSeries(measured);
  if (found === null || series === null) {
    return {
      outcome: "insufficient",
      reason: "fewer than 6 active sessions with aim, reaction and kills or deaths",
    };
  }
  const nats = Math.max(0, upperTailNats(found.z / p.formFactor) - p.ordinaryNats);
  if (nats === 0) return { outcome: "clear", trace: null };
  const ids = heaviest(measured, series);
  const telling = measured.active.find((session) => ids.includes(session.sessionId));
  const trace = {
    surprise: nats * weighedFade(measured, series) * recency(series),
    observed: Number(found.value.toPrecision(3)),
    unit: "co-movement",
    median: Number(found.centre.toPrecision(3)),
    exposure: found.sessions,
    sinceMs: telling?.recordedAtMs ?? null,
    sessionIds: ids,
    sentence: `In some of ${found.sessions} sessions skills that have little to do with each other are better together, by more than the form of the day makes them (${found.value.toFixed(2)}; the scope's centre is ${found.centre.toFixed(2)}).`,
    tailNats: boundedTailNats(found.z / p.formFactor),
  };
  return judged("aim", trace, p.suspectNats);
}

export const aimMixture = defineDetector({
  id: "aim.mixture",
  version: 2,
  family: "aim",
  amongSessions: true,
  category: "aim",
  summary:
    "Headshots and precision jump in the same sessions, and with reaction, kills and survival, by more than these move together themselves, which is form.",
  sources: ["chosen by us: measured on simulated toggling and on weeks of form, docs/detection.md"],
  knownFalsePositives: ["accounts that two people share", "players of two very unlike roles in one mode"],
  minimumEvidence: "6 active sessions with aim, a reaction time, and kills or deaths per minute",
  params,
  evaluate: judgeMixture,
});
