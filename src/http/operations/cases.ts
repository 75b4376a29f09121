/** Cases: what people work on. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/cases.ts";

const tag = "Cases";

export const listCases = defineOperation({
  method: "get",
  path: "/api/cases",
  tag,
  summary: "The queue, most urgent first; decided cases and those of a player newest first.",
  query: schema.CasesQuery,
  answers: { 200: { description: "A page of cases.", schema: schema.CaseList } },
  faults: [404],
});

export const openCase = defineOperation({
  method: "post",
  path: "/api/cases",
  tag,
  summary: "Open a case by hand. The evidence is frozen as it is now.",
  body: schema.OpenCaseRequest,
  answers: { 201: { description: "Opened.", schema: schema.Case } },
  faults: [404, 409],
});

export const claimNextCase = defineOperation({
  method: "post",
  path: "/api/cases/claim",
  tag,
  summary: "Claim the most urgent case for half an hour. Nobody else gets it until the lease runs out.",
  body: schema.ClaimRequest,
  answers: { 200: { description: "The case, if there is one.", schema: schema.ClaimedCase } },
});

export const getCase = defineOperation({
  method: "get",
  path: "/api/cases/:case",
  tag,
  summary: "A case, its comments, links and reviews, and whether its evidence is still what was frozen.",
  params: schema.CaseParam,
  answers: { 200: { description: "The case.", schema: schema.ShownCase } },
  faults: [404],
});

export const getCaseEvidence = defineOperation({
  method: "get",
  path: "/api/cases/:case/evidence",
  tag,
  summary: "The evidence as it was frozen.",
  notes: "The answer is, byte for byte, what `evidence_hash` is the SHA-256 of.",
  params: schema.CaseParam,
  answers: { 200: { description: "Canonical JSON (RFC 8785).", schema: schema.FrozenCase } },
  faults: [404],
});

export const claimCase = defineOperation({
  method: "post",
  path: "/api/cases/:case/claim",
  tag,
  summary: "Claim this case, or renew one's own lease.",
  once: false,
  params: schema.CaseParam,
  answers: { 200: { description: "Claimed.", schema: schema.Case } },
  faults: [404, 409],
});

export const releaseCase = defineOperation({
  method: "post",
  path: "/api/cases/:case/release",
  tag,
  summary: "Give a claimed case back. Only its holder may, or an admin.",
  once: false,
  params: schema.CaseParam,
  answers: { 200: { description: "Given back.", schema: schema.Case } },
  faults: [404, 409],
});

export const assignCase = defineOperation({
  method: "post",
  path: "/api/cases/:case/assign",
  tag,
  summary: "Assign a case to a person, or to nobody.",
  once: false,
  params: schema.CaseParam,
  body: schema.AssignRequest,
  answers: { 200: { description: "Assigned.", schema: schema.Case } },
  faults: [404, 409],
});

export const tagCase = defineOperation({
  method: "put",
  path: "/api/cases/:case/tags",
  tag,
  summary: "Replace the tags of a case.",
  params: schema.CaseParam,
  body: schema.TagsRequest,
  answers: { 200: { description: "Tagged.", schema: schema.Case } },
  faults: [404],
});

export const listCaseComments = defineOperation({
  method: "get",
  path: "/api/cases/:case/comments",
  tag,
  summary: "Comments, newest first.",
  params: schema.CaseParam,
  query: schema.CommentsQuery,
  answers: { 200: { description: "A page of comments.", schema: schema.CommentList } },
  faults: [404],
});

export const commentCase = defineOperation({
  method: "post",
  path: "/api/cases/:case/comments",
  tag,
  summary: "Comment on a case.",
  params: schema.CaseParam,
  body: schema.CommentRequest,
  answers: { 201: { description: "The comment.", schema: schema.CaseComment } },
  faults: [404],
});

export const linkPlayer = defineOperation({
  method: "put",
  path: "/api/cases/:case/links/:player",
  tag,
  summary: "Link a player who may have to do with it. The game's own ids are those of the case's game.",
  params: schema.CaseLinkParam,
  body: schema.LinkRequest,
  answers: { 200: { description: "Linked.", schema: schema.CaseLink } },
  faults: [404, 409],
});

export const unlinkPlayer = defineOperation({
  method: "delete",
  path: "/api/cases/:case/links/:player",
  tag,
  summary: "Take a link away.",
  params: schema.CaseLinkParam,
  answers: { 200: { description: "The links that are left.", schema: schema.LinkList } },
  faults: [404],
});
