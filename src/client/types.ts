/** What goes over the wire, inferred from the schemas that validate and document it. Types alone: nothing is loaded. */
import type { z } from "zod";
import type * as answer from "../http/schemas/answers.ts";
import type * as request from "../http/schemas/requests.ts";
import type { SessionRow as RowSchema } from "../telemetry/session.ts";

/** A session as a game server sends it. */
export type SessionRow = z.input<typeof RowSchema>;
/** accepted + duplicates + rejected = rows sent. */
export type IngestAnswer = z.infer<typeof answer.Ingest>;
export type Rejection = IngestAnswer["rejected"][number];
export type Player = z.infer<typeof answer.Player>;
export type PlayerRisk = z.infer<typeof answer.PlayerRisk>;
export type PlayerList = z.infer<typeof answer.PlayerList>;
export type Report = z.input<typeof request.ReportRequest>;
export type ReportRecorded = z.infer<typeof answer.ReportRecorded>;
/** Filters of the list of players; numbers are numbers here, text in the URL. */
export type PlayersQuery = Partial<z.output<typeof request.PlayersQuery>>;
/** An error's body (RFC 9457). */
export type ProblemDetails = z.infer<typeof answer.ProblemDetails>;
