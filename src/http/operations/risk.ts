/** What is thought of players, and by what. */
import { defineOperation } from "../operation.ts";
import * as answer from "../schemas/answers.ts";
import { GameDeclaration } from "../schemas/game.ts";
import * as request from "../schemas/requests.ts";

export const getPlayerRisk = defineOperation({
  method: "get",
  path: "/api/security/player-risk/:player",
  tag: "Risk",
  summary: "A player's risk, settled first if evidence changed, with the ledger that sums to it.",
  params: request.PlayerParam,
  query: request.GameQuery,
  answers: { 200: { description: "The risk and its reasons.", schema: answer.PlayerRisk } },
  faults: [404],
});

export const getRiskHistory = defineOperation({
  method: "get",
  path: "/api/players/:player/risk-history",
  tag: "Risk",
  summary:
    "How a player's risk moved, newest first, a point or more at a time, with the versions behind each point.",
  params: request.PlayerParam,
  query: request.GameQuery,
  answers: { 200: { description: "The history of each mode.", schema: answer.RiskHistory } },
  faults: [404],
});

export const getBehavior = defineOperation({
  method: "get",
  path: "/api/players/:player/behavior",
  tag: "Risk",
  summary: "A player's averages over the sessions that its score was judged on, and what was lately seen.",
  params: request.PlayerParam,
  query: request.GameQuery,
  answers: { 200: { description: "The behaviour.", schema: answer.Behavior } },
  faults: [404],
});

export const detectAnomalies = defineOperation({
  method: "post",
  path: "/api/analytics/detect-anomalies",
  tag: "Risk",
  summary: "The anomalies behind a player's score, settled first if evidence changed.",
  query: request.GameQuery,
  body: request.DetectRequest,
  answers: { 200: { description: "The anomalies.", schema: answer.Anomalies } },
  faults: [404],
});

export const getDashboard = defineOperation({
  method: "get",
  path: "/api/security/dashboard",
  tag: "Analytics",
  summary: "Totals, averages and the latest events, from maintained counters.",
  answers: { 200: { description: "The dashboard.", schema: answer.Dashboard } },
});

export const getPatterns = defineOperation({
  method: "get",
  path: "/api/analytics/cheat-patterns",
  tag: "Analytics",
  summary: "How often each type of event was seen, most frequent first, at most 100.",
  answers: { 200: { description: "The patterns.", schema: answer.Patterns } },
});

export const getStats = defineOperation({
  method: "get",
  path: "/api/analytics/stats",
  tag: "Analytics",
  summary: "Totals, the mean risk, and the latest sessions.",
  answers: { 200: { description: "The statistics.", schema: answer.Stats } },
});

export const listDetectors = defineOperation({
  method: "get",
  path: "/api/detectors",
  tag: "Risk",
  summary: "The detectors with their versions, sources, known false positives and parameters.",
  answers: { 200: { description: "The detectors.", schema: answer.Detectors } },
});

export const getGame = defineOperation({
  method: "get",
  path: "/api/games/:game",
  tag: "Games",
  summary: "A game's metric profile, what its sessions carry undeclared, and the state of its scopes.",
  params: request.GameParam,
  answers: { 200: { description: "The game.", schema: answer.Game } },
});

export const putGame = defineOperation({
  method: "put",
  path: "/api/games/:game",
  tag: "Games",
  summary: "Declare a game's modes and metrics. Its players are judged by them from the next sweep on.",
  params: request.GameParam,
  body: GameDeclaration.meta({
    example: {
      modes: ["ranked"],
      metrics: [
        {
          name: "build_speed",
          kind: "level",
          unit: "blocks/s",
          range: [0.1, 100],
          direction: "high",
          group: "automation",
        },
      ],
    },
  }),
  answers: { 200: { description: "The game.", schema: answer.Game } },
});
