/** Risk: bands, confidence, the ledger, and what a score is made of. */
import type { Severity } from "./evidence.ts";
import type { GroupWeights } from "./group-weights.ts";

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
  /** How many honest players in 100,000 go as far, by the tail fitted in the bulk; null where no tail is known. */
  readonly per100k: number | null;
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

/** Where a player stands in the scope's histograms: what the next rescoring takes out again. */
export interface Statistics {
  /** The shape of the baseline that `nats` was computed by; S of different shapes are never mixed. */
  readonly shape: number;
  /** Active sessions; 0 keeps the player out of the histograms of S. */
  readonly size: number;
  /** S without proofs, and S without its strongest group, in nats. */
  readonly nats: number;
  readonly besideNats: number;
  /** By metric or scalar: size class, bin, sampling variance x 10,000. */
  readonly cells: Readonly<Record<string, readonly [sizeClass: number, bin: number, variance: number]>>;
  /** By detector: the day (since the epoch) on which its proof was complete. */
  readonly proofs: Readonly<Record<string, number>>;
  /** What the groups weighed in S; absent: 1 each. */
  readonly weights?: GroupWeights;
}

/** What would bring a player under the next lower band. */
export interface NextBand {
  readonly band: Band;
  /** Hundredths of a point to lose. */
  readonly points: number;
  readonly sentence: string;
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
  readonly statistics: Statistics;
  /** Null in the lowest band. */
  readonly nextBand: NextBand | null;
  readonly aggregates: Aggregates;
  readonly versions: {
    readonly core: number;
    readonly baseline: number;
    readonly detectors: Readonly<Record<string, number>>;
  };
}
