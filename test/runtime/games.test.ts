import { beforeEach, describe, expect, it } from "vitest";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const profile = {
  modes: ["ranked"],
  metrics: [
    {
      name: "build_speed",
      kind: "level",
      unit: "blocks/s",
      range: [0.1, 1_000],
      direction: "high",
      group: "automation",
      prior: { median: 5, spread: 0.3 },
    },
  ],
};
const put = (body: unknown, role: "admin" | "analyst" = "admin") =>
  service.call("/api/games/blocks", { method: "PUT", role, body });

const send = (player: string, buildSpeed: number) =>
  service.call("/api/telemetry/sessions", {
    body: {
      sessions: Array.from({ length: 6 }, (_, n) => ({
        player,
        session_id: `s${n}`,
        recorded_at: new Date(nowMs - n * 86_400_000).toISOString(),
        game: "blocks",
        mode: "ranked",
        duration_minutes: 30,
        actions_per_minute: 80 + 9 * n,
        metrics: { build_speed: buildSpeed + 0.1 * n, shoe_size: 43 },
      })),
    },
  });
/** Rescore and baselines in turns until neither has anything to do. */
async function settle(): Promise<void> {
  for (const job of ["rescore", "baselines", "rescore", "baselines", "rescore"]) await runJobs(service, job);
}
const ledgerOf = async (player: string) => {
  const { body } = await service.call(`/api/security/player-risk/@${player}?game=blocks`);
  return body.ledger.map(({ id }: { id: string }) => id) as string[];
};

describe("games", () => {
  it("are judged by the built-in profile until they declare one", async () => {
    const { status, body } = await service.call("/api/games/blocks");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      game: "blocks",
      declared: false,
      version: 0,
      scopes: [],
      undeclared_metrics: [],
    });
  });

  it("list metrics that nobody declared, and never score them", async () => {
    await send("p1", 60);
    await settle();
    const { body } = await service.call("/api/games/blocks");
    expect(body.undeclared_metrics).toEqual(["build_speed", "shoe_size"]);
    expect(body.scopes).toEqual([expect.objectContaining({ mode: "ranked", players: 1, calibrated: false })]);
    expect((await ledgerOf("p1")).filter((id) => id.includes("build"))).toEqual([]);
  });

  it("get the same detectors for the metrics they declare, from the next sweep on", async () => {
    await send("p1", 60);
    await settle();
    expect((await put(profile)).body).toMatchObject({ declared: true, version: 1 });
    await settle();
    expect((await ledgerOf("p1")).filter((id) => id.includes("build"))).toHaveLength(1);
    const { results } = await env.DB.prepare("SELECT changed_at FROM standings").all();
    expect(results).toEqual([{ changed_at: null }]);
  });

  it("no longer list a metric as undeclared once they declare it", async () => {
    await send("p1", 60);
    await settle();
    expect((await put(profile)).body.undeclared_metrics).toEqual(["shoe_size"]);
    await settle();
    const { body } = await service.call("/api/games/blocks");
    expect(body.undeclared_metrics).toEqual(["shoe_size"]);
    expect((await put({ metrics: [] })).body.undeclared_metrics).toEqual(["build_speed", "shoe_size"]);
  });

  it("say which of their modes they declared", async () => {
    await send("p1", 60);
    await settle();
    const declaredIn = async (modes: string[]) => (await put({ modes })).body.scopes[0].declared;
    expect(await declaredIn(["ranked"])).toBe(true);
    expect(await declaredIn(["casual"])).toBe(false);
  });

  it("are judged anew after a declaration that comes before their first baseline", async () => {
    await send("p1", 60);
    await runJobs(service);
    const versionsOf = async () =>
      (await env.DB.prepare("SELECT sum(revision) AS n FROM standings").first())?.n;
    const before = await versionsOf();
    await put(profile);
    await runJobs(service, "baselines");
    expect(await versionsOf()).not.toBe(before);
    expect((await service.call("/api/players?limit=1")).body.pending).toBe(1);
  });

  it("may declare the same again, which makes nobody due", async () => {
    await put(profile);
    await send("p1", 60);
    await settle();
    expect((await put(profile)).body).toMatchObject({ version: 1 });
    await runJobs(service, "baselines");
    expect((await service.call("/api/players?limit=1")).body.pending).toBe(0);
  });

  it("raise their version with each declaration", async () => {
    await put(profile);
    expect((await put({ ...profile, metrics: [] })).body).toMatchObject({
      version: 2,
      profile: { metrics: [] },
    });
  });
});

describe("PUT /api/games/{game} refuses", () => {
  const [metric] = profile.metrics;
  it.each([
    ["a range that falls", { metrics: [{ ...metric, range: [5, 1] }] }, "/metrics/0/range"],
    ["an unknown direction", { metrics: [{ ...metric, direction: "up" }] }, "/metrics/0/direction"],
    ["two metrics of one name", { metrics: [metric, metric] }, "/metrics"],
    ["an unknown field", { metrics: [], colour: "red" }, ""],
    ["a metric with an unknown field", { metrics: [{ ...metric, colour: "red" }] }, "/metrics/0"],
    [
      "a share of nothing",
      { metrics: [{ ...metric, kind: "proportion", range: [0, 1] }] },
      "/metrics/0/exposure",
    ],
    [
      "a prior outside of the range",
      { metrics: [{ ...metric, prior: { median: 0, spread: 0.3 } }] },
      "/metrics/0/prior/median",
    ],
    [
      "a share that is certain",
      {
        metrics: [
          {
            ...metric,
            kind: "proportion",
            range: [0, 1],
            exposure: "kills",
            prior: { median: 1, spread: 0.3 },
          },
        ],
      },
      "/metrics/0/prior/median",
    ],
    [
      "a rate that never happens",
      {
        metrics: [
          { ...metric, kind: "rate", range: [0, 9], exposure: "kills", prior: { median: 0, spread: 0.3 } },
        ],
      },
      "/metrics/0/prior/median",
    ],
    [
      "a spread that no histogram tells apart",
      { metrics: [{ ...metric, prior: { median: 5, spread: 1e-300 } }] },
      "/metrics/0/prior/spread",
    ],
    ["the name of a statistic", { metrics: [{ ...metric, name: "aim_step" }] }, "/metrics/0/name"],
    [
      "the name of what every object has",
      { metrics: [{ ...metric, name: "constructor" }] },
      "/metrics/0/name",
    ],
    [
      "a metric whose detector is built in",
      { metrics: [{ ...metric, name: "headshot", group: "aim" }] },
      "/metrics/0/name",
    ],
    [
      "two metrics of one detector",
      { metrics: [metric, { ...metric, name: "build.speed" }] },
      "/metrics/1/name",
    ],
    ["two modes of one name", { modes: ["ranked", "ranked"] }, "/modes"],
  ])("%s", async (_, body, pointer) => {
    const reply = await put(body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].pointer).toBe(pointer);
  });

  it("anybody but an admin", async () => {
    expect((await put(profile, "analyst")).status).toBe(403);
  });
});

describe("games that adapters send", () => {
  it("are judged by a profile of their own without anybody declaring it", async () => {
    const { body } = await service.call("/api/games/cs2");
    expect(body).toMatchObject({ declared: false, version: 0 });
    const names = body.profile.metrics.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["smoke_kill_rate", "kills_per_round"]));
    const other = await service.call("/api/games/another-game");
    expect(other.body.profile.metrics).toEqual([]);
    for (const game of ["constructor", "__proto__x", "toString"]) {
      expect((await service.call(`/api/games/${game.replaceAll("_", "")}`)).body.profile.metrics).toEqual([]);
    }
  });
});
