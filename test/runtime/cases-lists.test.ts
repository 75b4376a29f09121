/** Lists of cases: complete, in order, and at the cost of their own rows; and who may see them. */
import { beforeAll, describe, expect, it } from "vitest";
import { scopes } from "../../src/env.ts";
import { listCases } from "../../src/http/operations.ts";
import { expectAnswer, expectProblem } from "./contract.ts";
import { costOf, createService, env, freshDatabase, nowMs, type Reply } from "./service.ts";
import { all } from "./trail.ts";

const service = createService();
const total = 3_000;

const count = (n: number) =>
  `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < ${n - 1})`;

/** Half of them decided; of the others every tenth is claimed, half of these run out, and every 25th is appealed. */
async function addCases(): Promise<void> {
  const state = `CASE WHEN i % 2 = 0 THEN 'decided' WHEN i % 25 = 0 THEN 'appealed' WHEN i % 10 = 1 THEN 'claimed' ELSE 'open' END`;
  const held = "i % 2 = 1 AND i % 25 <> 0 AND i % 10 = 1";
  const texts = [
    `${count(total)} INSERT INTO players (id, game, ref, username, name_key, created_at, last_seen_at)
      SELECT i + 1, 'g' || (i % 3), 'r' || i, 'p' || i, 'p' || i, 0, ${nowMs} - i FROM c`,
    `${count(total)} INSERT INTO cases (id, player_id, game, mode, state, origin, review, opened_at, opened_by, risk,
        confidence, baseline_version, evidence_hash, priority, assignee, holder, lease_until, verdict, decided_at)
      SELECT i + 1, i + 1, 'g' || (i % 3), 'default', ${state}, 'detection', 'first', ${nowMs}, 'system:detection',
        7000 + (i * 7) % 3000, 'sufficient', 0, 'h', ((i * 7) % 100) / 100.0, iif(i % 40 = 3, 'user:ann', NULL),
        iif(${held}, 'user:bob', NULL), iif(${held}, ${nowMs} + iif(i % 20 = 1, 1, -1) * 1000, NULL),
        iif(i % 2 = 0, 'cleared', NULL), iif(i % 2 = 0, ${nowMs}, NULL) FROM c`,
    `INSERT INTO case_evidence SELECT id, '{}', '{}' FROM cases`,
    // One player of many cases.
    `UPDATE cases SET player_id = 1 WHERE state = 'decided' AND id <= 400`,
  ];
  await env.DB.batch(texts.map((text) => env.DB.prepare(text)));
}

beforeAll(async () => {
  await freshDatabase();
  await addCases();
}, 60_000);

interface Listed {
  readonly id: number;
  readonly priority: number;
}

async function follow(path: string, limit: number): Promise<{ rows: Listed[]; pages: Reply[] }> {
  const rows: Listed[] = [];
  const pages: Reply[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more = cursor === "" ? "" : `&cursor=${cursor}`;
    const reply = await service.call(`/api/cases?limit=${limit}${path}${more}`);
    expectAnswer(reply, listCases, 200);
    rows.push(...reply.body.cases);
    pages.push(reply);
    cursor = reply.body.next_cursor;
  }
  return { rows, pages };
}

const live = `state = 'claimed' AND lease_until > ${nowMs}`;
const byId = "ORDER BY id DESC";
const byPriority = "ORDER BY priority DESC, id DESC";

describe.each([
  ["all that is not decided", "", `state <> 'decided' ${byPriority}`],
  ["of a game", "&game=g1", `game = 'g1' AND state <> 'decided' ${byPriority}`],
  [
    "open, and run out",
    "&state=open",
    `(state = 'open' OR state = 'claimed' AND NOT (${live})) ${byPriority}`,
  ],
  ["claimed", "&state=claimed", `${live} ${byPriority}`],
  ["claimed of a game", "&state=claimed&game=g1", `game = 'g1' AND ${live} ${byPriority}`],
  ["appealed", "&state=appealed", `state = 'appealed' ${byPriority}`],
  ["decided", "&state=decided", `state = 'decided' ${byId}`],
  ["decided of a game", "&state=decided&game=g2", `state = 'decided' AND game = 'g2' ${byId}`],
  ["of a player", "&player=1", `player_id = 1 ${byId}`],
  ["of a person", "&assignee=user:ann", `assignee = 'user:ann' AND state <> 'decided' ${byPriority}`],
])("%s", (_, query, where) => {
  it("is complete and in order, by pages of seventy", async () => {
    const expected = await all<{ id: number }>(`SELECT id FROM cases WHERE ${where}`);
    const { rows } = await follow(query, 70);
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(10);
  });

  it("reads its own rows, on every page", async () => {
    const { pages } = await follow(query, 50);
    const passedOver = query.includes("claimed") || query.includes("open") ? 160 : 0;
    for (const page of pages) {
      const n = page.body.cases.length;
      // A case in its index and its table, its player, its place in two merges, and one row ahead of each range.
      expect(costOf(page).read).toBeLessThanOrEqual(5 * n + 10 + passedOver);
      expect(costOf(page).written).toBe(0);
    }
  });
});

it("filters that no index serves together are refused, and a cursor of another order", async () => {
  for (const query of ["player=1&state=open", "assignee=user:ann&state=open", "assignee=user:ann&game=g1"]) {
    expectProblem(await service.call(`/api/cases?${query}`), 400);
  }
  const { body } = await service.call("/api/cases?limit=1");
  expectProblem(await service.call(`/api/cases?state=decided&cursor=${body.next_cursor}`), 400);
  expectProblem(await service.call("/api/cases?tag=clip"), 400);
  expectProblem(await service.call("/api/cases?player=99999"), 404);
});

it("a claim among thousands costs what it did among fifty", async () => {
  const reply = await service.call("/api/cases/claim", { role: "analyst", body: {} });
  expect(reply.body.case.priority).toBe(0.99);
  // Fifty candidates: their place in the index, their rows, players, reviews and recent sessions.
  expect(costOf(reply).read).toBeLessThanOrEqual(50 * (5 + 14) + 160 + 20);
  expect(costOf(reply).queries).toBeLessThanOrEqual(8);
});

describe("who may", () => {
  const reads = ["/api/cases", "/api/cases/1", "/api/cases/1/comments", "/api/cases/1/evidence"];
  const keyFor = async (games: string[] | null, of: readonly string[] = scopes) =>
    (await service.call("/api/auth/keys", { body: { name: "k", scopes: of, ...(games && { games }) } })).body
      .key as string;
  const by = (key: string, path: string, call = {}) =>
    service.call(path, { ...call, role: null, headers: { "x-api-key": key } });

  it("viewers read, and change nothing", async () => {
    for (const path of reads) expect((await service.call(path, { role: "viewer" })).status, path).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/api/cases", { player_id: 1 }],
      ["POST", "/api/cases/claim", {}],
      ["POST", "/api/cases/2/comments", { text: "x" }],
      ["PUT", "/api/cases/2/tags", { tags: [] }],
    ] as const)
      expectProblem(await service.call(path, { role: "viewer", method, body }), 403);
  });

  it("keys read by their scope and never work on cases", async () => {
    const reader = await keyFor(null, ["cases:read"]);
    for (const path of reads) expect((await by(reader, path)).status, path).toBe(200);
    const other = await keyFor(
      null,
      scopes.filter((scope) => scope !== "cases:read"),
    );
    for (const path of reads) expectProblem(await by(other, path), 403);
    expectProblem(await by(reader, "/api/cases/claim", { body: {} }), 403);
    expectProblem(await by(reader, "/api/cases/2/comments", { body: { text: "x" } }), 403);
  });

  it("keys of some games see their cases alone, and of others not even that they are there", async () => {
    const one = await keyFor(["g0"]);
    const listed = (await by(one, "/api/cases?limit=200")).body.cases as { game: string }[];
    expect(new Set(listed.map(({ game }) => game))).toEqual(new Set(["g0"]));
    expectProblem(await by(one, "/api/cases?game=g1"), 403);
    expectProblem(await by(await keyFor(["g0", "g1"]), "/api/cases"), 400);
    const tails = ["", "/comments", "/evidence"];
    for (const tail of tails) {
      expect((await by(one, `/api/cases/1${tail}`)).status).toBe(200);
      const [theirs, nobodys] = [
        await by(one, `/api/cases/2${tail}`),
        await by(one, `/api/cases/99999${tail}`),
      ];
      expectProblem(theirs, 404);
      expect({ ...theirs.body, request_id: "" }).toEqual({ ...nobodys.body, request_id: "" });
    }
    expectProblem(await by(one, "/api/cases?player=2"), 404);
    expectProblem(await by(one, "/api/cases?assignee=user:ann"), 400);
  });
});
