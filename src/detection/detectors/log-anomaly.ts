/** log.anomaly: what a server's log found odd, short of a signature. */
import { z } from "zod";
import { defineDetector, suspect } from "../detector.ts";
import { countedTypes, eventTrace, saturating, weightOf } from "../statistics/events.ts";
import { signatureTypes } from "./log-signature.ts";

const params = z.object({
  slopeNats: z.number().default(1.5).describe("Nats of the first medium finding, nearly."),
  ceilingNats: z
    .number()
    .default(6)
    .describe("Most that any number of findings says: below the elevated band alone."),
});

export const logAnomaly = defineDetector({
  id: "log.anomaly",
  version: 1,
  family: "log",
  category: "log",
  summary:
    "The game server's log holds findings that honest play makes too: spikes, fast reactions, manual flags.",
  sources: ["chosen by us: weak by design, a log line holds one moment and good players have many"],
  knownFalsePositives: ["short logs in which one lucky moment is all there is", "lag that looks like speed"],
  minimumEvidence: "1 log event",
  params,
  evaluate: (measured, _baseline, p) => {
    const found = measured.events.filter((e) => e.source === "log" && !signatureTypes.has(e.type));
    if (found.length === 0) return { outcome: "clear", trace: null };
    const nats = saturating(weightOf(found, measured), p.ceilingNats, p.slopeNats);
    return suspect("log", eventTrace(found, nats, `The server's log found: ${countedTypes(found)}.`));
  },
});
