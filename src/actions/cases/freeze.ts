/** Freezing: the evidence of a case as canonical JSON, with its hash, so that it reads the same in a year. */
import { sha256Hex } from "../../auth/digest.ts";
import type { NewCase } from "../../db/cases.ts";
import type { StoredScore } from "../../db/standings.ts";
import { canonicalJson } from "../../decisions/canonical-json.ts";
import { combinedCredibility, neutralCredibility } from "../../decisions/credibility.ts";
import type { FrozenEvidence, FrozenPlayer } from "../../decisions/frozen-evidence.ts";
import { type EvidencePart, judgedKeys } from "../../decisions/judged-evidence.ts";
import { priorityOf, recentDays } from "../../decisions/priority.ts";
import type { SessionEvidence } from "../../detection/evidence.ts";
import { isoOf } from "../answers.ts";
import type { Scored } from "../score-players.ts";

const dayMs = 86_400_000;

/** What a case is opened on. */
export interface Grounds {
  readonly scored: Scored;
  readonly player: FrozenPlayer & { readonly lastSeenMs: number };
  /** What counts of the evidence, and its score. */
  readonly part: EvidencePart;
  readonly score: StoredScore;
}

function leftOut(whole: EvidencePart, part: EvidencePart): FrozenEvidence["left_out"] {
  const [sessions, events] = [new Set(part.sessions), new Set(part.events)];
  return {
    sessions: whole.sessions.filter((session) => !sessions.has(session)).map((s) => s.sessionId),
    events: whole.events.filter((event) => !events.has(event)).map(({ id }) => id),
  };
}

function contentOf({ scored, player, part, score }: Grounds): FrozenEvidence {
  const { loaded, evidence } = scored;
  const { id, ref, username } = player;
  return {
    format: 1,
    player: { id, ref, username },
    game: loaded.game,
    mode: loaded.mode,
    as_of: isoOf(score.asOfMs),
    baseline_version: score.versions.baseline,
    profile_version: score.versions.profile,
    score,
    sessions: part.sessions,
    events: part.events,
    assumed: {
      serverTrusted: evidence.serverTrusted,
      reporterCredibility: score.reporterCredibility ?? neutralCredibility,
    },
    left_out: leftOut(loaded, part),
  };
}

/** How many of the sessions were recorded in the last {@link recentDays}. */
export const recentSessionsIn = (sessions: readonly SessionEvidence[], nowMs: number): number =>
  sessions.filter(({ recordedAtMs }) => recordedAtMs >= nowMs - recentDays * dayMs).length;

/** The case to insert. `judged` names all that was in sight, left out or not: none of it opens a case again. */
export async function freeze(
  grounds: Grounds,
  opening: Pick<NewCase, "state" | "origin" | "openedAtMs" | "openedBy">,
): Promise<NewCase> {
  const { scored, player, score } = grounds;
  const { playerId, game, mode, sessions, reports } = scored.loaded;
  const content = canonicalJson(contentOf(grounds));
  const { risk, confidence, versions } = score;
  const urgency = {
    risk,
    confidence,
    lastSeenMs: player.lastSeenMs,
    recentSessions: recentSessionsIn(sessions, opening.openedAtMs),
    credibility: combinedCredibility(reports),
  };
  return {
    ...opening,
    playerId,
    game,
    mode,
    risk,
    confidence,
    baselineVersion: versions.baseline,
    evidenceHash: await sha256Hex(content),
    priority: priorityOf(urgency, opening.openedAtMs),
    content,
    judged: JSON.stringify(judgedKeys(scored.loaded)),
  };
}
