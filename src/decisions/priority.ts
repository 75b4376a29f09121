/** Which case first: the riskier, surer, busier suspect, and the better reporter's. */
import type { Confidence } from "../detection/risk.ts";

/** What the order of cases is made of. */
export interface Urgency {
  /** Of the frozen score, hundredths of a point. */
  readonly risk: number;
  readonly confidence: Confidence;
  /** When the player was last seen; 0: never. */
  readonly lastSeenMs: number;
  /** Sessions of the last seven days in the mode; counted up to {@link busySessions}. */
  readonly recentSessions: number;
  /** Of the reports on the player, 0..1; 0.5 says nothing. */
  readonly credibility: number;
}

export const recentDays = 7;
/** Two sessions a day are as busy as it counts: more rows would be read for nothing. */
export const busySessions = 14;

const dayMs = 86_400_000;
/** Somebody not seen for so long counts half as present. */
const absenceHalfLifeDays = 2;
/** An insufficient record is no judgement, only an order: it waits behind a judged one of up to twice its risk. */
const insufficientWeight = 0.5;
/** Whoever stopped playing harms nobody, but may come back: never less than this. */
const leastPlaying = 0.1;

/** 0.1..1: from gone to playing every day. A clock that runs behind the session counts as now. */
function playingNow({ lastSeenMs, recentSessions }: Urgency, nowMs: number): number {
  const awayDays = Math.max(0, nowMs - lastSeenMs) / dayMs;
  const present = 0.5 ** (awayDays / absenceHalfLifeDays);
  const busy = (1 + Math.min(busySessions, recentSessions) / busySessions) / 2;
  return leastPlaying + (1 - leastPlaying) * present * busy;
}

/**
 * Risk x confidence x how much the player is playing now x credibility of reports, 0..1.5. Credibility moves it by half
 * at most in either direction. All weights chosen by us: they order work, and decide nothing.
 */
export function priorityOf(urgency: Urgency, nowMs: number): number {
  const sure = urgency.confidence === "sufficient" ? 1 : insufficientWeight;
  const credible = 0.5 + Math.min(1, Math.max(0, urgency.credibility));
  const priority = (urgency.risk / 10_000) * sure * playingNow(urgency, nowMs) * credible;
  return Math.round(priority * 1e6) / 1e6;
}
