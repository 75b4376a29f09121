/** What the risk routes answer, made from what is stored of a player. */
import { anomalyAnswer, isoOf, playerAnswer, pointsOf } from "../actions/answers.ts";
import { pointsOfHistory } from "../actions/risk-history.ts";
import { storedScore } from "../actions/score-players.ts";
import type { PlayerWithStandings, StandingRow } from "../db/players.ts";
import { bandOf } from "../detection/bands.ts";
import type { Aggregates, LedgerLine, Score } from "../detection/risk.ts";

const scoresOf = (standings: readonly StandingRow[]): Score[] =>
  standings.map(({ result }) => storedScore(result)).filter((score) => score !== null);

/** The anomalies of all modes, those of the riskiest first; what an event shows counts in each mode and stands once. */
export function anomaliesOf(standings: readonly StandingRow[]) {
  const byRisk = [...standings].sort((a, b) => b.top - a.top || b.risk - a.risk);
  const shown = scoresOf(byRisk).flatMap(({ anomalies }) => anomalies.map(anomalyAnswer));
  return [...new Map(shown.map((anomaly) => [JSON.stringify(anomaly), anomaly])).values()];
}

function lineAnswer(line: LedgerLine) {
  return {
    kind: line.kind,
    id: line.id,
    group: line.group,
    points: pointsOf(line.points),
    sentence: line.sentence,
    observed: line.observed,
    unit: line.unit,
    median: line.median,
    per_100k: line.per100k,
    exposure: line.exposure,
    since: line.sinceMs === null ? null : isoOf(line.sinceMs),
    session_ids: line.sessionIds,
  };
}

/** Mean of per-mode means, weighted by their sessions; null where no mode measured it. */
function weighted(parts: readonly Aggregates[], pick: (part: Aggregates) => number | null): number | null {
  let sum = 0;
  let sessions = 0;
  for (const part of parts) {
    const value = pick(part);
    if (value === null) continue;
    sum += value * part.sessions;
    sessions += part.sessions;
  }
  return sessions === 0 ? null : Math.round((sum / sessions) * 1e4) / 1e4;
}

/** Averages of a player without sessions are 0, as the classic service has it; of unmeasured sessions they are null. */
export function aggregatesAnswer(standings: readonly StandingRow[]) {
  const parts = scoresOf(standings).map(({ aggregates }) => aggregates);
  const sessions = parts.reduce((sum, part) => sum + part.sessions, 0);
  const mean = (pick: (part: Aggregates) => number | null) => (sessions === 0 ? 0 : weighted(parts, pick));
  return {
    sessions,
    avg_duration_minutes: mean((part) => part.avgDurationMinutes),
    avg_actions_per_minute: mean((part) => part.avgActionsPerMinute),
    avg_headshot_rate: mean((part) => part.avgHeadshotRate),
  };
}

export function riskAnswer({ player, standings }: PlayerWithStandings) {
  const top = storedScore(standings.find((standing) => standing.top === 1)?.result ?? null);
  const shown = playerAnswer(player);
  return {
    player: shown,
    risk_score: shown.risk_score,
    anomalies: anomaliesOf(standings),
    event_count: player.event_count,
    ledger: (top?.ledger ?? []).map(lineAnswer),
    band: shown.band,
    confidence: shown.confidence,
    calibrated: shown.calibrated,
    as_of: shown.as_of,
    next_band: top?.nextBand ? { ...top.nextBand, points: pointsOf(top.nextBand.points) } : null,
    versions: top?.versions ?? null,
    modes: standings.map(({ mode, risk, as_of }) => ({
      mode,
      risk_score: pointsOf(risk),
      as_of: as_of === null ? null : isoOf(as_of),
    })),
  };
}

export function historyAnswer({ player, standings }: PlayerWithStandings) {
  return {
    player: playerAnswer(player),
    modes: standings.map(({ mode, history }) => ({
      mode,
      history: pointsOfHistory(history).map((point) => ({
        as_of: isoOf(point.asOfMs),
        risk_score: pointsOf(point.risk),
        band: bandOf(point.risk),
        confidence: point.confidence,
        versions: point.versions,
      })),
    })),
  };
}
