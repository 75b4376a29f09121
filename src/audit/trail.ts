/** The way to the sealer(). */
import type { Meter } from "../db/meter.ts";
import type { Env } from "../env.ts";
import type { Metered } from "./sealer.ts";
import type { Verification } from "./verify.ts";

/** The sealed trail, for whoever seals, verifies or prunes it. */
export interface Trail {
  seal(limit: number): Promise<number>;
  countUnsealed(): Promise<number>;
  verify(afterId: number, limit: number): Promise<Verification>;
  prune(beforeMs: number, nowMs: number): Promise<number>;
  countPrunable(beforeMs: number): Promise<number>;
}

/** One sealer: a chain has one end. */
const sealerName = "audit";

function add(meter: Meter, cost: Meter): void {
  meter.d1Queries += cost.d1Queries;
  meter.d1Ms += cost.d1Ms;
  meter.rowsRead += cost.rowsRead;
  meter.rowsWritten += cost.rowsWritten;
}

/** The trail of a deployment, its cost on the caller's meter; null where no sealer is bound. */
export function openTrail({ AUDIT_SEALER: sealers }: Env, meter: Meter): Trail | null {
  if (sealers === undefined) return null;
  // Anew for each call: a stub stays broken once its object was restarted.
  const sealer = () => sealers.get(sealers.idFromName(sealerName));
  async function counted<T>(call: Promise<Metered<T>>): Promise<T> {
    const { result, meter: cost } = await call;
    add(meter, cost);
    return result;
  }
  return {
    seal: (limit) => counted(sealer().seal(limit)),
    countUnsealed: () => counted(sealer().countUnsealed()),
    verify: (afterId, limit) => counted<Verification>(sealer().verify(afterId, limit)),
    prune: (beforeMs, nowMs) => counted(sealer().prune(beforeMs, nowMs)),
    countPrunable: (beforeMs) => counted(sealer().countPrunable(beforeMs)),
  };
}
