/** Verdicts on cases, how far reviewers agree, and the texts that explain. */
import { defineOperation } from "../operation.ts";
import { DecisionParam } from "../schemas/decisions.ts";
import * as schema from "../schemas/verdicts.ts";

export const giveVerdict = defineOperation({
  method: "post",
  path: "/api/cases/:case/verdict",
  tag: "Cases",
  summary:
    "Give a verdict on a case that you hold. It decides the case, or somebody else reviews it too, blind.",
  notes:
    "409 for a case that is decided, that you do not hold or have reviewed before, or whose appealed decision you made.",
  params: schema.CaseParam,
  body: schema.VerdictRequest,
  answers: { 200: { description: "What became of the case.", schema: schema.VerdictAnswer } },
  faults: [404, 409],
});

export const explainCase = defineOperation({
  method: "get",
  path: "/api/cases/:case/explanation",
  tag: "Cases",
  summary: "Why the case was opened: everything for the analyst; for the player what was seen, but not how.",
  params: schema.CaseParam,
  query: schema.ExplanationQuery,
  answers: { 200: { description: "The text.", schema: schema.Explanation } },
  faults: [404],
});

export const explainDecision = defineOperation({
  method: "get",
  path: "/api/decisions/:decision/explanation",
  tag: "Decisions",
  summary:
    "Why the decision was made: everything for the analyst; for the player what was seen, but not how.",
  notes: "The analyst's text tells of the case, so a key needs the scope cases:read for it too.",
  params: DecisionParam,
  query: schema.ExplanationQuery,
  answers: { 200: { description: "The text.", schema: schema.Explanation } },
  faults: [404],
});

export const getAgreement = defineOperation({
  method: "get",
  path: "/api/analytics/agreement",
  tag: "Analytics",
  summary:
    "Cohen's kappa of each reviewer against their peers and of all together, from blind second reviews.",
  query: schema.AgreementQuery,
  answers: { 200: { description: "A page of reviewers, by name.", schema: schema.Agreements } },
});
