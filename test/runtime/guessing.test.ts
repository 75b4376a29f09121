/** Guessing passwords: limited by failures, per account and per address. */
import { beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { createService, freshDatabase, type Service } from "./service.ts";

const username = "studio";
const password = "correct horse battery";

beforeEach(freshDatabase);

const signIn = (to: Service, body: object = { username, password }, address = "192.0.2.1") =>
  to.call("/api/auth/token", { role: null, body, headers: { "cf-connecting-ip": address } });
describe("guessing", () => {
  // The counters outlive a test: each has addresses and accounts of its own.
  let next = 1;
  const address = () => `198.51.100.${next++}`;
  const serviceFor = (name: string) => createService({ SERVICE_USERNAME: name, SERVICE_PASSWORD: password });
  const guess = (to: Service, name: string, from: string) =>
    signIn(to, { username: name, password: "guess" }, from);

  it("an account takes ten failures, from however many addresses; then a right guess is refused too", async () => {
    const target = serviceFor("target");
    for (let n = 0; n < 10; n++) expectProblem(await guess(target, "target", address()), 401);
    const refused = await guess(target, "target", address());
    expectProblem(refused, 429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const right = await signIn(target, { username: "target", password }, address());
    expectProblem(right, 429);
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(right.body.detail).toBe(refused.body.detail);
  });

  it("an address takes thirty failures, of however many accounts", async () => {
    const many = serviceFor("somebody");
    const from = address();
    for (let n = 0; n < 30; n++) expectProblem(await guess(many, `account-${n}`, from), 401);
    const refused = await guess(many, "account-30", from);
    expectProblem(refused, 429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expectProblem(await signIn(many, { username: "somebody", password }, from), 429);
    expect((await signIn(many, { username: "somebody", password }, address())).status).toBe(200);
  });

  it("of forty parallel guesses ten are judged", async () => {
    const target = serviceFor("parallel");
    const from = [address(), address()];
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, n) => guess(target, "parallel", from[n % 2] ?? "")),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
    for (const reply of replies.filter(({ status }) => status !== 401)) {
      expectProblem(reply, 429);
      expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  it("signing in a hundred times in a row is no guessing", async () => {
    const busy = serviceFor("busy");
    const from = address();
    for (let n = 0; n < 9; n++) await guess(busy, "busy", from);
    for (let n = 0; n < 100; n++) {
      expect((await signIn(busy, { username: "busy", password }, from)).status, `sign-in ${n}`).toBe(200);
    }
  });
});
