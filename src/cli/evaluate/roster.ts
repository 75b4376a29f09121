/** Who played: the standings (player, game, mode) of a file's sessions, each with its bounded evidence. */
import { evidenceLimits, type SessionEvidence } from "../../detection/evidence.ts";
import type { Session } from "../../telemetry/session.ts";

export interface Standing {
  readonly player: string;
  readonly game: string;
  readonly mode: string;
  /** The newest sessions, at most as many as the service loads. */
  readonly sessions: readonly SessionEvidence[];
  /** Distinct sessions ever sent. */
  readonly total: number;
}

export interface Roster {
  add(session: Session): void;
  /** Sessions taken in, without repetitions. */
  readonly sessions: number;
  /** When the newest of them was recorded; -Infinity without any. */
  readonly newestMs: number;
  standings(): Standing[];
}

interface Growing {
  readonly player: string;
  readonly game: string;
  readonly mode: string;
  sessions: Map<string, SessionEvidence>;
  total: number;
}

const noMetrics: Readonly<Record<string, number>> = {};

/** The evidence of a session, as the service reads it back from its table. */
function evidenceOf(session: Session): SessionEvidence {
  const { playerId: _, ref: __, game: ___, mode: ____, build: _____, server: ______, ...measured } = session;
  return { ...measured, metrics: session.metrics ?? noMetrics };
}

function newest(sessions: Iterable<SessionEvidence>): SessionEvidence[] {
  const sorted = [...sessions].sort(
    (a, b) => b.recordedAtMs - a.recordedAtMs || (a.sessionId < b.sessionId ? 1 : -1),
  );
  return sorted.slice(0, evidenceLimits.sessions);
}

/** @param untilMs sessions recorded later are left out; Infinity takes all */
export function createRoster(untilMs: number): Roster {
  const standings = new Map<string, Growing>();
  let sessions = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  const standingOf = (session: Session): Growing => {
    const player = session.ref ?? `#${session.playerId}`;
    const game = session.game ?? "default";
    const key = JSON.stringify([player, game, session.mode]);
    const known = standings.get(key) ?? { player, game, mode: session.mode, sessions: new Map(), total: 0 };
    standings.set(key, known);
    return known;
  };
  const add = (session: Session) => {
    if (session.recordedAtMs > untilMs) return;
    const standing = standingOf(session);
    if (standing.sessions.has(session.sessionId)) return;
    standing.sessions.set(session.sessionId, evidenceOf(session));
    standing.total += 1;
    sessions += 1;
    newestMs = Math.max(newestMs, session.recordedAtMs);
    // Trimmed at twice the limit, so that sorting stays cheap.
    if (standing.sessions.size < 2 * evidenceLimits.sessions) return;
    standing.sessions = new Map(newest(standing.sessions.values()).map((s) => [s.sessionId, s]));
  };
  return {
    add,
    get sessions() {
      return sessions;
    },
    get newestMs() {
      return newestMs;
    },
    standings: () =>
      [...standings.values()].map(({ player, game, mode, total, ...standing }) => ({
        player,
        game,
        mode,
        total,
        sessions: newest(standing.sessions.values()),
      })),
  };
}
