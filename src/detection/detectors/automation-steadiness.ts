/** automation.steadiness: hands vary from session to session, scripts do not. */
import { z } from "zod";
import { defineDetector, type Finding, judged } from "../detector.ts";
import { fadeAt } from "../fade.ts";
import type { Measured } from "../measured.ts";
import type { Metric } from "../metric.ts";
import { actionsPerMinute, sessionLength } from "../profile.ts";
import { type Variation, variationOf } from "../statistics/steadiness.ts";
import { namedSessions } from "../telling.ts";

const params = z.object({
  minSessions: z.number().int().default(6),
  /** Least coefficient of variation (sd / mean) of actions per minute over one person's sessions. */
  humanActionsCv: z.number().default(0.05),
  /** The same of session length. It only adds: matches of fixed length are steady for everybody. */
  humanLengthCv: z.number().default(0.03),
  lengthWeight: z.number().default(0.3),
  /** Nats that anybody shows. */
  ordinaryNats: z.number().default(1),
  /** Most that steadiness can say. */
  ceilingNats: z.number().default(11),
  /** Most that one repeated number can say, below the elevated band alone: it is as likely the sender's as a script's. */
  constantNats: z.number().default(7),
  suspectNats: z.number().default(3),
});
type Params = z.output<typeof params>;

const valuesOf = (metric: Metric, measured: Measured): number[] =>
  measured.active.filter((s) => metric.exposure(s) > 0).map((s) => metric.amount(s));

function surpriseOf(actions: Variation, length: Variation | null, p: Params): number {
  const own = Math.max(0, actions.nats - p.ordinaryNats);
  if (own === 0) return 0;
  const added =
    length !== null && length.n >= p.minSessions ? p.lengthWeight * Math.max(0, length.nats - 1) : 0;
  return Math.min(actions.cv < 1e-9 ? p.constantNats : p.ceilingNats, own + added);
}

function judgeSteadiness(measured: Measured, p: Params): Finding {
  const actions = variationOf(valuesOf(actionsPerMinute, measured), p.humanActionsCv);
  if (actions === null || actions.n < p.minSessions) {
    return { outcome: "insufficient", reason: `fewer than ${p.minSessions} active sessions` };
  }
  const nats = surpriseOf(actions, variationOf(valuesOf(sessionLength, measured), p.humanLengthCv), p);
  const concerned = measured.active.filter((s) => actionsPerMinute.exposure(s) > 0).reverse();
  const fade =
    concerned.reduce((sum, s) => sum + fadeAt(s.recordedAtMs, measured.asOfMs), 0) / concerned.length;
  const percent = (actions.cv * 100).toFixed(1);
  const trace = {
    surprise: nats * fade,
    observed: Number(actions.cv.toPrecision(3)),
    unit: "sd / mean",
    median: null,
    exposure: actions.n,
    sinceMs: concerned.at(-1)?.recordedAtMs ?? null,
    sessionIds: concerned.slice(0, namedSessions).map((s) => s.sessionId),
    sentence: `Actions per minute vary by ${percent} % over ${actions.n} active sessions; hands vary by ${p.humanActionsCv * 100} % and more.`,
  };
  return judged("bot_like", trace, p.suspectNats);
}

export const automationSteadiness = defineDetector({
  id: "automation.steadiness",
  version: 1,
  family: "automation",
  category: "bot_like",
  summary: "Actions per minute, and session lengths with them, vary less than hands make them vary.",
  sources: [
    "chosen by us: players of CS2CD vary by 0.3 around each other, and the least human spread is set to a sixth",
  ],
  knownFalsePositives: [
    "senders that round, cap or average actions per minute",
    "idle players whose client sends a heartbeat",
  ],
  minimumEvidence: "6 active sessions with actions per minute",
  params,
  evaluate: (measured, _baseline, p) => judgeSteadiness(measured, p),
});
