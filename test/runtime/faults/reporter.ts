/** Lists every fault that the tests injected and what became of it: a summary at the end, all of it in test/artifacts. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestCase } from "vitest/node";
import type { Outcome } from "./outcome.ts";

const artifacts = join(import.meta.dirname, "../../artifacts");

const lineOf = ({ path, kind, at, status, left, again, end }: Outcome): string =>
  `${path} | ${kind} | ${at} | answered ${status} | left ${left} | again ${again} | ${end}`;

/** How many faults of each kind there were, and how they ended. */
function summaryOf(outcomes: readonly Outcome[]) {
  const kinds = [...Map.groupBy(outcomes, ({ kind }) => kind)].sort(([a], [b]) => a.localeCompare(b));
  const count = (list: readonly Outcome[], member: keyof Outcome, value: string) =>
    list.filter((outcome) => outcome[member] === value).length;
  return kinds.map(([kind, list]) => ({
    fault: kind,
    injected: list.length,
    "left nothing": count(list, "left", "nothing"),
    "left everything": count(list, "left", "everything"),
    "left whole steps": count(list, "left", "a part"),
    "then as without a fault": count(list, "end", "as without a fault"),
    "then as asked twice": count(list, "end", "as asked twice"),
  }));
}

export default class FaultReporter implements Reporter {
  readonly #outcomes: Outcome[] = [];

  onTestCaseResult(test: TestCase): void {
    this.#outcomes.push(...(test.meta().faults ?? []));
  }

  onTestRunEnd(): void {
    if (this.#outcomes.length === 0) return;
    const lines = this.#outcomes.map(lineOf).sort();
    mkdirSync(artifacts, { recursive: true });
    writeFileSync(join(artifacts, "faults.txt"), `${lines.join("\n")}\n`);
    console.table(summaryOf(this.#outcomes));
    console.log(`${lines.length} faults, each with its outcome: test/artifacts/faults.txt`);
  }
}
