/** What a stored score was judged by is kept: the same evidence, versions and `as_of` give the same score again. */

import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { createDb } from "../../src/db/client.ts";
import { loadStandings } from "../../src/db/evidence.ts";
import type { StoredScore } from "../../src/db/standings.ts";
import type { Baseline } from "../../src/detection/baseline.ts";
import { priorBaselineOf } from "../../src/detection/baseline.ts";
import { GameProfile, profileOf } from "../../src/detection/game-profile.ts";
import { shooter } from "../../src/detection/profile.ts";
import { scoreEvidence } from "../../src/detection/score.ts";
import { scan, send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const dayMs = 86_400_000;

const metric = (name: string, spread: number) => ({
  name,
  kind: "level",
  unit: "blocks/s",
  range: [0.1, 1_000],
  direction: "high",
  group: "automation",
  prior: { median: 5, spread },
});
const declare = (...metrics: unknown[]) =>
  service.call("/api/games/default", { method: "PUT", body: { metrics } });

const play = (round: number, players = 40) =>
  send(
    service,
    Array.from({ length: players * 4 }, (_, i) => {
      const p = i % players;
      const n = round * 4 + Math.floor(i / players);
      return sessionRow(i, `p${p}`, {
        session_id: `s${n}`,
        recorded_at: new Date(nowMs - (40 - n) * 3_600_000).toISOString(),
        headshot_rate: null,
        kills: 20 + (p % 7),
        headshots: 4 + ((p * 3 + n) % 9),
        actions_per_minute: 70 + ((p * 11 + n * 5) % 40),
        reaction_time_ms: 190 + ((p * 17 + n * 7) % 60),
        metrics: { build_speed: 3 + ((p * 5 + n) % 11) / 2, climb_speed: 2 + ((p * 7 + n) % 5) },
      });
    }),
  );

const textOf = async (statement: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .first<{ text: string }>()
  )?.text ?? null;

/** Scores a standing again from what is kept, as it was scored at its `as_of`. */
async function replayed(stored: StoredScore, playerId: number): Promise<StoredScore> {
  const [loaded] = await loadStandings(createDb(env.DB), sql`standings s WHERE s.player_id = ${playerId}`);
  if (loaded === undefined) throw new Error("no standing");
  const { profile: version, baseline: baselineVersion } = stored.versions;
  const declared = await textOf(
    "SELECT profile AS text FROM game_versions WHERE game = 'default' AND version = ?",
    version,
  );
  const profile = declared === null ? shooter : profileOf("default", GameProfile.parse(JSON.parse(declared)));
  const kept = await textOf(
    "SELECT baseline AS text FROM baseline_versions WHERE game = 'default' AND mode = 'default' AND version = ?",
    baselineVersion,
  );
  const baseline = kept === null ? priorBaselineOf(profile) : (JSON.parse(kept) as Baseline);
  const { game, mode, sessions, events } = loaded;
  const { reporterCredibility = 0.5 } = stored;
  const evidence = { game, mode, sessions, events, serverTrusted: true, reporterCredibility };
  const score = scoreEvidence({ ...evidence, asOfMs: stored.asOfMs }, baseline, profile);
  const told = stored.reporterCredibility === undefined ? {} : { reporterCredibility };
  return { ...score, versions: { ...score.versions, profile: version }, ...told };
}

async function expectReplayable(): Promise<Set<string>> {
  const { results } = await env.DB.prepare(
    "SELECT player_id, result FROM standings WHERE result IS NOT NULL",
  ).all<{
    player_id: number;
    result: string;
  }>();
  const versions = new Set<string>();
  for (const { player_id, result } of results) {
    const stored = JSON.parse(result) as StoredScore;
    versions.add(`${stored.versions.profile}.${stored.versions.baseline}`);
    expect(JSON.parse(JSON.stringify(await replayed(stored, player_id)))).toEqual(stored);
  }
  expect(results.length).toBeGreaterThan(0);
  return versions;
}

describe("a stored score", () => {
  it("is replayed to the last digit, before and after new baselines and declarations", async () => {
    await play(0);
    await scan(service, [
      { player_id: "p1", action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 },
      { player_id: "p2", action: "speed_hack" },
    ]);
    await service.call("/api/security/report", { body: { player_id: "p3" } });
    await runJobs(service);
    expect(await expectReplayable()).toEqual(new Set(["0.0"]));
    await runJobs(service, "baselines");
    expect(await expectReplayable()).toEqual(new Set(["0.0"]));
    service.clock.nowMs += dayMs;
    await runJobs(service);
    expect(await expectReplayable()).toEqual(new Set(["0.1"]));
    await declare(metric("build_speed", 0.3));
    await runJobs(service, "baselines");
    await service.call("/api/security/player-risk/@p1");
    const mixed = await expectReplayable();
    expect(mixed.size).toBe(2);
    await runJobs(service);
    await declare(metric("climb_speed", 0.2));
    await runJobs(service, "baselines");
    expect([...(await expectReplayable())].every((versions) => versions.startsWith("1."))).toBe(true);
  });

  it("is replayed with the credibility that its reports had, whatever became of their reporters", async () => {
    await play(0, 6);
    const rate = (reporter: string, confirmed: number, dismissed: number) =>
      env.DB.prepare(
        `INSERT INTO reporters (game, reporter, confirmed, dismissed) VALUES ('default', ?, ?, ?)
          ON CONFLICT DO UPDATE SET confirmed = excluded.confirmed, dismissed = excluded.dismissed`,
      )
        .bind(reporter, confirmed, dismissed)
        .run();
    await rate("Owl", 9, 1);
    for (const [player_id, more] of [
      ["p1", { reporter: "Owl", session_id: "s1", severity: "high" }],
      ["p1", { reporter: "Heron", party: "a" }],
      ["p1", { reporter: "Wren", party: "a" }],
      ["p2", { reporter: "Heron" }],
      ["p3", {}],
    ] as const) {
      await service.call("/api/security/report", { body: { player_id, ...more } });
    }
    await runJobs(service);
    const believed = await env.DB.prepare(
      "SELECT DISTINCT result->>'reporterCredibility' AS c FROM standings",
    ).all<{ c: number | null }>();
    expect(believed.results.length).toBeGreaterThan(2);
    await expectReplayable();
    await rate("Owl", 9, 90);
    const mute = { method: "PUT", body: { days: 9, reason: "Loud." } };
    expect((await service.call("/api/reporters/Heron/mute", mute)).status).toBe(200);
    await expectReplayable();
    service.clock.nowMs += dayMs;
    await service.call("/api/security/report", { body: { player_id: "p1", reporter: "Owl" } });
    await runJobs(service);
    await expectReplayable();
  });

  it("says by which declaration it was judged", async () => {
    await play(0, 2);
    await runJobs(service);
    const versionOf = async () => (await service.call("/api/security/player-risk/@p1")).body.versions.profile;
    expect(await versionOf()).toBe(0);
    await declare(metric("build_speed", 0.3));
    await runJobs(service, "baselines");
    expect(await versionOf()).toBe(1);
    const { body } = await service.call("/api/players/@p1/risk-history");
    expect(
      body.modes[0].history.map((point: { versions: { profile: number } }) => point.versions.profile),
    ).toContain(0);
  });
});

describe("the histograms of a scope", () => {
  const histogram = () => textOf("SELECT histogram AS text FROM scopes");
  const settle = async () => {
    for (const job of ["rescore", "baselines", "rescore", "baselines", "rescore", "baselines"])
      await runJobs(service, job);
  };
  /** Without S, whose shape counts the baselines that there were. */
  const levelsIn = (text: string | null) =>
    Object.fromEntries(
      Object.entries(JSON.parse(text ?? "{}") as Record<string, unknown>).filter(
        ([key]) => !/^(nats|beside):/.test(key),
      ),
    );

  it("hold nothing of a declaration that was replaced", async () => {
    await declare(metric("build_speed", 0.5));
    await play(0);
    await settle();
    await declare(metric("build_speed", 0.2), metric("climb_speed", 0.3));
    await settle();
    await declare(metric("climb_speed", 0.4));
    await settle();
    const moved = levelsIn(await histogram());
    await freshDatabase();
    await declare(metric("climb_speed", 0.4));
    await play(0);
    await settle();
    expect(moved).toEqual(levelsIn(await histogram()));
  });
});

describe("baselines that were replaced", () => {
  it("are kept for ninety days, the present one for ever", async () => {
    const versions = async () =>
      (
        await env.DB.prepare("SELECT version FROM baseline_versions ORDER BY 1").all<{ version: number }>()
      ).results.map(({ version }) => version);
    await play(0);
    for (const job of ["rescore", "baselines", "rescore", "baselines"]) await runJobs(service, job);
    const made = await versions();
    expect(made.length).toBeGreaterThan(1);
    service.clock.nowMs += 90 * dayMs - 1;
    await runJobs(service, "housekeeping");
    expect(await versions()).toEqual(made);
    service.clock.nowMs += 1;
    await runJobs(service, "housekeeping");
    expect(await versions()).toEqual(made.slice(-1));
  });

  it("that a case rests on are kept as long as the case", async () => {
    const versions = async () =>
      (
        await env.DB.prepare("SELECT version FROM baseline_versions ORDER BY 1").all<{ version: number }>()
      ).results.map(({ version }) => version);
    await play(0);
    for (const job of ["rescore", "baselines", "rescore"]) await runJobs(service, job);
    const { body } = await service.call("/api/cases", { body: { player_id: 1 } });
    expect(body.baseline_version).toBe(1);
    for (const job of ["baselines", "rescore", "baselines"]) await runJobs(service, job);
    const [newest] = (await versions()).slice(-1);
    expect(newest).toBeGreaterThan(1);
    service.clock.nowMs += 400 * dayMs;
    await runJobs(service, "housekeeping");
    expect(await versions()).toEqual([1, newest]);
    await env.DB.prepare("DELETE FROM cases").run();
    await runJobs(service, "housekeeping");
    expect(await versions()).toEqual([newest]);
  });
});
