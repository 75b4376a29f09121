/** The arithmetic of the bill, against an example worked by hand. */
import { describe, expect, it } from "vitest";
import { billOf, type Load, type Units } from "./bill.ts";

const units: Units = {
  single: { cpuUs: 3_000, rowsRead: 30, rowsWritten: 12 },
  bulkSession: { cpuUs: 40, rowsRead: 2, rowsWritten: 2.5 },
  standing: { cpuUs: 1_000, rowsRead: 100, rowsWritten: 5 },
  check: { cpuUs: 1_000, rowsRead: 3, rowsWritten: 0 },
  bytesPerSession: 500,
};
const load: Load = {
  sessionsADay: 1_000_000,
  sessionsARequest: 1,
  retentionDays: 90,
  scoresASession: 1,
  checksASession: 2,
  limiterCallsARequest: 0.1,
};

describe("the bill of a month", () => {
  it("is what the example comes to", () => {
    const { usage, dollars, total, databases } = billOf(units, load);
    // 30 million sessions, 60 million checks, 1,753 crons a day.
    expect(usage.requests).toBe(90_052_590);
    // 30 M x 3 ms + 30 M x 1 ms + 60 M x 1 ms.
    expect(usage.cpuMs).toBeCloseTo(180e6, 3);
    // 30 M x 30 + 30 M x 100 + 60 M x 3; 30 M x 12 + 30 M x 5.
    expect(usage.rowsRead).toBe(4_080e6);
    expect(usage.rowsWritten).toBe(510e6);
    // A tenth of 90 million, each 10 ms of 128 MB.
    expect(usage.objectRequests).toBe(9e6);
    expect(usage.objectGbSeconds).toBeCloseTo(11_520, 6);
    // 90 million sessions of 500 bytes.
    expect(usage.storageGb).toBe(45);
    expect(databases).toBe(5);
    expect(dollars).toEqual({
      base: 5,
      requests: expect.closeTo(24.015_777, 6),
      cpuMs: expect.closeTo(3, 6),
      rowsRead: 0,
      rowsWritten: expect.closeTo(460, 6),
      objectRequests: expect.closeTo(1.2, 6),
      objectGbSeconds: 0,
      storageGb: expect.closeTo(30, 6),
    });
    expect(total).toBeCloseTo(523.215_777, 6);
  });

  it("sends a thousandth of the requests in bulk, at what a session costs there", () => {
    const { usage } = billOf(units, { ...load, sessionsARequest: 1_000, checksASession: 0 });
    expect(usage.requests).toBe(30_000 + 52_590);
    expect(usage.rowsWritten).toBe(30e6 * (2.5 + 5));
    expect(usage.cpuMs).toBeCloseTo(30e6 * 1.04, 3);
    expect(usage.objectRequests).toBe(3_000);
  });

  it("is the base alone where all is included, and counts the first row beyond", () => {
    const small = { ...load, sessionsADay: 1_000, checksASession: 0 };
    expect(billOf(units, small)).toMatchObject({ total: 5, databases: 1 });
    const nothing = { cpuUs: 0, rowsRead: 0, rowsWritten: 0 };
    const written = { ...units, single: { ...nothing, rowsWritten: 1 }, standing: nothing, check: nothing };
    const just = { ...small, sessionsADay: 50e6 / 30, retentionDays: 0 };
    expect(billOf(written, just).dollars.rowsWritten).toBeCloseTo(0, 9);
    expect(billOf(written, { ...just, sessionsADay: 60e6 / 30 }).dollars.rowsWritten).toBeCloseTo(10, 9);
  });

  it("grows with what is kept", () => {
    const of = (retentionDays: number) => billOf(units, { ...load, retentionDays });
    expect(of(400).usage.storageGb).toBe(200);
    expect(of(400).dollars.storageGb - of(90).dollars.storageGb).toBeCloseTo(155 * 0.75, 9);
    expect(of(400).databases).toBe(20);
  });
});
