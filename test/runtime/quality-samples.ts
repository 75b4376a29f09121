/** Stored scores for cases, as far as quality looks at them. */
import type { StoredScore } from "../../src/db/standings.ts";
import { detectors } from "../../src/detection/registry.ts";
import type { LedgerLine } from "../../src/detection/risk.ts";
import { nowMs } from "./service.ts";

export const line = (id: string, group: LedgerLine["group"], more: Partial<LedgerLine> = {}): LedgerLine => ({
  kind: "term",
  id,
  group,
  points: 1_000,
  sentence: "It is seldom seen.",
  observed: null,
  unit: null,
  median: null,
  per100k: null,
  exposure: null,
  sinceMs: null,
  sessionIds: [],
  ...more,
});

const versionsNow = Object.fromEntries(detectors.map(({ id, version }) => [id, version]));

export function scoreOf(
  ledger: readonly LedgerLine[],
  versions: Readonly<Record<string, number>> = {},
  nats = 10,
): StoredScore {
  const risk = ledger.reduce((sum, { points }) => sum + points, 0);
  return {
    risk,
    band: "suspicious",
    confidence: "sufficient",
    calibrated: true,
    asOfMs: nowMs,
    dueAtMs: null,
    ledger,
    anomalies: [],
    statistics: { shape: 1, size: 20, nats, besideNats: 0, cells: {}, proofs: {} },
    nextBand: null,
    aggregates: { sessions: 20, avgDurationMinutes: null, avgActionsPerMinute: null, avgHeadshotRate: null },
    versions: {
      core: 3,
      baseline: 1,
      profile: 0,
      detectors: { ...Object.fromEntries(Object.keys(versionsNow).map((id) => [id, 1])), ...versions },
    },
  };
}
