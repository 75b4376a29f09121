/** A game says when cases open, what its policies are, and what happens by itself. */
import { batch, type Db } from "../../db/client.ts";
import {
  type AutomationDay,
  insertSettings,
  type StoredSettings,
  selectAutomationDays,
  selectSettings,
} from "../../db/enforcement.ts";
import { type ScopeWarning, selectPauses } from "../../db/scope-warnings.ts";
import { canonicalJson } from "../../decisions/canonical-json.ts";
import type { EnforcementSettings } from "../../decisions/settings.ts";
import { conflict } from "../../http/problem.ts";
import { isoOf } from "../answers.ts";
import { type ActionContext, commit, retryOnRace } from "../context.ts";
import { dayOf } from "./quota-book.ts";
import { settingsOf } from "./settings.ts";

const todayOf = (days: readonly AutomationDay[]) =>
  days.map(({ type, count, tripped_at }) => ({
    type,
    made: count,
    paused_at: tripped_at === null ? null : isoOf(tripped_at),
  }));

/** What its automation has done today, and where it is stopped. */
interface AutomationState {
  readonly days: readonly AutomationDay[];
  readonly pauses: readonly ScopeWarning[];
}

/** A game's settings, and what its automation has done today. */
export async function describeEnforcement(db: Db, game: string, nowMs: number) {
  const [rows, days, pauses] = await batch(db, [
    selectSettings(db, [game]),
    selectAutomationDays(db, [game], dayOf(nowMs)),
    selectPauses(db, game),
  ]);
  const { settings, version } = settingsOf(rows[0]);
  return answerOf(game, version, settings, rows[0], { days, pauses });
}

const answerOf = (
  game: string,
  version: number,
  settings: EnforcementSettings,
  row: Pick<StoredSettings, "declared_at" | "declared_by"> | undefined,
  { days, pauses }: AutomationState,
) => ({
  game,
  version,
  settings,
  declared_at: row === undefined ? null : isoOf(row.declared_at),
  declared_by: row?.declared_by ?? null,
  automation_today: todayOf(days),
  automation_pauses: pauses.map(({ mode, kind, subject, since }) => ({
    ...{ mode, cause: kind, subject, since: isoOf(since) },
  })),
});

async function attempt(
  ctx: ActionContext,
  game: string,
  settings: EnforcementSettings,
  from: number | undefined,
) {
  const { db, nowMs } = ctx;
  const [rows, days, pauses] = await batch(db, [
    selectSettings(db, [game]),
    selectAutomationDays(db, [game], dayOf(nowMs)),
    selectPauses(db, game),
  ]);
  const [was] = rows;
  if (from !== undefined && from !== (was?.version ?? 0)) {
    throw conflict("enforcement_changed", "Somebody else declared these settings meanwhile.");
  }
  const isSame = was !== undefined && canonicalJson(JSON.parse(was.settings)) === canonicalJson(settings);
  if (isSame) return answerOf(game, was.version, settings, was, { days, pauses });
  const row: StoredSettings = {
    game,
    version: (was?.version ?? 0) + 1,
    settings: JSON.stringify(settings),
    declared_at: nowMs,
    declared_by: ctx.origin.principal,
  };
  const body = answerOf(game, row.version, settings, row, { days, pauses });
  await commit(
    ctx,
    [insertSettings(db, row)],
    { status: 200, body },
    {
      action: "enforcement.declare",
      target: `game:${game}`,
      details: { version: row.version, settings },
    },
  );
  return body;
}

/**
 * Declares a game's settings as a new version; the ones that it has already change nothing. `from` is the version that
 * the caller has seen, where it is to be that one.
 * @throws Problem 409 where it is another
 */
export const declareEnforcement = (
  ctx: ActionContext,
  game: string,
  settings: EnforcementSettings,
  from?: number,
) => retryOnRace(() => attempt(ctx, game, settings, from));
