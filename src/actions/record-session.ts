/** The classic way in: one session of one known player. */

import type { PlayerRow } from "../db/players.ts";
import { findSession } from "../db/sessions.ts";
import type { Session } from "../telemetry/session.ts";
import { sessionAnswer } from "./answers.ts";
import type { AuditEntry } from "./audit.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { touchedBy, writesOf } from "./ingest/session-writes.ts";

/**
 * Stores a session. The same `session_id` again changes nothing and answers what is stored.
 * @returns the answer, and whether the session is new (201) or was there (200)
 */
export function recordSession(ctx: ActionContext, player: PlayerRow, session: Session) {
  const entry: AuditEntry = {
    action: "telemetry.session",
    target: `player:${player.id}`,
    details: { session_id: session.sessionId },
  };
  return retryOnRace(async () => {
    const stored = await findSession(ctx.db, player.id, session.sessionId);
    if (stored) {
      const body = { message: "Session already recorded", session: sessionAnswer(stored) };
      await commit(ctx, [], { status: 200, body }, entry);
      return { status: 200 as const, body };
    }
    const fresh = [{ playerId: player.id, game: player.game, session }];
    const body = {
      message: "Session recorded",
      session: sessionAnswer({ ...session, playerId: player.id, metrics: session.metrics ?? {} }),
    };
    await commit(ctx, writesOf(ctx, fresh, touchedBy(fresh)), { status: 201, body }, entry);
    return { status: 201 as const, body };
  });
}
