/** The breaker: a proof that many show at once is an instrumentation fault, not so many cheaters. */
import type { Baseline } from "./baseline.ts";
import type { Histogram } from "./histogram.ts";

/** Suspended when within a day more than this share of the scope, and at least so many players, complete the same proof. */
const most = { share: 0.005, players: 10 } as const;

const prefix = "proof:";

/** The days (since the epoch) on which each proof is suspended; a stretch of 24 hours can span two. */
export function suspendedProofs(histogram: Histogram, players: number): Record<string, number[]> {
  const suspended: Record<string, number[]> = {};
  for (const [key, { bins }] of Object.entries(histogram)) {
    if (!key.startsWith(prefix)) continue;
    const days = Object.entries(bins)
      .filter(([, count]) => count >= most.players && count > most.share * players)
      .map(([day]) => Number(day));
    if (days.length > 0) suspended[key.slice(prefix.length)] = days;
  }
  return suspended;
}

const dayMs = 86_400_000;
/** What a finding says whose proof is suspended. */
export const suspendedSentence =
  "; so many players showed the same within a day that it is taken for a fault of measurement and proves nothing";

/** Is a proof that was complete at this time one of too many? */
export const isSuspended = (baseline: Baseline, id: string, atMs: number | null): boolean =>
  atMs !== null && (baseline.suspended[id] ?? []).includes(Math.floor(atMs / dayMs));
