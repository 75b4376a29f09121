/** Whether players may join: what holds for each of them now, by the clock itself. */
import { type Asked, findHeld, type HeldRow } from "../../db/checks.ts";
import type { Db } from "../../db/client.ts";
import type { DecisionType } from "../../decisions/decision.ts";
import { holdsAt, type Term } from "../../decisions/lifecycle.ts";
import type { DecisionMemory } from "../../decisions/memory.ts";
import { mayJoin, strictestOf } from "../../decisions/strictest.ts";
import { isoOf } from "../answers.ts";

export type CheckMemory = DecisionMemory<HeldRow | null>;

/** A decision as `enforcements` holds it. */
interface HeldDecision extends Term {
  readonly id: number;
  readonly type: DecisionType;
  readonly game: string;
  readonly policy: string | null;
}

const keyOf = (asked: Asked): string => JSON.stringify("id" in asked ? [asked.id] : [asked.game, asked.ref]);

const listOf = (text: string | null): HeldDecision[] => (text === null ? [] : JSON.parse(text));

const shown = ({ id, type, game, policy, startsAtMs, expiresAtMs }: HeldDecision) => ({
  id,
  type,
  game,
  policy,
  starts_at: isoOf(startsAtMs),
  expires_at: expiresAtMs === null ? null : isoOf(expiresAtMs),
});

/** Nobody is refused for being unknown: a gate asks before the first session is sent. */
const unknown = (asked: Asked) => ({
  player:
    "id" in asked ? { id: asked.id, game: null, ref: null } : { id: null, game: asked.game, ref: asked.ref },
  known: false,
  allowed: true,
  action: "none" as const,
  decisions: [],
});

function answerOf(asked: Asked, row: HeldRow | null, nowMs: number) {
  if (row === null) return unknown(asked);
  const decisions = [...listOf(row.here), ...listOf(row.everywhere)].filter((one) => holdsAt(one, nowMs));
  const action = strictestOf(decisions.map(({ type }) => type));
  return {
    player: { id: row.id, game: row.game, ref: row.ref },
    known: row.id !== null,
    allowed: mayJoin(action),
    action,
    decisions: decisions.map(shown),
  };
}

export type Checked = ReturnType<typeof answerOf>;

/** Reads those whom nothing is remembered of, in one round trip, and remembers them. */
async function loadHeld(db: Db, memory: CheckMemory, asked: readonly Asked[], nowMs: number) {
  const known = asked.map((one) => memory.findCheck(keyOf(one), nowMs));
  const missing = asked.filter((_, place) => known[place] === undefined);
  if (missing.length === 0) return known.map((row) => row ?? null);
  const generation = memory.generation();
  const found = await findHeld(db, missing);
  const rows = new Map(missing.map((one, place) => [keyOf(one), found[place] ?? null]));
  for (const [key, row] of rows) memory.rememberCheck(key, row, nowMs, generation);
  return asked.map((one, place) => known[place] ?? rows.get(keyOf(one)) ?? null);
}

/** @param covers whether the caller may know of a player of this game */
export async function checkPlayers(
  { db, memory, nowMs }: { readonly db: Db; readonly memory: CheckMemory; readonly nowMs: number },
  asked: readonly Asked[],
  covers: (game: string) => boolean,
): Promise<Checked[]> {
  const rows = await loadHeld(db, memory, asked, nowMs);
  return asked.map((one, place) => {
    const row = rows[place] ?? null;
    return answerOf(one, row !== null && covers(row.game) ? row : null, nowMs);
  });
}
