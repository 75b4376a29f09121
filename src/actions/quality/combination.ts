/** The combination of a game: what verdicts teach about its weights, what that would change, and accepting it. */
import { sha256Hex } from "../../auth/digest.ts";
import { type Db, isGuardViolation } from "../../db/client.ts";
import { expectVersion, remarkScopes, selectGames, upsertGame } from "../../db/games.ts";
import { listSamples } from "../../db/verdict-samples.ts";
import { featuresOf } from "../../detection/case-features.ts";
import { GameProfile } from "../../detection/game-profile.ts";
import { allWeights } from "../../detection/group-weights.ts";
import type { Interval } from "../../detection/interval.ts";
import { leastVerdicts, type Refit, refit } from "../../detection/refit.ts";
import { conflict } from "../../http/problem.ts";
import { type ActionContext, commit } from "../context.ts";
import { builtInDeclaration } from "../profiles.ts";
import { effectOf } from "./combination-effect.ts";

/** The newest verdicts of a game that are fitted: more say little more, and cost as much again. */
const mostVerdicts = 3_000;

interface Combination {
  readonly version: number;
  readonly profile: GameProfile;
  readonly found: Refit;
  /** Names the very proposal: another verdict or declaration is another. Null where nothing is proposed. */
  readonly hash: string | null;
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
const intervalAnswer = (interval: Interval | null) =>
  interval && { value: rounded(interval.value), low: rounded(interval.low), high: rounded(interval.high) };

async function hashOf(game: string, version: number, found: Refit): Promise<string | null> {
  if (found.weights === null) return null;
  const { confirmed, cleared, weights, gain } = found;
  return sha256Hex(
    JSON.stringify([game, version, confirmed, cleared, allWeights(weights), intervalAnswer(gain)]),
  );
}

async function loadCombination(db: Db, game: string): Promise<Combination> {
  const [[declared], samples] = await Promise.all([
    selectGames(db, [game]),
    listSamples(db, game, mostVerdicts),
  ]);
  const version = declared?.version ?? 0;
  const profile = declared ? GameProfile.parse(JSON.parse(declared.profile)) : builtInDeclaration(game);
  const cases = samples.map((sample) => ({ features: featuresOf(sample), confirmed: sample.confirmed }));
  const found = refit(cases, profile.weights ?? {});
  return { version, profile, found, hash: await hashOf(game, version, found) };
}

/** Today's weights, and the proposal with what it rests on and what it would change. Nothing is applied. */
export async function describeCombination(db: Db, game: string) {
  const { version, profile, found, hash } = await loadCombination(db, game);
  const { confirmed, cleared, outcome, before, after, gain, weights } = found;
  return {
    game,
    declaration_version: version,
    weights: allWeights(profile.weights ?? {}),
    verdicts: { confirmed, cleared, least_of_each: leastVerdicts },
    outcome,
    auc: { before: intervalAnswer(before), after: intervalAnswer(after), gain: intervalAnswer(gain) },
    proposal:
      weights === null || hash === null
        ? null
        : { hash, weights: allWeights(weights), effect: await effectOf(db, game, weights) },
  };
}

const changed = () =>
  conflict(
    "combination_changed",
    "There is no such proposal: verdicts or the declaration have changed. Look at the present one.",
  );

/**
 * Declares the game anew with the weights of the very proposal that was seen. The baseline job refits the map to them, and
 * marks every standing of the game in its own bounded slices.
 * @throws Problem 409 where the proposal is another by now
 */
export async function acceptCombination(ctx: ActionContext, game: string, proposalHash: string) {
  const { version, profile, found, hash } = await loadCombination(ctx.db, game);
  if (found.weights === null || hash !== proposalHash) throw changed();
  const weights = allWeights(found.weights);
  const answer = { game, declaration_version: version + 1, weights };
  const writes = [
    ctx.db.all(expectVersion(game, version)),
    ...upsertGame(ctx.db, game, { ...profile, weights }, ctx.nowMs),
    remarkScopes(ctx.db, game),
  ];
  const { confirmed, cleared } = found;
  const before = allWeights(profile.weights ?? {});
  const details = { weights, before, proposal_hash: proposalHash, verdicts: { confirmed, cleared } };
  try {
    await commit(
      ctx,
      writes,
      { status: 200, body: answer },
      { action: "combination.accept", target: `game:${game}`, details },
    );
  } catch (error) {
    if (isGuardViolation(error)) throw changed();
    throw error;
  }
  return answer;
}
