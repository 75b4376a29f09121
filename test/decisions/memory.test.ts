/** What an isolate remembers: not for long, and nothing that a decision has overtaken. */
import { describe, expect, it } from "vitest";
import { createDecisionMemory } from "../../src/decisions/memory.ts";

describe("remembered checks", () => {
  it("last less than five seconds, in either direction of the clock", () => {
    const memory = createDecisionMemory<string>();
    memory.rememberCheck("k", "v", 10_000, memory.generation());
    expect([5_001, 10_000, 14_999].map((at) => memory.findCheck("k", at))).toEqual(["v", "v", "v"]);
    expect([5_000, 15_000].map((at) => memory.findCheck("k", at))).toEqual([undefined, undefined]);
  });

  it("go with a decision, and what was read before it is not remembered after", () => {
    const memory = createDecisionMemory<string>();
    const readIn = memory.generation();
    memory.rememberCheck("k", "v", 0, readIn);
    memory.forgetChecks();
    expect(memory.findCheck("k", 0)).toBeUndefined();
    memory.rememberCheck("k", "old", 0, readIn);
    expect(memory.findCheck("k", 0)).toBeUndefined();
  });

  it("are ten thousand at most, the latest", () => {
    const memory = createDecisionMemory<number>();
    for (let n = 0; n <= 10_000; n++) memory.rememberCheck(String(n), n, 0, 0);
    expect([memory.findCheck("0", 0), memory.findCheck("1", 0)]).toEqual([undefined, 1]);
  });
});

it("one look a second", () => {
  const memory = createDecisionMemory();
  expect([0, 1, 999, 1_000, 1_500, 2_000].map((at) => memory.mayLook(at))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});
