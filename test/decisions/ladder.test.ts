/** Policies, terms, strictness and subjects: one step either side of each edge. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decisionTypes } from "../../src/decisions/decision.ts";
import { countPriors, type Prior, stepAfter } from "../../src/decisions/ladder.ts";
import { daysToMs, holdsAt, needsEnd, startOf, stateAt } from "../../src/decisions/lifecycle.ts";
import { caseThresholdOf, defaultSettings, EnforcementSettings } from "../../src/decisions/settings.ts";
import { mayJoin, strictestOf } from "../../src/decisions/strictest.ts";
import { refOf, subjectOf } from "../../src/decisions/subject.ts";

const nowMs = 1_800_000_000_000;
const policyWith = (counts_days: number | null) => ({
  ladder: [
    { type: "suspend" as const, days: 7 },
    { type: "suspend" as const, days: 30 },
    { type: "ban" as const, days: null },
  ],
  counts_days,
});

describe("a ladder", () => {
  const prior = (more: Partial<Prior> = {}): Prior => ({
    policy: "p",
    madeAtMs: nowMs - daysToMs(5),
    endKind: "expired",
    ...more,
  });

  it.each([
    { name: "nothing before", priors: [], step: 0 },
    { name: "one before", priors: [prior()], step: 1 },
    { name: "one that holds still", priors: [prior({ endKind: null })], step: 1 },
    { name: "one that was revoked", priors: [prior({ endKind: "revoked" as const })], step: 1 },
    { name: "one that was expunged", priors: [prior({ endKind: "expunged" as const })], step: 0 },
    { name: "one of another policy", priors: [prior({ policy: "q" }), prior({ policy: null })], step: 0 },
    { name: "more than it has steps", priors: [prior(), prior(), prior(), prior()], step: 2 },
    { name: "one a moment too long ago", priors: [prior({ madeAtMs: nowMs - daysToMs(10) })], step: 0 },
    { name: "one a moment less long ago", priors: [prior({ madeAtMs: nowMs - daysToMs(10) + 1 })], step: 1 },
  ])("$name", ({ priors, step }) => {
    const policy = policyWith(10);
    expect(stepAfter(policy, countPriors(priors, "p", policy, nowMs))).toBe(policy.ladder[step]);
  });

  it("counts for ever where nothing else is said", () => {
    expect(countPriors([prior({ madeAtMs: 0 })], "p", policyWith(null), nowMs)).toBe(1);
  });
});

describe("a term", () => {
  const term = { startsAtMs: 100, expiresAtMs: 200 };
  it.each([
    [99, false, "scheduled"],
    [100, true, "live"],
    [199, true, "live"],
    [200, false, "ended"],
  ] as const)("at %i holds: %s", (atMs, holds, state) => {
    expect(holdsAt(term, atMs)).toBe(holds);
    expect(stateAt(term, null, atMs)).toBe(state);
    expect(stateAt(term, "revoked", atMs)).toBe("ended");
  });

  it("without an end holds on", () => {
    expect(holdsAt({ startsAtMs: 100, expiresAtMs: null }, Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  it("starts within its window, and never before now", () => {
    const start = { startsAtMs: nowMs - 50, delayWindowMs: 1_000 };
    expect(startOf(start, nowMs, 0)).toBe(nowMs);
    expect(startOf(start, nowMs, 0.9999)).toBe(nowMs + 999);
    expect(startOf({ startsAtMs: nowMs + 5, delayWindowMs: null }, nowMs, 0.5)).toBe(nowMs + 5);
    expect(startOf({ startsAtMs: null, delayWindowMs: null }, nowMs, 0.5)).toBe(nowMs);
  });
});

describe("strictness", () => {
  it("is the order of the types", () => {
    expect(strictestOf([])).toBe("none");
    for (const [place, type] of decisionTypes.entries()) {
      expect(strictestOf(decisionTypes.slice(0, place + 1).toReversed())).toBe(type);
    }
  });

  it("keeps out from a kick on", () => {
    expect(decisionTypes.filter((type) => !mayJoin(type))).toEqual(["kick", "suspend", "ban"]);
    expect(mayJoin("none")).toBe(true);
    expect(decisionTypes.filter(needsEnd)).toEqual(["kick", "suspend"]);
  });
});

describe("a subject", () => {
  it("is the ref, and never that of another player", () => {
    expect(subjectOf({ id: 17, ref: null })).toBe("#17");
    expect(subjectOf({ id: 9, ref: "#17" })).toBe("##17");
    const player = fc.record({
      id: fc.integer({ min: 1, max: 50 }),
      ref: fc.option(fc.stringMatching(/^#{0,2}[0-9a]{1,2}$/)),
    });
    fc.assert(
      fc.property(player, player, (a, b) => {
        expect(refOf(subjectOf(a))).toBe(a.ref);
        const isSame = a.ref === null && b.ref === null ? a.id === b.id : a.ref === b.ref;
        expect(subjectOf(a) === subjectOf(b)).toBe(isSame);
      }),
    );
  });
});

describe("settings", () => {
  const faults = (settings: unknown) =>
    (EnforcementSettings.safeParse(settings).error?.issues ?? []).map(({ path }) => path.join("/"));

  it("begin with nothing automatic", () => {
    expect(defaultSettings).toEqual({
      case_threshold: 70,
      second_review_share: 0.1,
      policies: {},
      automation: {},
    });
    expect(caseThresholdOf({ ...defaultSettings, case_threshold: 82.35 })).toBe(8_235);
  });

  it.each([
    [{ policies: { p: { ladder: [] } } }, "policies/p/ladder"],
    [{ policies: { p: { ladder: [{ type: "suspend" }] } } }, "policies/p/ladder/0/days"],
    [{ policies: { "a b": { ladder: [{ type: "ban" }] } } }, "policies/a b"],
    [{ automation: { ban: { enabled: true, policy: "none" } } }, "automation/ban/policy"],
    [{ automation: { ban: { enabled: true } } }, "automation/ban/policy"],
    [{ automation: { suspend: { enabled: true, days: null } } }, "automation/suspend/days"],
    [{ automation: { ban: { days: null, groups: 1 } } }, "automation/ban/groups"],
    [{ automation: { ban: { days: null, calibrated: false } } }, "automation/ban/calibrated"],
    [{ automation: { ban: { days: null, min_band: "elevated" } } }, "automation/ban/min_band"],
    [{ automation: { hug: { days: 1 } } }, "automation"],
    [{ case_threshold: 39.99 }, "case_threshold"],
    [{ threshold: 70 }, ""],
  ])("%j is refused at %s", (settings, path) => expect(faults(settings)).toContain(path));

  it("take a policy whose name an object has already", () => {
    expect(faults({ automation: { ban: { policy: "constructor" } } })).toContain("automation/ban/policy");
  });
});
