/** How long rows are kept, from variables. */
import { describe, expect, it } from "vitest";
import {
  fitRetention,
  oldestMsOf,
  prunedBeforeMs,
  retentionFaults,
  retentionOf,
} from "../../src/telemetry/retention.ts";

const dayMs = 86_400_000;
const names = [
  "SESSION_RETENTION_DAYS",
  "EVENT_RETENTION_DAYS",
  "CASE_RETENTION_DAYS",
  "HISTORY_RETENTION_DAYS",
  "AUDIT_RETENTION_DAYS",
] as const;

describe("the retention", () => {
  it("has defaults, for what is unset or empty", () => {
    const days = { sessionDays: 400, eventDays: 400, caseDays: 730, historyDays: 730, auditDays: 365 };
    expect(fitRetention({})).toEqual(days);
    expect(fitRetention(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(days);
  });

  it.each(names)("takes whole days of %s, and refuses everything else by name", (name) => {
    for (const text of ["0", "-1", "1.5", "x", "36501", "99999", " 30", "1e3", "400d"]) {
      expect(retentionFaults({ [name]: text })).toEqual([
        `${name} must be a whole number of days from 1 to 36500, or unset.`,
      ]);
      expect(fitRetention({ [name]: text })).toBeNull();
    }
    expect(retentionFaults({ [name]: "800" })).toEqual([]);
    expect(Object.values(retentionOf({ [name]: "800" }))).toContain(800);
  });

  it.each([
    { SESSION_RETENTION_DAYS: "731" },
    { EVENT_RETENTION_DAYS: "731" },
    { AUDIT_RETENTION_DAYS: "731" },
  ])("keeps cases as long as what they rest on: %o", (texts) => {
    expect(retentionOf(texts).caseDays).toBe(731);
    expect(retentionFaults({ ...texts, CASE_RETENTION_DAYS: "731" })).toEqual([]);
    expect(retentionFaults({ ...texts, CASE_RETENTION_DAYS: "730" })).toEqual([
      expect.stringMatching(/^CASE_RETENTION_DAYS must not be less/),
    ]);
  });

  it("deletes only what intake refuses, and cases after their evidence", () => {
    for (const texts of [
      {},
      { SESSION_RETENTION_DAYS: "1", EVENT_RETENTION_DAYS: "3" },
      { SESSION_RETENTION_DAYS: "900" },
    ]) {
      const kept = retentionOf(texts);
      const now = 1_000 * dayMs;
      const before = prunedBeforeMs(now, kept);
      expect(oldestMsOf(now, kept).sessions - before.sessions).toBe(dayMs);
      expect(oldestMsOf(now, kept).events - before.events).toBe(dayMs);
      expect(Math.min(before.sessions, before.events) - before.cases).toBeGreaterThanOrEqual(6 * dayMs);
    }
  });
});
