/** What verification finds wrong. */
import type { IdRange } from "../db/audit-trail.ts";

/** `tail_cut`: the chain in the database ends before the head that the sealer keeps. */
export const problemKinds = [
  "altered",
  "removed",
  "reordered",
  "inserted",
  "payload_altered",
  "seal_altered",
  "seal_removed",
  "tail_cut",
  "checkpoint_altered",
] as const;

/** One entry, or a run of ids. */
export interface AuditProblem extends IdRange {
  readonly kind: (typeof problemKinds)[number];
}

/** Once this many are found, a page ends after the block it is in. */
const enough = 100;

export interface Findings {
  readonly problems: readonly AuditProblem[];
  add(kind: AuditProblem["kind"], id: number, through?: number): void;
  isFull(): boolean;
}

export function createFindings(): Findings {
  const problems: AuditProblem[] = [];
  return {
    problems,
    add: (kind, id, through = id) => void problems.push({ kind, id, through }),
    isFull: () => problems.length >= enough,
  };
}
