/** What proposed weights would change among the riskiest standings of a game, by their stored scores. */
import type { Db } from "../../db/client.ts";
import { loadBaselines } from "../../db/evidence.ts";
import { listRiskiest, type ScoredStanding, sampleScope } from "../../db/standing-samples.ts";
import type { Baseline } from "../../detection/baseline.ts";
import type { GroupWeights } from "../../detection/group-weights.ts";
import { crossingsOf, movedRisks } from "../../detection/refit-effect.ts";
import { pointsOf } from "../answers.ts";

const mostStandings = 200;
/** Modes looked at, those with the most of the riskiest standings, and standings sampled over all of them. */
const mostModes = 4;
const mostSampled = 800;

/** Scores that were computed by the scope's present shape: others are of other weights or baselines. */
const ofShape = (standings: readonly ScoredStanding[], { shape }: Baseline) =>
  standings.map(({ score }) => score).filter(({ statistics }) => statistics.shape === shape);

async function movesIn(
  db: Db,
  { game, mode, baseline }: { game: string; mode: string; baseline: Baseline },
  standings: readonly ScoredStanding[],
  sampled: number,
  proposed: GroupWeights,
) {
  const sample = ofShape(await sampleScope(db, game, mode, sampled), baseline);
  const now = { map: baseline.map, weights: baseline.weights ?? {}, sample };
  return movedRisks(ofShape(standings, baseline), now, proposed) ?? [];
}

/** How many of at most 200 riskiest standings would cross 40, 70 and 90, each way. An estimate: the map is not refitted yet. */
export async function effectOf(db: Db, game: string, proposed: GroupWeights) {
  const riskiest = await listRiskiest(db, game, mostStandings);
  const byMode = [...Map.groupBy(riskiest, ({ mode }) => mode)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostModes);
  const scopes = await loadBaselines(
    db,
    byMode.map(([mode]) => ({ game, mode })),
  );
  const moves = await Promise.all(
    scopes.flatMap(({ mode, baseline }) => {
      const own = byMode.find(([name]) => name === mode)?.[1] ?? [];
      if (baseline === null) return [];
      return [movesIn(db, { game, mode, baseline }, own, Math.floor(mostSampled / byMode.length), proposed)];
    }),
  );
  const all = moves.flat();
  return {
    standings: all.length,
    crossings: crossingsOf(all).map(({ risk, up, down }) => ({ risk: pointsOf(risk), up, down })),
  };
}
