/** Steadiness of one metric: hands vary from session to session, scripts do not. */
import { z } from "zod";
import type { Baseline } from "../baseline.ts";
import { type Detector, defineDetector, type Finding, judged } from "../detector.ts";
import type { Measured } from "../measured.ts";
import type { Metric } from "../metric.ts";
import { steadinessScalar, variationIn } from "../scalar.ts";
import { boundedTailNats, upperTailNats } from "../tails.ts";
import { judgedScalar, weighedFade } from "./scalar-detector.ts";

export const steadyParams = z.object({
  ordinaryNats: z.number().default(1).describe("Nats that anybody shows."),
  constantNats: z
    .number()
    .default(4)
    .describe(
      "Most that one repeated number can say, below the elevated band alone: it is as likely the sender's as a script's.",
    ),
  weight: z
    .number()
    .default(1)
    .describe("Share of the nats that count: 1 for inputs; less where a scope's rules can be steady."),
  suspectNats: z
    .number()
    .default(3.5)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});

interface SteadyCard {
  readonly id: string;
  readonly metric: Metric;
  readonly weight: number;
  readonly summary: string;
  readonly sources: readonly string[];
  readonly knownFalsePositives: readonly string[];
}

function judgeSteadiness(
  { metric, weight }: SteadyCard,
  measured: Measured,
  baseline: Baseline,
  p: z.output<typeof steadyParams>,
): Finding {
  const scalar = steadinessScalar(metric);
  const found = judgedScalar(scalar, measured, baseline);
  const variation = variationIn(metric, measured);
  if (found === null || variation === null) {
    return { outcome: "insufficient", reason: "fewer than 6 active sessions" };
  }
  const nats = weight * p.weight * Math.max(0, upperTailNats(found.z) - p.ordinaryNats);
  if (nats === 0) return { outcome: "clear", trace: null };
  const constant = variation.spread < 1e-9;
  const exposures = measured.samples.get(metric.id)?.exposure ?? [];
  const concerned = measured.active.filter((_, i) => (exposures[i] ?? 0) > 0).reverse();
  const usual = Math.exp(-found.centre) * 100;
  const percent = (variation.spread * 100).toFixed(1);
  const trace = {
    surprise: (constant ? Math.min(p.constantNats, nats) : nats) * weighedFade(measured, exposures),
    observed: Number(variation.spread.toPrecision(3)),
    unit: "sd / mean",
    median: Number((usual / 100).toPrecision(3)),
    exposure: variation.n,
    sinceMs: concerned.at(-1)?.recordedAtMs ?? null,
    sessionIds: concerned.slice(0, 10).map((s) => s.sessionId),
    sentence: `${metric.label} varies by ${percent} % over ${variation.n} active sessions; the scope's players vary by ${usual.toFixed(0)} %.`,
    tailNats: boundedTailNats(found.z),
  };
  return judged("bot_like", trace, p.suspectNats);
}

/** The steadiness detector of one metric. */
export function steadyDetector(card: SteadyCard): Detector {
  const { metric, weight: _weight, ...about } = card;
  return defineDetector({
    ...about,
    version: 3,
    family: metric.group,
    category: "bot_like",
    minimumEvidence: `6 active sessions with ${metric.label.toLowerCase()}`,
    params: steadyParams,
    evaluate: (measured, baseline, p) => judgeSteadiness(card, measured, baseline, p),
  });
}
