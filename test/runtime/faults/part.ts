/** A part of the list of writes: Vitest runs the files of the parts beside each other. */
import { describe, expect, it } from "vitest";
import { writes } from "../writes.ts";
import { list } from "./outcome.ts";
import { outcomesOf } from "./outcomes.ts";

const parts = 4;

/** A path takes up to a hundred runs, each on a database of its own. */
const timeoutMs = 600_000;

export function describePart(part: number): void {
  const own = writes.filter((_, place) => place % parts === part);
  const named = own.map(
    (written) => [`${written.route} (${written.action}, ${written.change})`, written] as const,
  );
  describe("D1 fails, times out or loses its answer at each call in turn", () => {
    it.for(named)("%s", { timeout: timeoutMs }, async ([, written], { task }) => {
      const outcomes = await outcomesOf(written);
      expect(outcomes.length).toBeGreaterThan(0);
      list(task, outcomes);
    });
  });
}
