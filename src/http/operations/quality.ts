/** How good detection turned out to be, and what its verdicts teach. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/quality.ts";

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
