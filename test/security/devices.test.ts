/** Device cookies (OWASP): whose failures count where, and that a cookie proves nothing else. */
import { beforeEach, describe, expect, it } from "vitest";
import { accountDigest, createDevice, deviceSeconds } from "../../src/auth/devices.ts";
import { createLimiter } from "../../src/rate-limit/limiter.ts";
import { policyFor } from "../../src/rate-limit/policy.ts";
import { expectProblem } from "../runtime/contract.ts";
import { createService, env, freshDatabase, nowMs, type Reply, type Service } from "../runtime/service.ts";

const secret = "test-secret-of-more-than-thirty-two-bytes";
const password = "correct horse battery";
/** The counters outlive a test: each has names and addresses of its own. */
let next = 1;
const address = () => `198.51.100.${next++}`;
const nameOf = (name: string) => `${name}-${next++}`;

beforeEach(freshDatabase);

const serviceOf = (...names: string[]): Service =>
  createService({
    SERVICE_ACCOUNTS: JSON.stringify(names.map((username) => ({ username, password, role: "analyst" }))),
  });

const signIn = (
  to: Service,
  username: string,
  guess: string,
  cookie = "",
  from = address(),
): Promise<Reply> =>
  to.call("/api/auth/token", {
    role: null,
    body: { username, password: guess },
    headers: { "cf-connecting-ip": from, ...(cookie === "" ? {} : { cookie: `__Host-device=${cookie}` }) },
  });

const deviceIn = (reply: Reply): string =>
  /^__Host-device=([^;]+)/.exec(reply.headers.getSetCookie().join())?.[1] ?? "";

const policy = policyFor("login_account", {});

/** Failures that an account still takes. */
async function leftOf(name: string): Promise<number> {
  return (await createLimiter(env.RATE_LIMITER).take(await accountDigest(name), policy, 0)).remaining;
}

/** As ten failures from elsewhere do; that they do is tested in `guessing.test.ts`, and each costs a hash. */
async function lock(to: Service, name: string): Promise<void> {
  await createLimiter(env.RATE_LIMITER).take(await accountDigest(name), policy, await leftOf(name));
  expectProblem(await signIn(to, name, password), 429);
}

describe("a device that signed in before", () => {
  it("gets its owner in while strangers keep the account locked", async () => {
    const name = nameOf("owner");
    const service = serviceOf(name);
    const cookie = deviceIn(await signIn(service, name, password));
    expect(cookie).not.toBe("");
    await lock(service, name);
    expect((await signIn(service, name, password, cookie)).status).toBe(200);
    expectProblem(await signIn(service, name, password), 429);
  });

  it("has a limit of its own, which locks nobody else's device", async () => {
    const name = nameOf("two");
    const service = serviceOf(name);
    const thief = deviceIn(await signIn(service, name, password));
    const owner = deviceIn(await signIn(service, name, password));
    for (let n = 0; n < 10; n++) expectProblem(await signIn(service, name, "guess", thief), 401);
    expectProblem(await signIn(service, name, password, thief), 429);
    expect((await signIn(service, name, password, owner)).status).toBe(200);
    // Nor does it count against clients without a cookie.
    expect((await signIn(service, name, password)).status).toBe(200);
  });
});

describe("a cookie that is worth nothing", () => {
  const isStranger = async (service: Service, name: string, cookie: string) => {
    await lock(service, name);
    expectProblem(await signIn(service, name, password, cookie), 429);
  };

  it("signed by another secret", async () => {
    const name = nameOf("forged");
    await isStranger(serviceOf(name), name, await createDevice(`${secret}x`, name, nowMs));
  });

  it("with a word of it changed", async () => {
    const name = nameOf("changed");
    const [id, expires, account, mac] = (await createDevice(secret, name, nowMs)).split(".");
    const service = serviceOf(name);
    await lock(service, name);
    const other = "0".repeat(64);
    for (const words of [
      ["A".repeat(43), expires, account, mac],
      [id, "999999999999", account, mac],
      [id, expires, other, mac],
      [id, expires, account, other],
      [id, expires, account],
      ["", "", "", ""],
    ]) {
      expectProblem(await signIn(service, name, password, words.join(".")), 429);
    }
  });

  it("past its time", async () => {
    const name = nameOf("expired");
    await isStranger(serviceOf(name), name, await createDevice(secret, name, nowMs - deviceSeconds * 1_000));
  });

  it("of another account: it counts as no device when that one is guessed", async () => {
    const [mine, victim] = [nameOf("mine"), nameOf("victim")];
    const service = serviceOf(mine, victim);
    const cookie = deviceIn(await signIn(service, mine, password));
    // With the cookie and without: one counter.
    for (const given of [cookie, "", cookie])
      expectProblem(await signIn(service, victim, "guess", given), 401);
    expect(await leftOf(victim)).toBe(policy.limit - 3);
    await lock(service, victim);
    expectProblem(await signIn(service, victim, password, cookie), 429);
    expect((await signIn(service, mine, password, cookie)).status).toBe(200);
  });

  it("anywhere but at a sign-in", async () => {
    const name = nameOf("elsewhere");
    const cookie = deviceIn(await signIn(serviceOf(name), name, password));
    const headers = { cookie: `__Host-device=${cookie}; __Host-session=${cookie}` };
    expectProblem(await createService().call("/api/players", { role: null, headers }), 401);
    expect((await createService().call("/", { role: null, headers })).body).toContain("<h1>Sign in</h1>");
  });

  it("and it tells nobody whose it is", async () => {
    const name = nameOf("secretive");
    const reply = await signIn(serviceOf(name), name, password);
    expect(deviceIn(reply)).not.toContain(name);
    expect(reply.headers.getSetCookie()[0]).toMatch(/HttpOnly; Secure; SameSite=Strict$/);
    const { results } = await env.DB.prepare("SELECT payload FROM audit_entries").all();
    expect(JSON.stringify(results)).not.toContain(deviceIn(reply));
  });
});
