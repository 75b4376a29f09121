import { describe, expect, it } from "vitest";
import { durationText, figuresOf, showProgress } from "../../src/cli/import/progress.ts";

const counts = { accepted: 1_500, duplicates: 400, rejected: 100 };

describe("figures", () => {
  it("are of this run where they are rates, and of the file where they are counts", () => {
    const standing = { counts, rows: 1_000, fileBytes: 600 };
    expect(figuresOf(standing, 10_000, 400, 1_000)).toEqual({
      rows: "2,000",
      rate: "100",
      rejected: "100",
      left: "20 s",
    });
  });

  it("say nothing of the time left before anything is done", () => {
    expect(figuresOf({ counts, rows: 0, fileBytes: 400 }, 0, 400, 1_000)).toMatchObject({
      left: "?",
      rate: "0",
    });
  });

  it.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [185, "3 min 5 s"],
    [7_800, "2 h 10 min"],
  ])("%d seconds: %s", (seconds, text) => expect(durationText(seconds)).toBe(text));
});

it("writes a line every ten seconds where there is no terminal", () => {
  const shown: string[] = [];
  let now = 0;
  const progress = showProgress({
    screen: { write: (text) => shown.push(text) },
    now: () => now,
    total: 1_000,
    begunAt: 0,
  });
  for (; now <= 25_000; now += 1_000) progress.at({ counts, rows: now / 10, fileBytes: now / 50 });
  progress.stop();
  expect(shown).toEqual([
    "20 %: 2,000 rows, 100 rows/s, 100 rejected, 40 s left\n",
    "40 %: 2,000 rows, 100 rows/s, 100 rejected, 30 s left\n",
  ]);
});

it("draws a bar on a terminal", () => {
  const shown: string[] = [];
  const screen = {
    isTTY: true,
    columns: 160,
    write: (text: string) => shown.push(text),
    on() {},
    once() {},
    removeListener() {},
  };
  const progress = showProgress({ screen, now: () => 0, total: 1_000, begunAt: 0 });
  progress.at({ counts, rows: 10, fileBytes: 500 });
  progress.stop();
  expect(shown.join("")).toContain("50 %  2,000 rows");
  expect(shown.join("")).toContain("100 rejected");
});
