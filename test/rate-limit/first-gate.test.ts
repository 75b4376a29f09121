import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addressGate, holdsMoreThan } from "../../src/rate-limit/first-gate.ts";

it("wrangler.toml binds the gate that the code knows", () => {
  const [section = ""] = /\[\[ratelimits\]\][^[]*/.exec(readFileSync("wrangler.toml", "utf8")) ?? [];
  expect(section).toContain(`name = "${addressGate.name}"`);
  expect(section).toContain(
    `simple = { limit = ${addressGate.limit}, period = ${addressGate.periodSeconds} }`,
  );
});

describe("whether a limit may let in more than the gate", () => {
  it.each([
    { limit: 1_000, periodSeconds: 60, more: false },
    { limit: 1_001, periodSeconds: 60, more: true },
    { limit: 1_000, periodSeconds: 3_600, more: false },
    // All of them may come in one minute.
    { limit: 1_001, periodSeconds: 3_600, more: true },
    { limit: 500, periodSeconds: 30, more: false },
    { limit: 500, periodSeconds: 29, more: true },
    { limit: 16, periodSeconds: 1, more: false },
    { limit: 17, periodSeconds: 1, more: true },
  ])("$limit in $periodSeconds s: $more", ({ limit, periodSeconds, more }) => {
    expect(holdsMoreThan({ name: "x", limit, periodSeconds }, addressGate)).toBe(more);
  });
});
