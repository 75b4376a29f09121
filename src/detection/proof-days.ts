/** On which day each proof was complete: what the breaker counts, whether or not the proof is suspended. */

import { signatureProofAtMs } from "./detectors/log-signature.ts";
import { reactionProofAtMs } from "./detectors/reaction-floor.ts";
import type { Measured } from "./measured.ts";

const dayMs = 86_400_000;

/** By detector id, days since the epoch; a detector without a proof is absent. */
export function proofDays(measured: Measured): Record<string, number> {
  const days: Record<string, number> = {};
  for (const [id, atMs] of [
    ["log.signature", signatureProofAtMs(measured)],
    ["reaction.floor", reactionProofAtMs(measured)],
  ] as const) {
    if (atMs !== null) days[id] = Math.floor(atMs / dayMs);
  }
  return days;
}
