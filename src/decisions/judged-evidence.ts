/** The same evidence never opens a case twice: which of it a decided case has judged, and what is left to count. */
import { type EventEvidence, evidenceLimits, type SessionEvidence } from "../detection/evidence.ts";
import type { Score } from "../detection/risk.ts";
import { withoutCopies } from "../detection/session-copies.ts";
import type { Verdict } from "./verdict.ts";

export interface EvidencePart {
  readonly sessions: readonly SessionEvidence[];
  readonly events: readonly EventEvidence[];
}

/** Keys of what a case judged: everything that was in sight when it was opened. */
export interface Judged {
  readonly sessions: readonly string[];
  readonly events: readonly string[];
  /** Older sessions, in ms, were out of sight because so many were newer: they count as judged. Null: none were. */
  readonly beforeMs: number | null;
}

/** Rows of evidence are at most those that a score is made of, so a full window hides older ones. */
export function judgedKeys({ sessions, events }: EvidencePart): Judged {
  const isFull = sessions.length >= evidenceLimits.sessions;
  return {
    sessions: sessions.map(({ sessionId }) => sessionId),
    events: events.map(({ id }) => id),
    beforeMs: isFull ? Math.min(...sessions.map(({ recordedAtMs }) => recordedAtMs)) : null,
  };
}

/** What none of the cases has judged. A copy of a judged session under another id is no new evidence. */
export function unjudged(whole: EvidencePart, cases: readonly Judged[]): EvidencePart {
  const known = new Set(cases.flatMap(({ sessions }) => sessions));
  const seen = new Set(cases.flatMap(({ events }) => events));
  const beforeMs = Math.max(...cases.map((judged) => judged.beforeMs ?? Number.NEGATIVE_INFINITY));
  const isKnown = (s: SessionEvidence) => known.has(s.sessionId) || s.recordedAtMs < beforeMs;
  const fresh = whole.sessions.filter((session) => !isKnown(session));
  const distinct = new Set(withoutCopies([...whole.sessions.filter(isKnown), ...fresh]));
  return {
    sessions: fresh.filter((session) => distinct.has(session)),
    events: whole.events.filter(({ id }) => !seen.has(id)),
  };
}

/** The earlier cases of a player in a mode that matter: each saw all that is still in sight of those before it. */
export interface EarlierCases {
  /** The last one. Its verdict is null while only an appeal has brought it up. */
  readonly latest: { readonly verdict: Verdict | null; readonly judged: Judged } | null;
  /** The last one that was confirmed or cleared. */
  readonly settled: Judged | null;
}

/** Active sessions that nobody judged, from which on an inconclusive suspicion is looked at again. */
const sessionsToLookAgain = 3;

/**
 * The part of the evidence that a new case may rest on, with its score; null: it must not be opened. After a verdict
 * only what no case has judged counts, and must stand by itself. After `inconclusive` the suspicion may rest on what
 * was judged then, once there is more to see.
 */
export function groundsOf<S extends Score>(
  whole: EvidencePart,
  earlier: EarlierCases,
  judge: (part: EvidencePart) => S,
  stands: (score: S) => boolean,
): { readonly part: EvidencePart; readonly score: S } | null {
  const { latest, settled } = earlier;
  const settledCases = settled === null ? [] : [settled];
  const fresh = latest === null ? whole : unjudged(whole, [latest.judged, ...settledCases]);
  const isOpen = latest?.verdict === "inconclusive";
  if (isOpen && judge(fresh).statistics.size < sessionsToLookAgain) return null;
  const part = isOpen ? (settled === null ? whole : unjudged(whole, settledCases)) : fresh;
  const score = judge(part);
  return stands(score) ? { part, score } : null;
}
