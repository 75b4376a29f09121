/** Risk: bands, confidence, the ledger, and what a score is made of. */
import type { Severity } from "./evidence.ts";

export type Band = "low" | "elevated" | "suspicious" | "critical";
export type Confidence = "insufficient" | "sufficient";

/** Lower edges of the bands, in hundredths of a point: low < 40 <= elevated < 70 <= suspicious < 90 <= critical. */
export const bandFloors = { elevated: 4000, suspicious: 7000, critical: 9000 } as const;

/** Groups of detectors; members of one group see the same symptom and never corroborate each other. */
export type Group = "aim" | "reaction" | "automation" | "information" | "movement" | "log" | "report";

/** Classic categories, which existing clients read. */
export type Category =
  | "reaction_time"
  | "headshot_rate"
  | "rapid_improvement"
  | "bot_like"
  | "log"
  | "report"
  | "aim"
  | "movement"
  | "performance";

/** One line of a score. `points` are hundredths; the lines of a ledger sum to the score exactly. */
export interface LedgerLine {
  readonly kind: "term" | "proof" | "cap" | "abstention";
  /** The detector's id, or the name of the rule for a cap or an abstention. */
  readonly id: string;
  readonly group: Group | null;
  readonly points: number;
  /** One sentence that an analyst can read out to the player. */
  readonly sentence: string;
  readonly observed: number | null;
  readonly unit: string | null;
  /** The scope's median of the same quantity. */
  readonly median: number | null;
  readonly exposure: number | null;
  readonly sinceMs: number | null;
  readonly sessionIds: readonly string[];
}

/** What a suspect result shows to people. */
export interface Anomaly {
  readonly category: Category;
  readonly severity: Severity;
  readonly detail: string;
  readonly sessionId: string | null;
}

/** A player's level in one metric, on the metric's own scale (logit, log), as it enters the scope's histogram. */
export interface Level {
  readonly level: number;
  /** Sampling variance of `level`, from its exposure. */
  readonly variance: number;
}

/** Plain means over the sessions that the score was judged on, for `behavior`. */
export interface Aggregates {
  readonly sessions: number;
  readonly avgDurationMinutes: number | null;
  readonly avgActionsPerMinute: number | null;
  readonly avgHeadshotRate: number | null;
}

export interface Score {
  readonly risk: number;
  readonly band: Band;
  readonly confidence: Confidence;
  readonly calibrated: boolean;
  readonly asOfMs: number;
  /** When fading alone will change the band or the score by a point; null: never. */
  readonly dueAtMs: number | null;
  readonly ledger: readonly LedgerLine[];
  readonly anomalies: readonly Anomaly[];
  readonly levels: Readonly<Record<string, Level>>;
  readonly aggregates: Aggregates;
  readonly versions: {
    readonly core: number;
    readonly baseline: number;
    readonly detectors: Readonly<Record<string, number>>;
  };
}
