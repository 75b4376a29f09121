/** Every operation of the JSON API. */
import { GameProfile } from "../detection/game-profile.ts";
import { defineOperation } from "./operation.ts";
import * as answer from "./schemas/answers.ts";
import * as request from "./schemas/requests.ts";

const bulkBytes = 8 * 1024 * 1024;

export const health = defineOperation({
  method: "get",
  path: "/health",
  tag: "Service",
  summary: "Whether the service is alive; also while it is not configured.",
  answers: { 200: { description: "Alive.", schema: answer.Health } },
});

export const createToken = defineOperation({
  method: "post",
  path: "/api/auth/token",
  tag: "Auth",
  summary: "Sign in: an access token of one hour and a refresh token for one use.",
  body: request.Credentials,
  answers: { 200: { description: "Signed in.", schema: answer.Tokens } },
  faults: [401],
});

export const refreshToken = defineOperation({
  method: "post",
  path: "/api/auth/refresh",
  tag: "Auth",
  summary: "Spend a refresh token for a new pair.",
  body: request.RefreshRequest,
  answers: { 200: { description: "A new pair; the old refresh token is spent.", schema: answer.Tokens } },
  faults: [401],
});

export const ingestSessions = defineOperation({
  method: "post",
  path: "/api/telemetry/sessions",
  tag: "Telemetry",
  summary: "Send up to 1,000 sessions. A bad row never sinks a good one; a resent row changes nothing.",
  body: request.BulkRequest,
  maxBodyBytes: bulkBytes,
  answers: { 200: { description: "accepted + duplicates + rejected = rows sent.", schema: answer.Ingest } },
});

export const scanLog = defineOperation({
  method: "post",
  path: "/api/security/scan-log",
  tag: "Telemetry",
  summary:
    "Scan a log; findings are stored as events. Repeated lines count once. Text ids are looked up in `game`.",
  query: request.GameQuery,
  body: request.ScanRequest,
  maxBodyBytes: 1024 * 1024,
  answers: { 200: { description: "What the log shows.", schema: answer.Scan } },
});

export const reportPlayer = defineOperation({
  method: "post",
  path: "/api/security/report",
  tag: "Telemetry",
  summary: "Report a player.",
  query: request.GameQuery,
  body: request.ReportRequest,
  answers: { 201: { description: "Recorded.", schema: answer.ReportRecorded } },
  faults: [404],
});

export const recordSession = defineOperation({
  method: "post",
  path: "/api/players/:player/session",
  tag: "Telemetry",
  summary: "Record one session of a known player. The same session_id again changes nothing.",
  params: request.PlayerParam,
  query: request.GameQuery,
  body: request.SessionRequest,
  answers: {
    200: { description: "The session was recorded before.", schema: answer.SessionRecorded },
    201: { description: "Recorded.", schema: answer.SessionRecorded },
  },
  faults: [404],
});

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
  body: GameProfile.meta({
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

export const listDetectors = defineOperation({
  method: "get",
  path: "/api/detectors",
  tag: "Risk",
  summary: "The detectors with their versions, sources, known false positives and parameters.",
  answers: { 200: { description: "The detectors.", schema: answer.Detectors } },
});

export const runJob = defineOperation({
  method: "post",
  path: "/api/ops/jobs/:job/runs",
  tag: "Operations",
  summary: "Run one slice of a job now.",
  params: request.JobParam,
  answers: {
    200: { description: "What the slice did, and the work that is still due.", schema: answer.JobRun },
  },
});

/** All of them, for the document. */
export const operations = [
  health,
  createToken,
  refreshToken,
  ingestSessions,
  scanLog,
  reportPlayer,
  recordSession,
  createPlayer,
  renamePlayer,
  getPlayer,
  getPlayerRisk,
  getRiskHistory,
  getBehavior,
  detectAnomalies,
  listPlayers,
  listSuspicious,
  listPlayerSessions,
  listPlayerEvents,
  getDashboard,
  getPatterns,
  getStats,
  listDetectors,
  getGame,
  putGame,
  runJob,
] as const;
