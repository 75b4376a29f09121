/** The native rate limit in front of the counters. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { type Call, createService, env, freshDatabase } from "./service.ts";

beforeEach(freshDatabase);

const from = (address: string, call: Call = {}): Call => ({
  role: null,
  ...call,
  headers: { ...call.headers, "cf-connecting-ip": address },
});

/** A gate that admits `limit` per key, and keeps the keys that it was asked for. */
function createGate(limit: number) {
  const keys: string[] = [];
  return {
    keys,
    binding: {
      limit: async ({ key }: { readonly key: string }) => {
        keys.push(key);
        return { success: keys.filter((known) => known === key).length <= limit };
      },
    },
  };
}

const limits = { RATE_LIMIT_REQUESTS: "500" };
const requests = [
  { name: "a public page", path: "/openapi.json", call: {} },
  { name: "a sign-in", path: "/api/auth/token", call: { body: { username: "x", password: "y" } } },
  { name: "no token", path: "/api/players", call: {} },
  { name: "a bad token", path: "/api/players", call: { headers: { authorization: "Bearer a.b.c" } } },
  { name: "a bad key", path: "/api/players", call: { headers: { authorization: "Bearer gsk_x" } } },
] as const;

describe.each(requests)("the first gate, for $name", ({ path, call }) => {
  it("refuses before any counter is asked and anything is written", async () => {
    const gate = createGate(2);
    const service = createService({ ...limits, ADDRESS_GATE: gate.binding });
    for (let n = 0; n < 2; n++)
      expect((await service.call(path, from("203.0.113.1", call))).status).not.toBe(429);
    const refused = await service.call(path, from("203.0.113.1", call));
    expectProblem(refused, 429);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(service.log.at(-1)).toMatchObject({ limiter_calls: 0, rows_written: 0 });
    expect((await service.call(path, from("203.0.113.2", call))).status).not.toBe(429);
    expect(gate.keys).toEqual([...Array(3).fill("203.0.113.1"), "203.0.113.2"]);
  });

  it.each([
    { why: "the address is not known", overrides: { ...limits, TRUST_CF_HEADERS: "false" } },
    { why: "the limit is above its own", overrides: { RATE_LIMIT_REQUESTS: "1001" } },
    { why: "the limit is off", overrides: { RATE_LIMIT_REQUESTS: "100000000" } },
    { why: "shorter periods add up to more", overrides: { ...limits, RATE_LIMIT_PERIOD_SECONDS: "29" } },
  ])("is not asked where $why", async ({ overrides }) => {
    const gate = createGate(0);
    const service = createService({ ...overrides, ADDRESS_GATE: gate.binding });
    expect((await service.call(path, from("203.0.113.3", call))).status).not.toBe(429);
    expect(gate.keys).toEqual([]);
  });

  it("is open where it fails", async () => {
    const broken = { limit: () => Promise.reject(new Error("gone")) };
    const service = createService({ ...limits, ADDRESS_GATE: broken });
    expect((await service.call(path, from("203.0.113.4", call))).status).not.toBe(429);
    expect(service.log.at(-1)?.limiter_calls).toBeGreaterThan(0);
  });
});

describe("who does not meet the first gate", () => {
  it("callers with a good token", async () => {
    const gate = createGate(0);
    const service = createService({ ...limits, ADDRESS_GATE: gate.binding });
    expect((await service.call("/api/players", from("203.0.113.5", { role: "admin" }))).status).toBe(200);
    expect((await service.call("/api/players", from("203.0.113.5", { role: "ingest" }))).status).toBe(403);
    expect(gate.keys).toEqual([]);
  });

  it("a device that signed in before, at the sign-in, whatever floods its address", async () => {
    const body = { username: "security_console", password: "letmein123" };
    const known = await createService(limits).call("/api/auth/token", from("203.0.113.6", { body }));
    const cookie = (known.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const gate = createGate(0);
    const service = createService({ ...limits, ADDRESS_GATE: gate.binding });
    const again = await service.call("/api/auth/token", from("203.0.113.6", { body, headers: { cookie } }));
    expect([again.status, gate.keys]).toEqual([200, []]);
  });

  it("/health", async () => {
    const service = createService({ ...limits, ADDRESS_GATE: createGate(0).binding });
    expect((await service.call("/health", from("203.0.113.7"))).status).toBe(200);
  });
});

it("the real binding of wrangler.toml admits a thousand a minute per address", async () => {
  const { ADDRESS_GATE } = env;
  if (!ADDRESS_GATE) throw new Error("wrangler.toml binds no ADDRESS_GATE");
  let admitted = 0;
  for (let n = 0; n < 1_010; n++) if ((await ADDRESS_GATE.limit({ key: "203.0.113.8" })).success) admitted++;
  // A minute may end on the way.
  expect([1_000, 1_010]).toContain(admitted);
});
