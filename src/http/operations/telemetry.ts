/** What game servers send. */
import { defineOperation } from "../operation.ts";
import * as answer from "../schemas/answers.ts";
import * as request from "../schemas/requests.ts";

const bulkNotes =
  "Also as a stream of rows, and each with `Content-Encoding: gzip`. A problem that has `stored_through` tells of a request that broke off: rows up to that index are decided, as `accepted`, `duplicates` and `rejected` say; send the rest, or everything, again.";

export const ingestSessions = defineOperation({
  method: "post",
  path: "/api/telemetry/sessions",
  tag: "Telemetry",
  summary: "Send up to 10,000 sessions. A bad row never sinks a good one; a resent row changes nothing.",
  notes: bulkNotes,
  query: request.BulkQuery,
  body: request.BulkRequest,
  streams: ["application/x-ndjson", "application/ndjson", "text/csv"],
  answers: { 200: { description: "accepted + duplicates + rejected = rows sent.", schema: answer.Ingest } },
  faults: [503],
});

export const ingestEvents = defineOperation({
  method: "post",
  path: "/api/telemetry/events",
  tag: "Telemetry",
  summary: "Send up to 10,000 events, with the guarantees of sessions.",
  notes: bulkNotes,
  query: request.BulkQuery,
  body: request.BulkEvents,
  streams: ["application/x-ndjson", "application/ndjson"],
  answers: { 200: { description: "accepted + duplicates + rejected = rows sent.", schema: answer.Ingest } },
  faults: [503],
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
