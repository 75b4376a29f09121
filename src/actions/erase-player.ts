/** A player is erased: hidden at once, in one batch; what there is much of goes afterwards, slice by slice. */
import { isGuardViolation, type Statement } from "../db/client.ts";
import {
  type Erasable,
  type Erasure,
  findErasure,
  hidePlayer,
  insertErasure,
  loadErasable,
} from "../db/erasures.ts";
import type { PlayerRow } from "../db/players.ts";
import { type StoredScore, takeRiskFromTotals } from "../db/standings.ts";
import { isoOf } from "./answers.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { endingWrites } from "./decisions/end-decisions.ts";
import { loadProfiles, loadProfileVersions } from "./profiles.ts";
import { appendNews, placedScore } from "./scope-news.ts";

/** How far an erasure is, for whoever asked for it. */
export const erasureAnswer = (erasure: Erasure) => ({
  player_id: erasure.player_id,
  requested_at: isoOf(erasure.requested_at),
  stage: erasure.stage,
  finished_at: erasure.finished_at === null ? null : isoOf(erasure.finished_at),
});

/** Takes the player's bins out of the histograms of its scopes, as a new score takes out what the old one had put in. */
async function leaveHistograms(ctx: ActionContext, player: PlayerRow, { standings }: Erasable) {
  const stored = standings.flatMap(({ result, ...row }) =>
    result === null ? [] : [{ ...row, previous: JSON.parse(result) as StoredScore }],
  );
  const keys = stored.flatMap(({ previous }) => {
    const version = previous.versions.profile;
    return version === 0 ? [] : [[player.game, version] as const];
  });
  const [profileOf, earlierOf] = await Promise.all([
    loadProfiles(ctx.db, [player.game]),
    loadProfileVersions(ctx.db, keys),
  ]);
  const measure = {
    judgedBy: profileOf(player.game),
    undeclared: new Set<string>(),
    earlier: (version: number) => earlierOf(player.game, version),
  };
  const rescored = stored.map(({ previous, mode, game, revision, risk, changed_at, excluded }) => ({
    loaded: {
      ...{ playerId: player.id, mode, game, revision, risk, previous, history: null, counted: null },
      ...{ wasPending: changed_at !== null, excluded: excluded === 1, sessions: [], events: [], reports: [] },
    },
    score: placedScore(previous, true),
    measure,
  }));
  return appendNews(ctx.db, rescored);
}

/** Mirrors and receivers hear of the ends before the decisions are gone. */
function endWrites(ctx: ActionContext, { open }: Erasable): Statement[] {
  const by = ctx.origin.principal;
  return endingWrites(ctx, open, { kind: "expunged", reason: null, by, atMs: ctx.nowMs });
}

async function attempt(ctx: ActionContext, player: PlayerRow, reason: string) {
  const { db, nowMs, origin } = ctx;
  const erasable = await loadErasable(db, player.id);
  const pending = erasable.standings.filter(({ changed_at }) => changed_at !== null).length;
  const started = {
    player_id: player.id,
    requested_at: nowMs,
    stage: "sessions",
    finished_at: null,
  } as const;
  const body = erasureAnswer(started as Erasure);
  const writes = [
    insertErasure(db, player, player.username, origin.principal, nowMs),
    ...endWrites(ctx, erasable),
    takeRiskFromTotals(db, [player.id], pending),
    ...(await leaveHistograms(ctx, player, erasable)),
    ...hidePlayer(db, player, erasable),
  ];
  const entry = { action: "player.erase", target: `player:${player.id}`, details: { reason } } as const;
  await commit(ctx, writes, { status: 200, body }, entry);
  ctx.onDecided?.();
  return body;
}

/** Hides a player and begins its erasure. What changes of it meanwhile makes it begin anew. */
export const erasePlayer = (ctx: ActionContext, player: PlayerRow, reason: string) =>
  retryOnRace(() => attempt(ctx, player, reason), isGuardViolation);

/** How far the erasure of a player is that is not there any more; null: nobody asked for it. */
export async function erasureOf(ctx: ActionContext, playerId: number) {
  const erasure = await findErasure(ctx.db, playerId);
  return erasure === null ? null : erasureAnswer(erasure);
}
