/** Players, their lists and their histories. */
import { defineOperation } from "../operation.ts";
import * as answer from "../schemas/answers.ts";
import * as request from "../schemas/requests.ts";

export const createPlayer = defineOperation({
  method: "post",
  path: "/api/players",
  tag: "Players",
  summary: "Create a player before any telemetry names it.",
  body: request.CreatePlayerRequest,
  answers: { 201: { description: "Created.", schema: answer.NamedPlayer } },
});

export const renamePlayer = defineOperation({
  method: "patch",
  path: "/api/players/:player",
  tag: "Players",
  summary: "Name a player.",
  params: request.PlayerParam,
  query: request.GameQuery,
  body: request.RenameRequest,
  answers: { 200: { description: "Named.", schema: answer.NamedPlayer } },
  faults: [404],
});

export const getPlayer = defineOperation({
  method: "get",
  path: "/api/players/:player",
  tag: "Players",
  summary: "One player as the lists show it: the stored score, which may lag by one sweep.",
  params: request.PlayerParam,
  query: request.GameQuery,
  answers: { 200: { description: "The player.", schema: answer.Player } },
  faults: [404],
});

export const listPlayers = defineOperation({
  method: "get",
  path: "/api/players",
  tag: "Players",
  summary: "Players, riskiest or latest seen first, or by the beginning of their name.",
  query: request.PlayersQuery,
  answers: { 200: { description: "A page of players.", schema: answer.PlayerList } },
});

export const listSuspicious = defineOperation({
  method: "get",
  path: "/api/players/suspicious",
  tag: "Players",
  summary: "Players at or above a risk, riskiest first, each with its latest event.",
  query: request.SuspiciousQuery,
  answers: { 200: { description: "A page of players.", schema: answer.Suspicious } },
});

export const listPlayerSessions = defineOperation({
  method: "get",
  path: "/api/players/:player/sessions",
  tag: "Players",
  summary: "A player's sessions, newest first.",
  params: request.PlayerParam,
  query: request.HistoryQuery,
  answers: { 200: { description: "A page of sessions.", schema: answer.SessionPage } },
  faults: [404],
});

export const listPlayerEvents = defineOperation({
  method: "get",
  path: "/api/players/:player/events",
  tag: "Players",
  summary: "A player's events, newest first.",
  params: request.PlayerParam,
  query: request.HistoryQuery,
  answers: { 200: { description: "A page of events.", schema: answer.EventPage } },
  faults: [404],
});
