/** The detectors there are, as their cards say. */
import { Hono } from "hono";
import { parametersOf } from "../detection/card-page.ts";
import type { Detector } from "../detection/detector.ts";
import { detectors as registered } from "../detection/registry.ts";
import type { AppEnv } from "../env.ts";
import * as operations from "../http/operations.ts";

const cardAnswer = (detector: Detector) => ({
  id: detector.id,
  version: detector.version,
  group: detector.family,
  category: detector.category,
  summary: detector.summary,
  minimum_evidence: detector.minimumEvidence,
  sources: detector.sources,
  known_false_positives: detector.knownFalsePositives,
  parameters: parametersOf(detector),
});

export const detectors = new Hono<AppEnv>().get(operations.listDetectors.path, (c) =>
  c.json({ detectors: registered.map(cardAnswer) }),
);
