/** Events: how much a heap of reports or log findings says, saturating, each faded by its own age. */
import type { Trace } from "../detector.ts";
import type { EventEvidence, Severity } from "../evidence.ts";
import { fadeAt } from "../fade.ts";
import type { Measured } from "../measured.ts";
import { namedSessions } from "../telling.ts";

/** Weight of one event by its severity, medium being 1. Chosen by us. */
export const severityWeight: Readonly<Record<Severity, number>> = {
  low: 0.5,
  medium: 1,
  high: 1.5,
  critical: 2,
};

/** Summed weight of events at `asOfMs`, each by severity and faded by age. */
export function weightOf(events: readonly EventEvidence[], measured: Measured): number {
  return events.reduce(
    (sum, e) => sum + severityWeight[e.severity] * fadeAt(e.detectedAtMs, measured.asOfMs),
    0,
  );
}

/** Nats that rise with `weight` and never pass `ceiling`: the tenth of the same thing says little more than the ninth. */
export function saturating(weight: number, ceiling: number, slope: number): number {
  return ceiling * (1 - Math.exp((-slope * weight) / ceiling));
}

/** "2 x speed_hack, 1 x aimbot_lock", most frequent first. */
export function countedTypes(events: readonly EventEvidence[]): string {
  const counts = new Map<string, number>();
  for (const event of events) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([type, n]) => `${n} x ${type}`).join(", ");
}

/** The trace of some events (oldest first); newest sessions are named first. */
export function eventTrace(events: readonly EventEvidence[], surprise: number, sentence: string): Trace {
  const ids = new Set(events.toReversed().flatMap((e) => (e.sessionId === null ? [] : [e.sessionId])));
  return {
    surprise,
    observed: events.length,
    unit: "events",
    median: null,
    exposure: null,
    sinceMs: events[0]?.detectedAtMs ?? null,
    sessionIds: [...ids].slice(0, namedSessions),
    sentence,
    tailNats: null,
  };
}
