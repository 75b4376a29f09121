/** On which day each proof was complete: what the breaker counts, whether or not the proof is suspended. */

import { signatureProofAtMs } from "./detectors/log-signature.ts";
import { reactionProofAtMs } from "./detectors/reaction-floor.ts";
import type { Measured } from "./measured.ts";

const dayMs = 86_400_000;

const proofs = [
  ["log.signature", signatureProofAtMs],
  ["reaction.floor", reactionProofAtMs],
] as const;

/** The detectors that have a proof. */
export const proofDetectors: readonly string[] = proofs.map(([id]) => id);

/** By detector id, days since the epoch; a detector without a proof is absent. */
export function proofDays(measured: Measured): Record<string, number> {
  const days: Record<string, number> = {};
  for (const [id, proofAtMs] of proofs) {
    const atMs = proofAtMs(measured);
    if (atMs !== null) days[id] = Math.floor(atMs / dayMs);
  }
  return days;
}
