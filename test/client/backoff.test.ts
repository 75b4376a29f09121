import { describe, expect, it } from "vitest";
import { backoffMs, exhaustedMs, retryAfterMs } from "../../src/client/backoff.ts";
import { startMs } from "./fake-world.ts";

describe("backoff", () => {
  it.each([
    [1, 0, 0],
    [1, 0.999, 500],
    [2, 0.5, 500],
    [6, 0.999, 15_984],
    [7, 0.999, 29_970],
    [1_000, 0.5, 15_000],
  ])("after failure %i with chance %d: %i ms", (failures, random, ms) => {
    expect(backoffMs(failures, random)).toBe(ms);
  });
});

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    [" 7 ", 7_000],
    ["Tue, 24 Nov 2026 12:00:09 GMT", 9_000],
    ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
    [null, null],
    ["", null],
    ["-1", null],
    ["1.5", null],
    ["soon", null],
  ])("%j is %j", (header, ms) => expect(retryAfterMs(header, startMs)).toBe(ms));
});

describe("RateLimit", () => {
  it.each([
    ['"bulk";r=0;t=30', 30_000],
    ['"bulk"; r=0; t=30', 30_000],
    ['"bulk";r=1;t=30', 0],
    ['"bulk";r=0', 0],
    ["", 0],
    [null, 0],
  ])("%j holds for %i ms", (header, ms) => expect(exhaustedMs(header)).toBe(ms));
});
