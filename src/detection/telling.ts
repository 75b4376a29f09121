/** Which sessions a statistic rests on, and how far they have faded. */
import type { Measured } from "./measured.ts";
import { isCounted, type Metric, naturalOf, type Samples } from "./metric.ts";

/** At most this many sessions are named beside a finding. */
export const namedSessions = 10;

export interface Telling {
  /** 0..1: what is left of the evidence at `asOfMs`. */
  readonly fade: number;
  readonly sinceMs: number | null;
  /** Most telling first. */
  readonly sessionIds: readonly string[];
}

/** How far each session stands on the suspicious side of the median: the kills, hits or logs too many, else 0. */
function excesses(metric: Metric, samples: Samples, median: number): Float64Array {
  const usual = isCounted(metric) ? naturalOf(metric.kind, median) : median;
  const sign = metric.direction === "low" ? -1 : 1;
  const excess = new Float64Array(samples.amount.length);
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
  const excess = excesses(metric, samples, median);
  const at = (i: number): number => excess[i] ?? 0;
  const telling: number[] = [];
  let total = 0;
  let faded = 0;
  for (let i = 0; i < excess.length; i++) {
    const amount = at(i);
    if (amount === 0) continue;
    telling.push(i);
    total += amount;
    faded += amount * (measured.fades[i] ?? 0);
  }
  const sinceMs = measured.active[telling[0] ?? -1]?.recordedAtMs ?? null;
  telling.sort((a, b) => at(b) - at(a) || b - a);
  const sessionIds = telling.slice(0, namedSessions).flatMap((i) => measured.active[i]?.sessionId ?? []);
  return { fade: total > 0 ? faded / total : 1, sinceMs, sessionIds };
}
