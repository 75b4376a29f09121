/** What a case was opened on, as it was: enough to read it, and to compute its score again, in a year. */
import type { EventEvidence, Evidence, SessionEvidence } from "../detection/evidence.ts";
import type { Score } from "../detection/risk.ts";

/** The player as it was called then. */
export interface FrozenPlayer {
  readonly id: number;
  readonly ref: string | null;
  readonly username: string;
}

/** Stored as canonical JSON, whose SHA-256 stands in the case. Members never change their meaning within a format. */
export interface FrozenEvidence {
  readonly format: 1;
  readonly player: FrozenPlayer;
  readonly game: string;
  readonly mode: string;
  /** ISO 8601: when it was judged. */
  readonly as_of: string;
  readonly baseline_version: number;
  readonly profile_version: number;
  /** As the core made it of what follows, with its ledger and versions; times in ms. */
  readonly score: Score & { readonly versions: { readonly profile: number } };
  /** Newest first, in full. */
  readonly sessions: readonly SessionEvidence[];
  readonly events: readonly EventEvidence[];
  readonly assumed: Pick<Evidence, "serverTrusted" | "reporterCredibility">;
  /** Ids of what an earlier case had judged already: it counted for nothing. */
  readonly left_out: { readonly sessions: readonly string[]; readonly events: readonly string[] };
}
