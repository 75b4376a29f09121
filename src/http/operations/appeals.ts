/** Appeals of decisions. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/appeals.ts";
import { DecisionParam } from "../schemas/decisions.ts";

export const fileAppeal = defineOperation({
  method: "post",
  path: "/api/decisions/:decision/appeal",
  tag: "Appeals",
  summary: "File the one appeal that a decision can have, on the player's behalf.",
  notes: "Somebody who neither reviewed the case nor made the decision judges it.",
  params: DecisionParam,
  body: schema.AppealRequest,
  answers: { 201: { description: "Filed.", schema: schema.Appeal } },
  faults: [404, 409],
});

export const linkAppeal = defineOperation({
  method: "post",
  path: "/api/decisions/:decision/appeal-link",
  tag: "Appeals",
  summary:
    "A signed link to a page where the player files the appeal; good for 30 days or until there is one.",
  params: DecisionParam,
  once: false,
  answers: { 201: { description: "The link.", schema: schema.AppealLink } },
  faults: [404, 409],
});

export const listAppeals = defineOperation({
  method: "get",
  path: "/api/appeals",
  tag: "Appeals",
  summary: "Appeals of a state, newest first; those that are pending unless said.",
  query: schema.AppealsQuery,
  answers: { 200: { description: "A page of appeals.", schema: schema.AppealList } },
});

export const getAppeal = defineOperation({
  method: "get",
  path: "/api/appeals/:appeal",
  tag: "Appeals",
  summary: "One appeal.",
  params: schema.AppealParam,
  answers: { 200: { description: "The appeal.", schema: schema.Appeal } },
  faults: [404],
});
