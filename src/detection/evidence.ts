/**
 * What detectors are given: bounded, immutable, already loaded, with the time it is judged at.
 * A session holds what its sender measured and nothing made up: a missing value is null, never a default.
 */

/** One stretch of play by one player in one mode. Units are in the names; rates and shares are 0..1. */
export interface SessionEvidence {
  readonly sessionId: string;
  readonly recordedAtMs: number;
  readonly durationMinutes: number | null;
  readonly actionsPerMinute: number | null;
  readonly headshotRate: number | null;
  readonly reactionTimeMs: number | null;
  readonly kills: number | null;
  readonly deaths: number | null;
  readonly headshots: number | null;
  readonly shotsFired: number | null;
  readonly shotsHit: number | null;
  readonly movementSpeed: number | null;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Who says so: a game server's log, a person's report, or a detector outside this service. */
export type EventSource = "log" | "report" | "detector";
export type Severity = "low" | "medium" | "high" | "critical";

/** Something that a log, a person or a detector reported about the player. */
export interface EventEvidence {
  readonly id: string;
  readonly type: string;
  readonly severity: Severity;
  readonly source: EventSource;
  readonly sessionId: string | null;
  readonly detectedAtMs: number;
}

/**
 * Everything known about one player in one scope (game, mode), newest first.
 * `serverTrusted` and `reporterCredibility` (0..1) are neutral defaults until servers and reporters are rated.
 */
export interface Evidence {
  readonly game: string;
  readonly mode: string;
  readonly asOfMs: number;
  readonly sessions: readonly SessionEvidence[];
  readonly events: readonly EventEvidence[];
  readonly serverTrusted: boolean;
  readonly reporterCredibility: number;
}

/** Evidence is bounded by these, whatever a player's history: rows read per rescoring follow from them. */
export const evidenceLimits = { sessions: 100, logEvents: 14, reportEvents: 6, detectorEvents: 4 } as const;
