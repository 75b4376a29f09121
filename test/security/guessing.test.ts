/**
 * Ten thousand guesses: each is counted, few are judged, and those that are refused cost no hashing. `npm test` sends
 * 300 of them, `npm run fuzz` all.
 */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { hashPassword, isPassword } from "../../src/auth/passwords.ts";
import type { Env } from "../../src/env.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";
import type { Verdict } from "../../src/rate-limit/verdict.ts";
import { expectProblem } from "../runtime/contract.ts";
import { createService, env, freshDatabase, type Reply, type Service } from "../runtime/service.ts";

// The real ones; how often they are called is counted.
vi.mock("../../src/auth/passwords.ts", { spy: true });

const guesses = Number((env as unknown as { FUZZ_RUNS: string }).FUZZ_RUNS) >= 20_000 ? 10_000 : 300;
const password = "plum orbit canvas ninety";
/** Failures that an account takes in 400 seconds; the counters run by the real clock. */
const perAccount = 10;
const windowMs = 400_000;

beforeEach(async () => {
  await freshDatabase();
  vi.mocked(isPassword).mockClear();
});

async function createUser(username: string): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO users (username, password_hash, role, created_at, created_by, password_changed_at)
      VALUES (?, ?, 'analyst', 0, 'user:tester', 0)`,
  )
    .bind(username, await hashPassword(password))
    .run();
}

const signIn = (to: Service, username: string, guess: string, from: string, cookie = ""): Promise<Reply> =>
  to.call("/api/auth/token", {
    role: null,
    body: { username, password: guess },
    headers: { "cf-connecting-ip": from, ...(cookie === "" ? {} : { cookie }) },
  });

const deviceIn = (reply: Reply): string => reply.headers.getSetCookie()[0]?.split(";")[0] ?? "";

const counted = async (): Promise<number> =>
  (await env.DB.prepare(
    "SELECT sum(count) AS n FROM audit_denials WHERE kind IN ('sign_in_failed', 'sign_in_limited')",
  ).first<number>("n")) ?? 0;

/**
 * The real counters, but for those of addresses: each of ten thousand addresses calls once, so its own counter has
 * permits whatever it is, and under test a new object takes most of a second.
 */
function withoutAddressCounters(real: Env["RATE_LIMITER"]): Env["RATE_LIMITER"] {
  const fresh = {
    take: async ({ limit, periodSeconds }: Policy, permits: number): Promise<Verdict> => ({
      allowed: true,
      limit,
      remaining: limit - permits,
      resetSeconds: periodSeconds,
      retryAfterSeconds: 0,
    }),
  };
  const isAddress = (name: string) => /^(login|login_address):10\./.test(name);
  return {
    idFromName: (name: string) => (isAddress(name) ? name : real.idFromName(name)),
    get: (id: DurableObjectId | string) => (typeof id === "string" ? fresh : real.get(id)),
  } as unknown as Env["RATE_LIMITER"];
}

/** The first few one by one, as the slowest attacker would, then as many at a time as one address may have at work. */
async function attack(to: Service, name: string, addressOf: (n: number) => string): Promise<number[]> {
  const statuses: number[] = [];
  const guess = async (n: number) => {
    const { status } = await signIn(to, name, `guess ${n}`, addressOf(n));
    statuses.push(status);
  };
  for (let n = 0; n < 50; n++) await guess(n);
  for (let from = 50; from < guesses; from += 25) {
    await Promise.all(Array.from({ length: 25 }, (_, n) => guess(from + n)));
  }
  return statuses;
}

async function expectBounded(statuses: readonly number[], hashed: number, tookMs: number): Promise<void> {
  expect(statuses).toHaveLength(guesses);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const judged = statuses.filter((status) => status === 401).length;
  expect(judged).toBeGreaterThanOrEqual(perAccount);
  expect(judged).toBeLessThanOrEqual(perAccount * (1 + Math.ceil(tookMs / windowMs)));
  expect(hashed).toBe(judged);
  expect(await counted()).toBe(guesses);
  console.log(`guessing: ${guesses} guesses, ${judged} judged, ${hashed} hashed`);
}

describe(`${guesses} guesses at one account`, { timeout: 600_000 }, () => {
  it.each([
    { name: "from one address", addressOf: () => "192.0.2.77" },
    { name: "over many addresses", addressOf: (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
  ])("$name: all counted, ten judged, and the owner's device gets in", async ({ name, addressOf }) => {
    const username = `owner ${name}`.replaceAll(" ", "-");
    const service = createService({
      RATE_LIMIT_REQUESTS: "100",
      RATE_LIMITER: withoutAddressCounters(env.RATE_LIMITER),
    });
    await createUser(username);
    const cookie = deviceIn(await signIn(service, username, password, "203.0.113.7"));
    vi.mocked(isPassword).mockClear();
    const startedMs = Date.now();
    const statuses = await attack(service, username, addressOf);
    await expectBounded(statuses, vi.mocked(isPassword).mock.calls.length, Date.now() - startedMs);
    expect((await signIn(service, username, password, "203.0.113.8", cookie)).status).toBe(200);
    const kinds = await env.DB.prepare("SELECT count(*) AS n FROM audit_denials").first<number>("n");
    expect(kinds, "rows that an attack leaves").toBeLessThanOrEqual(2 * 201);
  });
});

describe("an account that does not exist", () => {
  it("costs one derivation with the same parameters, as a wrong password does, and says the same", async () => {
    await createUser("known");
    await createUser("disabled");
    await env.DB.prepare("UPDATE users SET disabled_at = 1 WHERE username = 'disabled'").run();
    const service = createService();
    const replies: Reply[] = [];
    for (const name of ["known", "nobody", "disabled", "security_console"]) {
      vi.mocked(isPassword).mockClear();
      const reply = await signIn(service, name, "a wrong password", "192.0.2.9");
      expectProblem(reply, 401);
      expect(vi.mocked(isPassword).mock.calls, name).toHaveLength(1);
      const [[, stored] = []] = vi.mocked(isPassword).mock.calls;
      // No hash of its own means the decoy's, which has today's parameters.
      expect(stored ?? "$scrypt$ln=14,r=8,p=5$", name).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
      replies.push(reply);
    }
    const plain = ({ status, body, headers }: Reply) => ({
      status,
      body: { ...body, request_id: "" },
      headers: [...headers.keys()],
    });
    for (const reply of replies) expect(plain(reply)).toEqual(plain(replies[0] as Reply));
  });
});
