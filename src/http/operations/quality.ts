/** How good detection turned out to be, and what its verdicts teach. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/quality.ts";
import { GameParam } from "../schemas/requests.ts";

export const getDetectorQuality = defineOperation({
  method: "get",
  path: "/api/detectors/:detector/quality",
  tag: "Quality",
  summary: "What became of a detector's flags, by version: precision, overturns, and how long it took.",
  params: schema.DetectorParam,
  query: schema.QualityQuery,
  answers: { 200: { description: "The detector's quality.", schema: schema.DetectorQuality } },
  faults: [404],
});

export const getQuality = defineOperation({
  method: "get",
  path: "/api/analytics/quality",
  tag: "Quality",
  summary: "What became of cases, month by month, and of the flags of every detector behind them.",
  query: schema.QualityQuery,
  answers: { 200: { description: "The quality.", schema: schema.Quality } },
});

export const getCombination = defineOperation({
  method: "get",
  path: "/api/games/:game/combination",
  tag: "Quality",
  summary: "What the groups weigh, what verdicts would have them weigh, and what that would change.",
  params: GameParam,
  answers: { 200: { description: "The combination and the proposal, if any.", schema: schema.Combination } },
});

export const acceptCombination = defineOperation({
  method: "post",
  path: "/api/games/:game/combination",
  tag: "Quality",
  summary: "Accept the very proposal that was seen. Players are judged by it from the next baselines on.",
  notes: "The hash names the proposal, so an `Idempotency-Key` is not looked at: sent again it is 409.",
  params: GameParam,
  body: schema.AcceptCombination,
  once: false,
  answers: { 200: { description: "Declared.", schema: schema.AcceptedCombination } },
  faults: [409],
});
