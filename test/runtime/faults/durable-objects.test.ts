/** Durable Objects that are evicted, aborted or out of reach between and during requests: nothing is lost with them. */
import { abortAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { Env } from "../../../src/env.ts";
import { failsClosed } from "../../../src/rate-limit/policy.ts";
import { expectCountersRight } from "../recount.ts";
import { type Call, createService, env, type Reply } from "../service.ts";
import { evict, trail, withDatabase } from "../trail.ts";
import { account, freshService, writes } from "../writes.ts";
import { expectSoundTrail } from "./busy.ts";
import { injectedD1 } from "./inject.ts";
import { list } from "./outcome.ts";
import { readState } from "./state.ts";

const named = writes.map(
  (written) => [`${written.route} (${written.action}, ${written.change})`, written] as const,
);
const deps = { newId: () => "of-a-fault" };
beforeEach(freshService);

/** Every counter of the limits refuses, with the words of the runtime. */
const unreachable = {
  idFromName: () => null,
  get: () => {
    const refuse = () => Promise.reject(new Error("Durable Object reset because its code was updated."));
    return { take: refuse, lease: refuse };
  },
} as unknown as Env["RATE_LIMITER"];

describe("the limiter out of reach: it is done, or refused with nothing written", () => {
  it.for(named)("%s", async ([path, written], { task }) => {
    const request: readonly [string, Call] = await written.call();
    const before = await readState();
    const reply: Reply = await createService({ ...account, RATE_LIMITER: unreachable }, deps).call(
      ...request,
    );
    const state = await readState();
    const isRefused = reply.status === 503;
    if (isRefused) expect(state).toEqual(before);
    else expect(reply.status).toBeLessThan(500);
    const again = await createService(account, deps).call(...request);
    expect(again.status).toBeLessThan(500);
    const what = { path, kind: "limiter is out of reach", at: "every counter", status: String(reply.status) };
    const left = isRefused ? "nothing" : "everything";
    list(task, [
      {
        ...what,
        left,
        again: String(again.status),
        end: isRefused ? "as without a fault" : "as asked twice",
      },
    ]);
  });

  it("refuses where guessing has to be slowed, and only there", () => {
    const closed = Object.entries(failsClosed).filter(([, isClosed]) => isClosed);
    expect(closed.map(([name]) => name).sort()).toEqual([
      "admin",
      "login",
      "login_account",
      "login_address",
      "login_device",
    ]);
  });
});

describe("objects that end", () => {
  it("the sealer, after each of five seals", async ({ task }) => {
    for (let round = 0; round < 5; round++) {
      await createService(account, deps).call("/api/players", { body: { username: `Owl ${round}` } });
      await trail.seal(1_000);
      await evict();
    }
    await expectSoundTrail();
    const what = {
      path: "sealing the audit trail",
      kind: "sealer is evicted",
      at: "after each of five seals",
    };
    list(task, [
      { ...what, status: "sealed", left: "everything", again: "sealed", end: "as without a fault" },
    ]);
  });

  it("all at once, between requests", async ({ task }) => {
    for (let round = 0; round < 5; round++) {
      const service = createService(account, deps);
      expect((await service.call("/api/players", { body: { username: `Owl ${round}` } })).status).toBe(201);
      await trail.seal(1_000);
      await abortAllDurableObjects();
    }
    await expectCountersRight();
    await expectSoundTrail();
    const what = {
      path: "requests",
      kind: "all objects are aborted",
      at: "after each of five",
      status: "201",
    };
    list(task, [{ ...what, left: "everything", again: "not needed", end: "as without a fault" }]);
  });
});

describe("a sealer whose store fails at each call in turn", () => {
  it.for(["fails", "times out", "loses the answer"] as const)("%s", async (kind, { task }) => {
    for (let at = 1; at <= 20; at++) {
      await createService(account, deps).call("/api/players", { body: { username: `Owl ${at}` } });
      const injected = injectedD1(env.DB, kind, at);
      const sealed = await withDatabase(injected.DB, (sealer) => sealer.seal(1_000)).then(
        () => "sealed",
        () => "failed",
      );
      await expectSoundTrail(`${kind} at call ${at}`);
      if (!injected.isHit()) break;
      const name = `call ${at}: ${injected.calls[at - 1]}`;
      const what = { path: "sealing the audit trail", kind, at: name, status: sealed, again: "sealed" };
      list(task, [{ ...what, left: "a part", end: "as without a fault" }]);
    }
  });
});
