/** automation.steadiness: hands vary from session to session, scripts do not. */
import { actionsPerMinute } from "../profile.ts";
import { steadyDetector } from "../statistics/steady-detector.ts";

export const automationSteadiness = steadyDetector({
  id: "automation.steadiness",
  metric: actionsPerMinute,
  weight: 1,
  summary: "Actions per minute vary less than the scope's players make them vary.",
  sources: [
    "chosen by us: measured against the scope's own distribution of the same spread, docs/detection.md",
  ],
  knownFalsePositives: [
    "senders that round, cap or average actions per minute",
    "idle players whose client sends a heartbeat",
  ],
});
