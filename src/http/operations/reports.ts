/** Reports by players, and their reporters. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/reports.ts";
import * as request from "../schemas/requests.ts";

export const listPlayerReports = defineOperation({
  method: "get",
  path: "/api/players/:player/reports",
  tag: "Reports",
  summary:
    "What people reported of a player, newest first, with what each report weighs and what became of it.",
  params: request.PlayerParam,
  query: request.HistoryQuery,
  answers: { 200: { description: "A page of reports.", schema: schema.PlayerReportList } },
  faults: [404],
});

export const listReporters = defineOperation({
  method: "get",
  path: "/api/reporters",
  tag: "Reports",
  summary: "Who has reported, by game and name, and how credible they are.",
  query: schema.ReportersQuery,
  answers: { 200: { description: "A page of reporters.", schema: schema.ReporterList } },
});

export const getReporter = defineOperation({
  method: "get",
  path: "/api/reporters/:reporter",
  tag: "Reports",
  summary: "One reporter of a game.",
  params: schema.ReporterParam,
  query: request.GameQuery,
  answers: { 200: { description: "The reporter.", schema: schema.Reporter } },
  faults: [404],
});

export const muteReporter = defineOperation({
  method: "put",
  path: "/api/reporters/:reporter/mute",
  tag: "Reports",
  summary: "Stop listening to a reporter until a time. Their reports are taken as ever and weigh nothing.",
  params: schema.ReporterParam,
  body: schema.MuteRequest,
  answers: { 200: { description: "Muted.", schema: schema.Reporter } },
  faults: [404],
});

export const unmuteReporter = defineOperation({
  method: "delete",
  path: "/api/reporters/:reporter/mute",
  tag: "Reports",
  summary: "Listen to a reporter again. What they reported while muted stays without weight.",
  params: schema.ReporterParam,
  query: request.GameQuery,
  answers: { 200: { description: "Heard again.", schema: schema.Reporter } },
  faults: [404],
});
