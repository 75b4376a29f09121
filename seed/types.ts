/** What the generator makes: the wire formats of the service, and who is who. */

export const honestKinds = [
  "beginner",
  "average",
  "elite",
  "sniper",
  "pistol",
  "learner",
  "new_hardware",
  "long_hours",
  "no_reaction_data",
  "idle",
  "new_player",
] as const;
export const suspectKinds = ["headshots", "impossible_reaction", "skill_spike", "macro"] as const;
export type Kind = (typeof honestKinds)[number] | (typeof suspectKinds)[number];

/** A made-up player; `suspect` says that evidence of cheating was planted. */
export interface SeedPlayer {
  readonly ref: string;
  readonly username: string;
  readonly kind: Kind;
  readonly suspect: boolean;
}

/** A row of `POST /api/telemetry/sessions`. */
export interface BulkRow {
  readonly player: string;
  readonly session_id: string;
  readonly recorded_at: string;
  readonly game: string;
  readonly mode: string;
  readonly duration_minutes: number;
  readonly actions_per_minute: number;
  readonly headshot_rate: number;
  readonly reaction_time_ms?: number;
  readonly kills: number;
  readonly deaths: number;
  readonly headshots: number;
  readonly shots_fired: number;
  readonly shots_hit: number;
  readonly movement_speed: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** An entry of `POST /api/security/scan-log`; the sender puts our integer id in the place of `player`. */
export interface LogFinding {
  readonly player: string;
  readonly recorded_at: string;
  readonly action?: string;
  readonly headshot_rate?: number;
  readonly reaction_time_ms?: number;
  readonly movement_speed?: number;
  readonly manual_flag?: boolean;
}

/** A body of `POST /api/security/report`; the sender puts our integer id in the place of `player`. */
export interface PlayerReport {
  readonly player: string;
  readonly reason: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly notes: string;
  readonly reporter: string;
}

export interface Seed {
  readonly players: readonly SeedPlayer[];
  readonly sessions: readonly BulkRow[];
  readonly events: readonly LogFinding[];
  readonly reports: readonly PlayerReport[];
}
