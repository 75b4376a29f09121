/** log.detector: what detectors outside this service suspect. */
import { z } from "zod";
import { defineDetector, suspect } from "../detector.ts";
import { countedTypes, eventTrace, saturating, weightOf } from "../statistics/events.ts";

const params = z.object({
  slopeNats: z.number().default(2).describe("Nats of the first medium event, nearly."),
  ceilingNats: z
    .number()
    .default(6)
    .describe("Most that any number of events says: below the elevated band alone."),
});

export const logDetector = defineDetector({
  id: "log.detector",
  version: 1,
  family: "log",
  category: "log",
  summary: "A detector outside this service suspects the player.",
  sources: [
    "chosen by us: the error rate of a foreign detector is unknown here, so it ranks and does not convict",
  ],
  knownFalsePositives: [
    "detectors that fire at every good match",
    "input software that people need, taken for macros",
  ],
  minimumEvidence: "1 detector event",
  params,
  evaluate: (measured, _baseline, p) => {
    const found = measured.events.filter((e) => e.source === "detector");
    if (found.length === 0) return { outcome: "clear", trace: null };
    const nats = saturating(weightOf(found, measured), p.ceilingNats, p.slopeNats);
    return suspect("log", eventTrace(found, nats, `Another detector reported: ${countedTypes(found)}.`));
  },
});
