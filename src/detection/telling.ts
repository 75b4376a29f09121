/** Which sessions a statistic rests on, and how far they have faded. */
import { largestOf } from "./largest.ts";
import type { Measured } from "./measured.ts";
import { isCounted, type Metric, naturalOf } from "./metric.ts";
import type { Samples } from "./samples.ts";
import type { Column } from "./slab.ts";

/** At most this many sessions are named beside a finding. */
export const namedSessions = 10;

export interface Telling {
  /** 0..1: what is left of the evidence at `asOfMs`. */
  readonly fade: number;
  readonly sinceMs: number | null;
  /** Most telling first. */
  readonly sessionIds: readonly string[];
}

/** How far each session stands on the suspicious side of the median: the kills, hits or logs too many, else 0; into a row of zeros. */
function excesses(metric: Metric, samples: Samples, median: number, excess: Column): Column {
  const usual = isCounted(metric) ? naturalOf(metric.kind, median) : median;
  const sign = metric.direction === "low" ? -1 : 1;
  for (let i = 0; i < excess.length; i++) {
    const exposure = samples.exposure[i] ?? 0;
    // A value's exposure is one session, so the same line serves counts and values.
    if (exposure > 0) excess[i] = Math.max(0, sign * ((samples.amount[i] ?? 0) - exposure * usual));
  }
  return excess;
}

/**
 * The sessions that make a level what it is. The fade weighs each session by its own excess, so ordinary sessions
 * that follow a stretch of cheating lower its level and do not make the old evidence look fresh.
 */
export function tellingSessions(metric: Metric, measured: Measured, median: number): Telling {
  const samples = measured.samples.get(metric.id);
  if (samples === undefined) return { fade: 1, sinceMs: null, sessionIds: [] };
  const excess = excesses(metric, samples, median, measured.row());
  let first = -1;
  let total = 0;
  let faded = 0;
  for (let i = 0; i < excess.length; i++) {
    const amount = excess[i] ?? 0;
    if (amount === 0) continue;
    if (first < 0) first = i;
    total += amount;
    faded += amount * (measured.fades[i] ?? 0);
  }
  const sinceMs = measured.active[first]?.recordedAtMs ?? null;
  const sessionIds = largestOf(excess, namedSessions).flatMap((i) => measured.active[i]?.sessionId ?? []);
  return { fade: total > 0 ? faded / total : 1, sinceMs, sessionIds };
}
