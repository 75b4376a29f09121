/** The limiter out of reach: what waits for it, what goes on without it, and what the log says. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../src/env.ts";
import { failsClosed, type LimitClass } from "../../src/rate-limit/policy.ts";
import { expectProblem } from "./contract.ts";
import { sessionRow } from "./samples.ts";
import { type Call, createService, env, freshDatabase, type Reply } from "./service.ts";

beforeAll(freshDatabase);

/** The real namespace, with the counters whose policy `isOut` names out of reach. */
function failing(isOut: (cls: string) => boolean): Env["RATE_LIMITER"] {
  const real = env.RATE_LIMITER;
  const broken = {
    idFromName: (name: string) => (isOut(name.slice(0, name.indexOf(":"))) ? null : real.idFromName(name)),
    get: (id: DurableObjectId | null) => {
      const refuse = () => Promise.reject(new Error("Network connection lost."));
      return id === null ? { take: refuse, lease: refuse } : real.get(id);
    },
  };
  return broken as unknown as Env["RATE_LIMITER"];
}

const credentials = { username: "security_console", password: "letmein123" };
const signIn: Call = { role: null, body: credentials, headers: { "cf-connecting-ip": "192.0.2.77" } };
const bulk: Call = { body: { sessions: [sessionRow(1)] } };

/** A request that each class decides on, and how it ends when that class alone is out of reach. */
const table: Readonly<Record<Exclude<LimitClass, "login_device">, readonly [string, Call, number]>> = {
  login: ["/api/auth/token", signIn, 503],
  login_address: ["/api/auth/token", signIn, 503],
  login_account: ["/api/auth/token", signIn, 503],
  admin: ["/api/ops/jobs/housekeeping/runs", { method: "POST" }, 503],
  public: ["/openapi.json", { role: null }, 200],
  unauthenticated: ["/api/players", { role: null }, 401],
  read: ["/api/players", {}, 200],
  write: ["/api/players", { body: { username: "somebody" } }, 201],
  bulk: ["/api/telemetry/sessions", bulk, 200],
  rows: ["/api/telemetry/sessions", bulk, 200],
};

function expectOutcome(reply: Reply, cls: LimitClass, status: number): void {
  if (!failsClosed[cls]) {
    expect(reply.status).toBe(status);
    return;
  }
  expectProblem(reply, 503);
  expect(reply.body.type).toBe("urn:game-security:problem:limiter_unavailable");
  expect(reply.headers.get("retry-after")).toBe("2");
}

describe.each(["100", "1000"])("at a limit of %s", (RATE_LIMIT_REQUESTS) => {
  it.each(Object.entries(table))("%s alone out of reach", async (cls, [path, call, status]) => {
    const service = createService({ RATE_LIMIT_REQUESTS, RATE_LIMITER: failing((name) => name === cls) });
    expectOutcome(await service.call(path, call), cls as LimitClass, status);
    expect(service.log).toHaveLength(1);
    expect(service.log[0]).toMatchObject({ limiter: "unreachable" });
    const reached = createService({ RATE_LIMIT_REQUESTS });
    expect((await reached.call(path, call)).status).not.toBe(503);
    expect(reached.log.at(-1)).not.toHaveProperty("limiter");
  });

  it("no header claims a count that nobody made", async () => {
    const service = createService({ RATE_LIMIT_REQUESTS, RATE_LIMITER: failing(() => true) });
    const { headers } = await service.call("/api/players");
    expect([headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([null, null]);
  });
});

it("the failures of a device that signed in before fail closed too", async () => {
  const known = await createService().call("/api/auth/token", signIn);
  const cookie = (known.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(cookie).not.toBe("");
  const service = createService({ RATE_LIMITER: failing((name) => name === "login_device") });
  const reply = await service.call("/api/auth/token", { ...signIn, headers: { ...signIn.headers, cookie } });
  expectOutcome(reply, "login_device", 200);
});

it("permits that were leased before go on being used, counted and with their headers", async () => {
  let isOut = false;
  const service = createService({ RATE_LIMIT_REQUESTS: "1000", RATE_LIMITER: failing(() => isOut) });
  const who = { subject: "leaseholder" };
  for (let n = 0; n < 16; n++) await service.call("/api/players", who);
  isOut = true;
  const reply = await service.call("/api/players", who);
  expect(reply.status).toBe(200);
  expect(reply.headers.get("ratelimit")).toMatch(/^"read";r=98\d;/);
  expect(service.log.at(-1)).toMatchObject({ limiter_calls: 0 });
  expect(service.log.at(-1)).not.toHaveProperty("limiter");
});
