/** automation.length-steadiness: sessions of one length, as a schedule makes them. */
import { sessionLength } from "../profile.ts";
import { steadyDetector } from "../statistics/steady-detector.ts";

export const automationLengthSteadiness = steadyDetector({
  id: "automation.length-steadiness",
  metric: sessionLength,
  // Matches of fixed length are steady for everybody, so it only adds.
  weight: 0.5,
  summary: "Sessions are of more equal length than those of the scope's players.",
  sources: [
    "chosen by us: measured against the scope's own distribution of the same spread, docs/detection.md",
  ],
  knownFalsePositives: ["players of one kind of match of fixed length", "parents who set a time limit"],
});
