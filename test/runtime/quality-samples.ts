/** Stored scores for cases, as far as quality looks at them, and verdicts on them. */
import { batch, createDb } from "../../src/db/client.ts";
import type { StoredScore } from "../../src/db/standings.ts";
import { storeSample } from "../../src/db/verdict-samples.ts";
import { weightedGroups } from "../../src/detection/group-weights.ts";
import { detectors } from "../../src/detection/registry.ts";
import type { LedgerLine } from "../../src/detection/risk.ts";
import { seededRandom } from "../../src/detection/seeded.ts";
import { env, nowMs } from "./service.ts";

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

/** A frozen score whose groups show so many nats each, as the ledger says it: the strongest in full, others a fifth. */
function scoreWith(nats: readonly number[]): StoredScore {
  const most = Math.max(...nats);
  const entered = nats.map((own) => (own === most ? own : own / 5));
  const sum = entered.reduce((a, b) => a + b, 0);
  const lines = weightedGroups.map((group, i) =>
    line(`${group}.any`, group, { points: Math.round((8_000 * (entered[i] ?? 0)) / sum) }),
  );
  return scoreOf(lines, {}, sum);
}

/** Verdicts that reaction and automation tell suspects from others, and the other groups do not. */
export async function plantVerdicts(game: string, count: number, firstCase = 1): Promise<void> {
  const random = seededRandom(firstCase);
  const db = createDb(env.DB);
  const writes = Array.from({ length: count }, (_, i) => {
    const confirmed = i % 2 === 0;
    const nats = weightedGroups.map((group) => {
      const tells = confirmed && (group === "reaction" || group === "automation");
      return -Math.log(1 - random()) * (tells ? 6 : 2);
    });
    return storeSample(db, { game, caseId: firstCase + i, confirmed, score: scoreWith(nats) });
  });
  await batch(db, writes);
}
