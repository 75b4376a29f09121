/** Builds that move everybody's metrics: told once, and the scope's automatic decisions stop until somebody looks. */
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { automaticWrites } from "../../src/actions/decisions/automatic.ts";
import { loadSettings } from "../../src/actions/decisions/settings.ts";
import { batch, createDb, isGuardViolation } from "../../src/db/client.ts";
import type { StoredScore } from "../../src/db/standings.ts";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { aPlayer, declare } from "./decisions.ts";
import { iso, send } from "./samples.ts";
import { costOf, env, nowMs, runJobs, type Service } from "./service.ts";
import { all, run } from "./trail.ts";
import { dayMs, hourMs, pausedModes, resume, toldOf, watchedService } from "./warned.ts";
import { cronAt, minuteMs } from "./watching.ts";

const db = createDb(env.DB);

let service: Service;

beforeEach(async () => {
  service = await watchedService();
});

const builds = () => toldOf("build.distribution_changed");

/** Sessions of some players on a build, `from` sessions after the first; headshots of 40 kills. */
const played = (
  build: string,
  mode: string,
  players: number,
  from: number,
  count: number,
  headshots: number,
) =>
  send(
    service,
    Array.from({ length: players * count }, (_, i) => {
      const [player, n] = [i % players, from + Math.floor(i / players)];
      return {
        player: `p${player}`,
        game: "cs2",
        mode,
        build,
        session_id: `${mode}-${n}`,
        recorded_at: iso(nowMs - (50 - n) * minuteMs),
        duration_minutes: 20,
        kills: 40,
        deaths: 30,
        headshots: headshots + ((player * 7 + n * 3) % 7) - 3,
        shots_fired: 400,
        shots_hit: 100 + ((player * 5 + n * 11) % 13),
      };
    }),
  );

const sweep = async () => {
  await runJobs(service);
  await runJobs(service, "baselines");
};

/** A build that everybody plays after another one. */
async function released(mode: string, headshots: number, players = 80): Promise<void> {
  await played("1.41", mode, players, 0, 3, 16);
  await sweep();
  await played("1.42", mode, players, 3, 3, headshots);
  await sweep();
}

const score = {
  risk: 9_500,
  band: "critical",
  confidence: "sufficient",
  calibrated: true,
  ledger: [
    { kind: "term", id: "aim.change", group: "aim", points: 5_500 },
    { kind: "term", id: "reaction.floor", group: "reaction", points: 4_000 },
  ],
  statistics: { size: 40 },
  versions: { core: 3, baseline: 1, profile: 0, detectors: { "aim.change": 2, "reaction.floor": 1 } },
} as unknown as StoredScore;

/** What the sweep's batch holds for a case of a player in a mode. */
async function writesFor(playerId: number, mode: string) {
  const settingsOf = await loadSettings(db, ["cs2"]);
  const one = {
    playerId,
    game: "cs2",
    mode,
    score,
    previous: score,
    caseId: sql`(SELECT 7)`,
    pendingId: null,
  };
  return automaticWrites(db, nowMs, [one], (name) => settingsOf(name).settings);
}
const automation = { automation: { suspend: { enabled: true, days: 7, daily_quota: 5 } } };

describe("a build that moves everybody's headshots", () => {
  it("is told, and stops the automatic decisions of its scope alone, until an admin lets them go on", async () => {
    await declare(service, automation);
    const player = await aPlayer(service, "suspect");
    await released("premier", 28);
    const [event, ...more] = await builds();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ game: "cs2", mode: "premier", build: "1.42", automation_paused: true });
    expect(event.moved[0]).toMatchObject({ metric: "headshot_rate", players: 80 });
    expect(event.moved[0].spreads).toBeGreaterThan(1);
    expect(event.moved[0].beyond_95).toBeGreaterThan(0.1);
    const reply = await service.call("/api/games/cs2/enforcement");
    expectAnswer(reply, operations.getEnforcement, 200);
    expect(costOf(reply).read).toBeLessThanOrEqual(8);
    const since = iso(service.clock.nowMs);
    expect(reply.body.automation_pauses).toEqual([
      { mode: "premier", cause: "build", subject: "1.42", since },
    ]);
    expect(await writesFor(player, "premier")).toEqual([]);
    expect(await writesFor(player, "casual")).not.toEqual([]);
    await cronAt("*/5 * * * *", nowMs + 5 * minuteMs);
    expect((await service.call("/metrics")).body).toContain('gamesec_automation_paused{cause="build"} 1');
    expect((await service.call("/ready")).body.status).toBe("ready");

    const resumed = await resume(service, { game: "cs2", mode: "premier" });
    expectAnswer(resumed, operations.resumeAutomation, 200);
    expect(resumed.body.resumed).toEqual([{ cause: "build", subject: "1.42" }]);
    expectProblem(await resume(service, { game: "cs2", mode: "premier" }), 409);
    expect(await pausedModes(service)).toEqual([]);
    expect(await writesFor(player, "premier")).not.toEqual([]);
    const trail = await all<{ payload: string }>(
      "SELECT payload FROM audit_entries WHERE target = 'game:cs2' ORDER BY id DESC LIMIT 1",
    );
    expect(trail[0]?.payload).toContain("resumed_mode");
  });

  it("is told once by retried and simultaneous crons, and does not stop the scope again", async () => {
    await played("1.41", "premier", 80, 0, 3, 16);
    await sweep();
    await played("1.42", "premier", 80, 3, 3, 28);
    await runJobs(service);
    const cron = () => cronAt("17 * * * *", nowMs + minuteMs);
    await Promise.all([cron(), cron()]);
    await cron();
    expect(await builds()).toHaveLength(1);
    await resume(service, { game: "cs2", mode: "premier" });
    // Twenty more players come to the build, from the one before.
    await played("1.41", "premier", 100, 0, 3, 16);
    await played("1.42", "premier", 100, 3, 3, 28);
    await sweep();
    const [{ n = 0 } = {}] = await all<{ n: number }>(`SELECT (SELECT sum(value)
      FROM json_each(moves->'headshot_rate')) AS n FROM build_counts WHERE build = '1.42'`);
    expect(n).toBe(100);
    expect(await builds()).toHaveLength(1);
    expect(await pausedModes(service)).toEqual([]);
  });

  it("lets automatic decisions go on once the baseline was refreshed on it for two weeks", async () => {
    await released("premier", 28);
    for (const [days, modes] of [
      [13, ["premier"]],
      [14, []],
    ] as const) {
      service.clock.nowMs = nowMs + days * dayMs;
      await played("1.42", "premier", 80, 6 + days, 1, 28);
      await sweep();
      expect(await pausedModes(service)).toEqual(modes);
    }
  });
});

describe("a build that moves nothing", () => {
  it("is not told, nor are players who never played another, nor sessions without a build", async () => {
    await released("premier", 16);
    await played("1.42", "casual", 80, 0, 6, 28);
    await send(
      service,
      Array.from({ length: 400 }, (_, i) => ({
        ...{
          player: `q${i % 60}`,
          game: "cs2",
          mode: "wingman",
          session_id: `w${i}`,
          kills: 40,
          headshots: i < 200 ? 10 : 30,
        },
        recorded_at: iso(nowMs - (500 - i) * minuteMs),
      })),
    );
    await sweep();
    expect(await builds()).toEqual([]);
    expect(await pausedModes(service)).toEqual([]);
    expect(await all("SELECT mode, build FROM build_counts")).toEqual([{ mode: "premier", build: "1.42" }]);
  });
});

describe("counts of builds", () => {
  it("take in a player once a build, and keep six builds a scope", async () => {
    await played("1.0", "premier", 10, 0, 3, 16);
    await sweep();
    for (let release = 1; release <= 8; release++) {
      service.clock.nowMs += hourMs;
      await played(`1.${release}`, "premier", 10, 3 * release, 3, 16);
      await sweep();
    }
    const rows = await all<{ build: string; moves: string }>("SELECT build, moves FROM build_counts");
    expect(rows.map(({ build }) => build)).toEqual(["1.3", "1.4", "1.5", "1.6", "1.7", "1.8"]);
    for (const { moves } of rows) {
      const counts = Object.values<number>(JSON.parse(moves).headshot_rate);
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(10);
    }
  });
});

describe("a pause that comes while a decision is being made", () => {
  it("makes the batch void", async () => {
    await declare(service, automation);
    const player = await aPlayer(service, "suspect");
    const writes = await writesFor(player, "premier");
    await run(`INSERT INTO scope_warnings VALUES ('cs2', 'premier', 'build', '1.42', 0, 0, 1, '{}')`);
    const error = await batch(db, writes).catch((thrown: unknown) => thrown);
    expect(isGuardViolation(error)).toBe(true);
    expect(await all("SELECT id FROM decisions")).toEqual([]);
  });
});

it("a resume names either a type or a mode", async () => {
  expectProblem(await resume(service, { game: "cs2" }), 400);
  expectProblem(await resume(service, { game: "cs2", mode: "premier", type: "ban" }), 400);
  expectProblem(await resume(service, { game: "cs2", mode: "premier" }), 409);
});
