import { describe, expect, it } from "vitest";
import {
  type EarlierCases,
  type EvidencePart,
  groundsOf,
  judgedKeys,
  unjudged,
} from "../../src/decisions/judged-evidence.ts";
import type { EventEvidence, SessionEvidence } from "../../src/detection/evidence.ts";
import type { Score } from "../../src/detection/risk.ts";

const session = (n: number, more: Partial<SessionEvidence> = {}): SessionEvidence => ({
  sessionId: `s${n}`,
  recordedAtMs: 1_000_000 + n,
  durationMinutes: 20,
  actionsPerMinute: 90 + n,
  headshotRate: 0.3,
  reactionTimeMs: 240,
  kills: 10,
  deaths: 9,
  headshots: 3,
  shotsFired: 200,
  shotsHit: 40,
  movementSpeed: null,
  metrics: {},
  ...more,
});
const event = (id: string): EventEvidence => ({
  id,
  type: "speed_hack",
  severity: "high",
  source: "log",
  sessionId: null,
  detectedAtMs: 0,
});
const part = (from: number, to: number, events: readonly string[] = []): EvidencePart => ({
  sessions: Array.from({ length: to - from }, (_, i) => session(from + i)),
  events: events.map(event),
});
const keysOf = ({ sessions, events }: EvidencePart) => [
  ...sessions.map(({ sessionId }) => sessionId),
  ...events.map(({ id }) => id),
];

describe("what a case judged", () => {
  it("is every key in sight; older sessions only of a full window", () => {
    expect(judgedKeys(part(0, 2, ["e"]))).toEqual({ sessions: ["s0", "s1"], events: ["e"], beforeMs: null });
    expect(judgedKeys(part(5, 104)).beforeMs).toBeNull();
    expect(judgedKeys(part(5, 105)).beforeMs).toBe(1_000_005);
  });
});

describe("what no case has judged", () => {
  it("is what is named in none of them", () => {
    const judged = [judgedKeys(part(0, 3, ["a"])), judgedKeys(part(3, 5, ["b"]))];
    expect(keysOf(unjudged(part(0, 7, ["a", "b", "c"]), judged))).toEqual(["s5", "s6", "c"]);
  });

  it("leaves out a session that is older than all of a full window, by a millisecond", () => {
    const judged = judgedKeys(part(10, 110));
    const late = (recordedAtMs: number) => ({ ...session(500), recordedAtMs });
    const left = (ms: number) => unjudged({ sessions: [late(ms)], events: [] }, [judged]).sessions.length;
    expect([left(1_000_009), left(1_000_010)]).toEqual([0, 1]);
  });

  it("leaves out a copy of a judged session, and of a new one keeps one", () => {
    const copyOf = (n: number, id: string) => ({ ...session(n), sessionId: id, recordedAtMs: 5_000_000 });
    const whole = {
      sessions: [...part(0, 3).sessions, copyOf(0, "x"), session(7), copyOf(7, "y")],
      events: [],
    };
    expect(keysOf(unjudged(whole, [judgedKeys(part(0, 3))]))).toEqual(["s7"]);
  });
});

describe("the grounds of a new case", () => {
  /** A score of as many points as there are sessions. */
  const judge = ({ sessions }: EvidencePart) =>
    ({ risk: sessions.length, statistics: { size: sessions.length } }) as unknown as Score;
  const grounds = (earlier: EarlierCases, least = 4, whole = part(0, 10)) =>
    groundsOf(whole, earlier, judge, ({ risk }) => risk >= least);
  const latest = (verdict: "cleared" | "confirmed" | "inconclusive" | null, to: number) => ({
    verdict,
    judged: judgedKeys(part(0, to)),
  });

  it.each(["cleared", "confirmed", null] as const)("after %s: the new alone, where it stands", (verdict) => {
    expect(grounds({ latest: latest(verdict, 6), settled: null })?.part.sessions).toHaveLength(4);
    expect(grounds({ latest: latest(verdict, 7), settled: null })).toBeNull();
  });

  it("after inconclusive: all of it, where three sessions are new", () => {
    expect(grounds({ latest: latest("inconclusive", 7), settled: null })?.part.sessions).toHaveLength(10);
    expect(grounds({ latest: latest("inconclusive", 8), settled: null })).toBeNull();
    expect(grounds({ latest: latest("inconclusive", 7), settled: null }, 11)).toBeNull();
  });

  it("after inconclusive and something settled before: all that is not settled", () => {
    const earlier = { latest: latest("inconclusive", 7), settled: judgedKeys(part(0, 5)) };
    expect(grounds(earlier)?.part.sessions).toHaveLength(5);
    expect(grounds(earlier, 6)).toBeNull();
  });

  it("without an earlier case: all of it", () => {
    expect(grounds({ latest: null, settled: null })?.part.sessions).toHaveLength(10);
  });
});
