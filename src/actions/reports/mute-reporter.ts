/** Reporters: how credible they are, and muting them for a time. */
import { batch } from "../../db/client.ts";
import { type ReporterCursor, type ReporterRow, selectReporter, setMute } from "../../db/reporters.ts";
import { credibilityOf, isMuted } from "../../decisions/credibility.ts";
import { notFound } from "../../http/problem.ts";
import { isoOf } from "../answers.ts";
import { type ActionContext, commit } from "../context.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

/** A mute that is over is not shown. */
export function reporterAnswer(row: ReporterRow, nowMs: number) {
  const muted = isMuted(row.muted_until, nowMs);
  return {
    reporter: row.reporter,
    game: row.game,
    credibility: Math.round(credibilityOf(row) * 1e4) / 1e4,
    n: row.confirmed + row.dismissed,
    reports: row.reports,
    confirmed: row.confirmed,
    dismissed: row.dismissed,
    muted_until: muted ? maybeIso(row.muted_until) : null,
    mute_reason: muted ? row.mute_reason : null,
  };
}

/** @throws Problem 404 for somebody who never reported in the game */
export async function getReporter(
  { db }: Pick<ActionContext, "db">,
  { game, reporter }: ReporterCursor,
): Promise<ReporterRow> {
  const [[row]] = await batch(db, [selectReporter(db, game, reporter)]);
  if (row === undefined) throw notFound("The reporter");
  return row;
}

export interface Mute {
  readonly untilMs: number | null;
  readonly reason: string | null;
}

/**
 * Mutes a reporter, or with nulls lets them be heard again; what is so already changes nothing. Their earlier reports
 * keep their weight. The trail names them in its payload alone, which can be erased.
 * @throws Problem 404
 */
export async function setReporterMute(ctx: ActionContext, named: ReporterCursor, mute: Mute) {
  const row = await getReporter(ctx, named);
  const was = isMuted(row.muted_until, ctx.nowMs) ? row.muted_until : null;
  const body = reporterAnswer({ ...row, muted_until: mute.untilMs, mute_reason: mute.reason }, ctx.nowMs);
  if (was === mute.untilMs && (was === null || row.mute_reason === mute.reason)) return body;
  const { reporter, game } = named;
  const details = { reporter, muted_until: maybeIso(mute.untilMs), reason: mute.reason };
  await commit(
    ctx,
    [setMute(ctx.db, named, mute.untilMs, mute.reason)],
    { status: 200, body },
    { action: "reporter.mute", target: `game:${game}`, details },
  );
  return body;
}
