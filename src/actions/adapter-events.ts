/** An adapter's events, of players that may be new. */
import { insertPlayers, selectByRefs } from "../db/ingest.ts";
import { countNewMarks, markStandings } from "../db/standings.ts";
import { addTotals } from "../db/totals.ts";
import type { KnownEvent } from "../db/writes.ts";
import type { AdapterEvent } from "../telemetry/adapters/adapter.ts";
import { defaultMode } from "../telemetry/session.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { refKey } from "./ingest/players.ts";

/** Creates the players of events that are not known yet; answers the ids of all. */
function playerIdsOf(ctx: ActionContext, events: readonly AdapterEvent[]): Promise<Map<string, number>> {
  const { db, nowMs } = ctx;
  const named = new Map(events.map(({ game, player }) => [refKey(game, player), { game, ref: player }]));
  const idsNow = async () =>
    new Map((await selectByRefs(db, [...named.values()])).map((p) => [refKey(p.game, p.ref ?? ""), p.id]));
  return retryOnRace(async () => {
    const known = await idsNow();
    const unknown = [...named].filter(([key]) => !known.has(key)).map(([, player]) => player);
    if (unknown.length === 0) return known;
    const marks = unknown.map((player) => ({ ...player, playerId: null, mode: defaultMode, first: true }));
    const writes = [
      insertPlayers(
        db,
        unknown.map((player) => ({ ...player, lastSeenMs: 0 })),
        nowMs,
      ),
      addTotals(db, { players: unknown.length }, countNewMarks(marks)),
      markStandings(db, marks, nowMs),
    ];
    await commit(
      { ...ctx, completion: null },
      writes,
      { status: 200, body: null },
      { action: "telemetry.adapter", target: null, details: { players_created: unknown.length } },
    );
    return idsNow();
  });
}

const eventOf = (event: AdapterEvent, playerId: number, nowMs: number): KnownEvent => ({
  playerId,
  game: event.game,
  detectedAtMs: Math.min(Date.parse(event.occurred_at), nowMs),
  id: event.event_id,
  type: event.type,
  severity: event.severity,
  source: event.source,
  sessionId: event.session_id ?? null,
  notes: null,
  reporter: null,
  attributes: { ...event.attributes, ...(event.server === undefined ? {} : { server: event.server }) },
});

/** What events come to: those that the caller's key may write, each with its player. */
export async function eventsOf(ctx: ActionContext, events: readonly AdapterEvent[]): Promise<KnownEvent[]> {
  const { games } = ctx.reach;
  const reachable = events.filter(({ game }) => games === null || games.includes(game));
  if (reachable.length === 0) return [];
  const ids = await playerIdsOf(ctx, reachable);
  return reachable.flatMap((event) => {
    const playerId = ids.get(refKey(event.game, event.player));
    return playerId === undefined ? [] : [eventOf(event, playerId, ctx.nowMs)];
  });
}
