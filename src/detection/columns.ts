/** Sessions column by column: what their sender counted, read once for all metrics. NaN is missing or absurd. */
import type { SessionEvidence } from "./evidence.ts";
import { type Column, slabOf } from "./slab.ts";

/** One entry a session, in the sessions' order. */
export interface Columns {
  readonly sessions: readonly SessionEvidence[];
  readonly ones: Column;
  readonly kills: Column;
  readonly deaths: Column;
  /** A session without a death is still a session: half a death keeps it in. */
  readonly deathsOrHalf: Column;
  readonly shots: Column;
  readonly hits: Column;
  readonly minutes: Column;
  readonly headshotShare: Column;
  readonly headshotExposure: Column;
  /** As they were sent, whatever their range. */
  readonly sent: {
    readonly durationMinutes: Column;
    readonly reactionTimeMs: Column;
    readonly movementSpeed: Column;
    readonly actionsPerMinute: Column;
  };
}

/** Kills that a session's bare headshot rate counts as, where the sender reports no kills. Chosen by us: a low count. */
const nominalKills = 5;

/** A number within the range, else NaN: missing and absurd values are the same to a detector. */
export const within = (value: number | null | undefined, low: number, high: number): number =>
  value !== null && value !== undefined && value >= low && value <= high ? value : Number.NaN;
const count = (value: number | null): number => within(value, 0, 1_000_000);

function headshotShareOf(s: SessionEvidence, kills: number): number {
  const counted = count(s.headshots) / kills;
  return counted <= 1 ? counted : within(s.headshotRate, 0, 1);
}

const rows = 13;

function emptyColumns(sessions: readonly SessionEvidence[]): Columns {
  const row = slabOf(rows, sessions.length);
  return {
    sessions,
    ones: row().fill(1),
    kills: row(),
    deaths: row(),
    deathsOrHalf: row(),
    shots: row(),
    hits: row(),
    minutes: row(),
    headshotShare: row(),
    headshotExposure: row(),
    sent: { durationMinutes: row(), reactionTimeMs: row(), movementSpeed: row(), actionsPerMinute: row() },
  };
}

export function columnsOf(sessions: readonly SessionEvidence[]): Columns {
  const columns = emptyColumns(sessions);
  const { sent } = columns;
  let i = 0;
  for (const s of sessions) {
    const kills = count(s.kills);
    const deaths = count(s.deaths);
    const shots = count(s.shotsFired);
    columns.kills[i] = kills;
    columns.deaths[i] = deaths;
    columns.deathsOrHalf[i] = Math.max(0.5, deaths);
    columns.shots[i] = shots;
    columns.hits[i] = Math.min(count(s.shotsHit), shots);
    columns.minutes[i] = within(s.durationMinutes, 0, 1_440);
    columns.headshotShare[i] = headshotShareOf(s, kills);
    columns.headshotExposure[i] = Number.isNaN(kills) ? nominalKills : kills;
    sent.durationMinutes[i] = s.durationMinutes ?? Number.NaN;
    sent.reactionTimeMs[i] = s.reactionTimeMs ?? Number.NaN;
    sent.movementSpeed[i] = s.movementSpeed ?? Number.NaN;
    sent.actionsPerMinute[i] = s.actionsPerMinute ?? Number.NaN;
    i += 1;
  }
  return columns;
}
