/** A key that is bound to games reads and writes nothing of another, and does not learn that it exists. */
import { beforeAll, describe, expect, it } from "vitest";
import { scopes } from "../../src/env.ts";
import { accessTable } from "../../src/http/access.ts";
import { expectProblem } from "./contract.ts";
import { tableCounts } from "./recount.ts";
import { classicSession } from "./samples.ts";
import { type Call, createService, freshDatabase, type Reply, type Service } from "./service.ts";

let service: Service;
/** Keys of everything, bound to one game, and to two. */
let one = "";
let two = "";

async function keyOf(games: string[]): Promise<string> {
  const { body } = await service.call("/api/auth/keys", { body: { name: games.join(), scopes, games } });
  return body.key;
}

beforeAll(async () => {
  await freshDatabase();
  service = createService();
  for (const game of ["cs2", "tf2", "rust"]) {
    await service.call("/api/players", { body: { username: `${game} player`, game, ref: "77" } });
  }
  [one, two] = [await keyOf(["cs2"]), await keyOf(["cs2", "tf2"])];
});

const call = (key: string, path: string, options: Call = {}): Promise<Reply> =>
  service.call(path, { ...options, role: null, headers: { "x-api-key": key } });
/** Ours and theirs, as created above; nobody's is no player at all. */
const [ours, theirs, nobodys] = [1, 3, 999];

const named: readonly { key: string; options(player: number): [string, Call] }[] = [
  { key: "GET /api/players/:player", options: (p) => [`/api/players/${p}`, {}] },
  { key: "GET /api/players/:player/behavior", options: (p) => [`/api/players/${p}/behavior`, {}] },
  { key: "GET /api/players/:player/risk-history", options: (p) => [`/api/players/${p}/risk-history`, {}] },
  { key: "GET /api/players/:player/sessions", options: (p) => [`/api/players/${p}/sessions`, {}] },
  { key: "GET /api/players/:player/events", options: (p) => [`/api/players/${p}/events`, {}] },
  { key: "GET /api/players/:player/reports", options: (p) => [`/api/players/${p}/reports`, {}] },
  {
    key: "GET /api/security/player-risk/:player",
    options: (p) => [`/api/security/player-risk/${p}`, {}],
  },
  {
    key: "POST /api/analytics/detect-anomalies",
    options: (p) => ["/api/analytics/detect-anomalies", { body: { player_id: p } }],
  },
  { key: "POST /api/security/report", options: (p) => ["/api/security/report", { body: { player_id: p } }] },
  {
    key: "POST /api/players/:player/session",
    options: (p) => [`/api/players/${p}/session`, { body: classicSession }],
  },
  {
    key: "POST /api/decisions",
    options: (p) => ["/api/decisions", { body: { player_id: p, type: "watch", reason: "Looked odd." } }],
  },
  {
    key: "PATCH /api/players/:player",
    options: (p) => [`/api/players/${p}`, { method: "PATCH", body: { username: "mine" } }],
  },
];

describe("players that are named", () => {
  it("are all the routes that name one", () => {
    const inTable = Object.entries(accessTable).filter(([, { reach }]) => reach === "player");
    expect(named.map(({ key }) => key).sort()).toEqual(inTable.map(([key]) => key).sort());
  });

  it.each(named)("$key: another game's player is nobody", async ({ options }) => {
    const before = await tableCounts();
    const replies: Reply[] = [];
    for (const player of [theirs, nobodys]) replies.push(await call(one, ...options(player)));
    for (const reply of replies) expectProblem(reply, 404);
    const [other, none] = replies;
    expect({ ...other?.body, request_id: "" }).toEqual({ ...none?.body, request_id: "" });
    expect(await tableCounts()).toEqual(before);
    expect((await call(one, ...options(ours))).status).toBeLessThan(300);
  });

  it("by the game's own id: the key's game is meant, and no other can be", async () => {
    expect((await call(one, "/api/players/@77")).body).toMatchObject({ id: ours, game: "cs2" });
    for (const path of ["/api/players/@77?game=tf2", "/api/players/@77?game=rust", "/api/players/@78"]) {
      expectProblem(await call(one, path), 404);
    }
    expect((await call(two, "/api/players/@77?game=tf2")).body.game).toBe("tf2");
    expectProblem(await call(two, "/api/players/@77"), 404);
  });
});

describe("rows", () => {
  const row = (more: object) => ({ session_id: "s", recorded_at: "2026-10-30T12:00:00Z", ...more });

  it("of another game, or of its players, are rejected as if there were none", async () => {
    const sessions = [
      row({ player: "77", game: "rust" }),
      row({ player: "new", game: "unheard-of" }),
      row({ player_id: theirs }),
      row({ player_id: nobodys }),
      row({ player_id: theirs, game: "cs2" }),
      row({ player: "77" }),
      row({ player_id: ours, session_id: "s2" }),
    ];
    const { body, status } = await call(one, "/api/telemetry/sessions", { body: { sessions } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 2, duplicates: 0, players_created: 0 });
    expect(body.rejected.map(({ code }: { code: string }) => code)).toEqual([
      "game_out_of_reach",
      "game_out_of_reach",
      "unknown_player",
      "unknown_player",
      "unknown_player",
    ]);
    expect((await service.call(`/api/players/${theirs}/sessions`)).body.sessions).toEqual([]);
    const stored = (await service.call(`/api/players/${ours}/sessions`)).body.sessions;
    expect(stored.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(["s", "s2"]));
  });

  it("of a log: another game's player is unknown", async () => {
    const entries = [
      { player_id: theirs, action: "aimbot_lock" },
      { player_id: ours, action: "aimbot_lock" },
    ];
    const { body } = await call(one, "/api/security/scan-log", { body: { entries } });
    expect(body).toMatchObject({ unknown_players: [theirs], events_recorded: 1 });
    expect((await service.call(`/api/players/${theirs}/events`)).body.events).toEqual([]);
  });
});

describe("lists", () => {
  it.each(["/api/players", "/api/players/suspicious?risk_threshold=0"])("%s is narrowed", async (path) => {
    const games = async (key: string, more = "") => {
      const joined = path + (more === "" ? "" : (path.includes("?") ? "&" : "?") + more);
      const { status, body } = await call(key, joined);
      return status === 200 ? body.players.map(({ game }: { game: string }) => game) : status;
    };
    expect(await games(one)).toEqual(["cs2"]);
    expect(await games(one, "game=cs2")).toEqual(["cs2"]);
    expect(await games(one, "game=rust")).toBe(403);
    expect(await games(one, "game=unheard-of")).toBe(403);
    expect(await games(two)).toBe(400);
    expect(await games(two, "game=tf2")).toEqual(["tf2"]);
  });
});

describe("reporters", () => {
  it("are those of the key's games", async () => {
    for (const [player_id, reporter] of [
      [ours, "Owl"],
      [theirs, "Heron"],
    ] as const) {
      await service.call("/api/security/report", { body: { player_id, reporter } });
    }
    const names = async (key: string, more = "") => {
      const { status, body } = await call(key, `/api/reporters${more}`);
      return status === 200 ? body.reporters.map(({ reporter }: { reporter: string }) => reporter) : status;
    };
    expect(await names(one)).toEqual(["Owl"]);
    expect(await names(one, "?game=rust")).toBe(403);
    expect(await names(two)).toBe(400);
    expect((await call(one, "/api/reporters/Owl")).body).toMatchObject({ reporter: "Owl", game: "cs2" });
    expectProblem(await call(one, "/api/reporters/Heron"), 404);
    expectProblem(await call(one, "/api/reporters/Heron?game=rust"), 403);
    const mute = { method: "PUT", body: { game: "cs2", days: 1, reason: "x" } };
    expectProblem(await call(one, "/api/reporters/Owl/mute", mute), 403);
  });
});

describe("games, and what spans them", () => {
  it("reads and declares its own alone", async () => {
    expect((await call(one, "/api/games/cs2")).status).toBe(200);
    expect((await call(one, "/api/games/cs2", { method: "PUT", body: {} })).status).toBe(200);
    for (const game of ["rust", "unheard-of"]) {
      expectProblem(await call(one, `/api/games/${game}`), 403);
      expectProblem(await call(one, `/api/games/${game}`, { method: "PUT", body: {} }), 403);
      expectProblem(await call(one, "/api/players", { body: { username: "x", game } }), 403);
    }
    expect((await call(one, "/api/players", { body: { username: "x" } })).body.player.game).toBe("cs2");
  });

  it("may call nothing that spans all games", async () => {
    const spanning = Object.entries(accessTable).filter(
      ([, { reach, scope }]) => reach === "all" && scope !== null,
    );
    expect(spanning.length).toBeGreaterThan(3);
    for (const [key] of spanning) {
      const [method = "", pattern = ""] = key.split(" ");
      expectProblem(await call(one, pattern.replace(":job", "rescore"), { method }), 403);
    }
  });

  it("and every route that a key may call says how it is held to its games", () => {
    for (const [key, { scope, reach, roles }] of Object.entries(accessTable)) {
      if (scope !== null)
        expect(["player", "rows", "list", "game", "case", "none", "all"], key).toContain(reach);
      if (roles === "public") expect(scope, key).toBeNull();
    }
  });
});
