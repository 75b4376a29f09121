/** The history of a score: which of its points go, which stay, and how often it is looked at. */
import { beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "./decisions.ts";
import { iso, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const daysAgo = (days: number) => nowMs - days * dayMs;
const prune = () => runJobs(service, "retention");
const due = () => run("UPDATE retention_walks SET due_at = 0");

describe("the history of a score", () => {
  const versions = [{ a: 1 }, { a: 2 }];
  const point = (days: number, version: number) => [daysAgo(days), 100, "sufficient", 3, 1, version, 0];
  const set = (points: readonly unknown[]) =>
    env.DB.prepare("UPDATE standings SET history = ?")
      .bind(JSON.stringify({ detectors: versions, points }))
      .run();
  const stored = async () =>
    JSON.parse((await all<{ history: string }>("SELECT history FROM standings"))[0]?.history ?? "");

  it("loses points past their retention, and the versions that only they had", async () => {
    await send(service, [sessionRow(1, "p")]);
    await runJobs(service);
    await set([point(900, 0), point(731, 0), point(729, 1), point(3, 1)]);
    await prune();
    expect(await stored()).toEqual({ detectors: [{ a: 2 }], points: [point(729, 0), point(3, 0)] });
    expect((await service.call("/api/players/@p/risk-history")).status).not.toBe(500);
  });

  it("keeps its newest point, which says how the score that stands came about", async () => {
    await send(service, [sessionRow(1, "p")]);
    await runJobs(service);
    await set([point(900, 1), point(800, 1)]);
    await prune();
    expect((await stored()).points).toEqual([point(800, 0)]);
    const before = await all("SELECT revision FROM standings");
    await due();
    await prune();
    expect(await all("SELECT revision FROM standings")).toEqual(before);
  });

  it("is looked at once a week", async () => {
    await prune();
    const rows = await all<{ kind: string; due_at: number }>(
      "SELECT kind, due_at FROM retention_walks ORDER BY kind",
    );
    expect(rows.map(({ kind, due_at }) => [kind, iso(due_at).slice(0, 16)])).toEqual([
      ["cases", "2026-11-02T03:43"],
      ["decisions", "2026-11-02T03:43"],
      ["events", "2026-11-02T03:43"],
      ["history", "2026-11-08T03:43"],
      ["sessions", "2026-11-02T03:43"],
    ]);
  });
});
