/** Reading how good detection turned out to be, of one game or of all. */
import { batch, type Db } from "../../db/client.ts";
import { everyGame, selectCaseCounts, selectFlagCounts } from "../../db/quality.ts";
import { detectors, detectorsOf } from "../../detection/registry.ts";
import { notFound } from "../../http/problem.ts";
import { loadProfiles } from "../profiles.ts";
import { monthOf } from "./count-quality.ts";
import { casesQuality, detectorQuality, detectorsQuality } from "./quality-answers.ts";

/** Which counts are asked for; without a game those of all games together. */
export interface QualityAsked {
  readonly game: string | undefined;
  /** Months back, this one included. */
  readonly months: number;
}

/** The last months in UTC, oldest first. */
export function monthsUntil(nowMs: number, count: number): string[] {
  const now = new Date(nowMs);
  return Array.from({ length: count }, (_, i) =>
    monthOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (count - 1 - i), 1)),
  );
}

async function requireDetector(db: Db, detector: string, game: string | undefined): Promise<void> {
  if (detectors.some(({ id }) => id === detector)) return;
  const all = game === undefined ? [] : detectorsOf((await loadProfiles(db, [game]))(game).profile);
  if (!all.some(({ id }) => id === detector)) throw notFound("The detector");
}

const scopeOf = ({ game }: QualityAsked, months: readonly string[]) => ({
  game: game ?? null,
  since_month: months[0] ?? "",
  until_month: months.at(-1) ?? "",
});

/** @throws Problem 404 for a detector that neither is built in nor belongs to a metric of the game named */
export async function readDetectorQuality(db: Db, detector: string, asked: QualityAsked, nowMs: number) {
  const months = monthsUntil(nowMs, asked.months);
  const rows = await selectFlagCounts(db, asked.game ?? everyGame, months, detector);
  if (rows.length === 0) await requireDetector(db, detector, asked.game);
  return { detector, ...scopeOf(asked, months), ...detectorQuality(rows) };
}

export async function readQuality(db: Db, asked: QualityAsked, nowMs: number) {
  const months = monthsUntil(nowMs, asked.months);
  const game = asked.game ?? everyGame;
  const [cases, flags] = await batch(db, [
    selectCaseCounts(db, game, months),
    selectFlagCounts(db, game, months, null),
  ]);
  return { ...scopeOf(asked, months), ...casesQuality(cases, months), detectors: detectorsQuality(flags) };
}
