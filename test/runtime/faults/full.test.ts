/** The database's size limit: whatever would grow it is refused and said plainly, reads go on, and room mends all. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../../src/env.ts";
import { cookieOf } from "../console-pages.ts";
import { expectProblem } from "../contract.ts";
import { aroundD1 } from "../fault.ts";
import { expectCountersRight } from "../recount.ts";
import { createService, env } from "../service.ts";
import { account, freshService, writes } from "../writes.ts";
import { fire, makeBusy } from "./busy.ts";
import { list, type Outcome } from "./outcome.ts";
import { isSame, readState, type State, withoutChance } from "./state.ts";

/** As D1 says it, and as SQLite does. */
const words = [
  "D1_ERROR: Exceeded maximum DB size: SQLITE_FULL",
  "D1_ERROR: database or disk is full: SQLITE_FULL",
  "D1_ERROR: Exceeded maximum account storage limit",
];

/** A database that takes no row more; deleting still works. */
function fullD1(isFull = () => true): D1Database {
  let refused = 0;
  return aroundD1(env.DB, ({ texts }, real) => {
    const grows = texts.some((text) => /^\s*(INSERT|UPDATE)/.test(text));
    if (!grows || !isFull()) return real();
    return Promise.reject(new Error(words[refused++ % words.length]));
  });
}

const pages = ["/", "/players", "/players/1", "/queue", "/decisions"];
const reads = [
  "/api/players",
  "/api/security/dashboard",
  "/api/players/1",
  "/api/players/1/sessions",
  "/api/decisions",
  "/api/decisions/check?player=@p1",
  "/api/cases",
  "/api/audit",
  "/api/analytics/stats",
];
const named = writes.map(
  (written) => [`${written.route} (${written.action}, ${written.change})`, written] as const,
);

/** The end of a write that the full database had refused. */
async function endOf(
  state: State,
  written: (typeof writes)[number],
  isJob: boolean,
): Promise<Outcome["end"]> {
  const request = await prepare(written);
  await createService(account, deps).call(...request);
  const calm = await readState();
  return isSame(state.domain, calm.domain) && (isJob || isSame(state.trail, calm.trail))
    ? "as without a fault"
    : "WRONG";
}

const deps = { newId: () => "of-a-fault" };

async function prepare({ call }: (typeof writes)[number]) {
  await freshService();
  return call();
}

describe("a full database refuses", () => {
  it.for(named)(
    "%s, and takes it when there is room",
    { timeout: 60_000 },
    async ([name, written], { task }) => {
      const request = await prepare(written);
      const before = await readState();
      let isFull = true;
      const service = createService({ ...account, DB: fullD1(() => isFull) }, deps);
      const reply = await service.call(...request);
      expect(reply.status, withoutChance(JSON.stringify(reply.body))).toBe(507);
      if (request[0].startsWith("/api/")) {
        expectProblem(reply, 507);
        expect(reply.body.type).toBe("urn:game-security:problem:store_full");
      }
      expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await readState()).toEqual(before);
      isFull = false;
      const again = await service.call(...request);
      expect(again.status).toBeLessThan(500);
      const end = await endOf(await readState(), written, written.before === true);
      expect(end).toBe("as without a fault");
      const what = {
        path: name,
        kind: "is full",
        at: "every INSERT and UPDATE",
        status: String(reply.status),
      };
      list(task, [{ ...what, left: "nothing", again: String(again.status), end }]);
    },
  );
});

describe("a full database goes on with", () => {
  let service: ReturnType<typeof createService>;
  let key = "";
  beforeAll(async () => {
    const busy = await makeBusy();
    const body = { name: "k", scopes: ["players:read", "decisions:read"] };
    key = (await busy.service.call("/api/auth/keys", { body })).body.key;
    service = createService({ DB: fullD1() });
  });

  it.each(reads)("%s", async (path) => {
    const reply = await service.call(path);
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  });

  it.each(pages)("%s", async (path) => {
    const headers = { cookie: await cookieOf("admin" satisfies Role) };
    expect((await service.call(path, { role: null, headers })).status).toBe(200);
  });

  it("what an API key reads, though its use cannot be noted", async () => {
    const reply = await service.call("/api/decisions/check?player=@p2", {
      role: null,
      headers: { "x-api-key": key },
    });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  });

  it("the score that is stored, where a new one cannot be", async () => {
    expect((await service.call("/api/security/player-risk/@p1")).status).toBe(200);
  });

  it("/health and /ready", async () => {
    expect((await service.call("/health", { role: null })).status).toBe(200);
    expect((await service.call("/ready", { role: null })).status).toBe(200);
  });
});

it("cron on a full database fails without a word of what was written, and catches up when there is room", async () => {
  const busy = await makeBusy();
  for (const cron of ["* * * * *", "*/5 * * * *"]) {
    expect((await fire(busy, cron, { DB: fullD1() })) ?? "The job").toMatch(/^The job/);
  }
  await expectCountersRight();
  for (const cron of ["* * * * *", "*/5 * * * *"]) expect(await fire(busy, cron)).toBeNull();
  await expectCountersRight();
  expect((await busy.service.call("/api/players?limit=1")).body.pending).toBe(0);
});
