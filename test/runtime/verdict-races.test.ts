/** Two verdicts at once, a lease that ends, a crash, a request that is sent again: each verdict counts once or not at all. */
import { beforeEach, describe, expect, it } from "vitest";
import { caseRow, hold, insertCase, insertDecision, judge, review, setShare } from "./case-fixtures.ts";
import { expectProblem } from "./contract.ts";
import { createBarrier, failingD1, watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, run, snapshot } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(0);
});

const codeOf = (body: { type: string }) => body.type.split(":").at(-1);

describe("races", () => {
  /** Holds the batches that write until two have come. */
  function racing(): Service {
    const meet = createBarrier(2);
    const DB = watchedD1(env.DB, async (texts) => {
      if (texts.some((text) => /UPDATE cases SET state/.test(text))) await meet();
    });
    return createService({ DB });
  }

  it("two verdicts of one person at once: one counts", async () => {
    await insertCase();
    await hold(1, "ann");
    const both = racing();
    const replies = await Promise.all([judge(both, "ann", "cleared"), judge(both, "ann", "confirmed")]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(codeOf(replies.find(({ status }) => status === 409)?.body)).toBe("case_decided");
    expect(await all("SELECT * FROM reviews")).toHaveLength(1);
    expect(await all("SELECT * FROM audit_entries WHERE action = 'case.verdict'")).toHaveLength(1);
    const winner = replies.find(({ status }) => status === 200)?.body.verdict;
    expect((await caseRow()).verdict).toBe(winner);
  });

  it("with Idempotency-Keys of their own, too", async () => {
    await insertCase();
    await hold(1, "ann");
    const both = racing();
    const keyed = (key: string) => judge(both, "ann", "cleared", { headers: { "idempotency-key": key } });
    const replies = await Promise.all([keyed("a"), keyed("b")]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(codeOf(replies.find(({ status }) => status === 409)?.body)).toBe("case_decided");
  });

  it("the lease ends and somebody else claims while a verdict is on its way: it does not count", async () => {
    await insertCase();
    await hold(1, "ann", nowMs + 1);
    let stolen = false;
    const DB = watchedD1(env.DB, async (texts) => {
      if (stolen || !texts.some((text) => /UPDATE cases SET state/.test(text))) return;
      stolen = true;
      await hold(1, "bob");
    });
    const reply = await judge(createService({ DB }), "ann", "confirmed");
    expectProblem(reply, 409);
    expect(codeOf(reply.body)).toBe("case_not_held");
    expect(await caseRow()).toMatchObject({ state: "claimed", holder: "user:bob", verdict: null });
    expect(await all("SELECT * FROM reviews")).toEqual([]);
  });

  it("a comment or a tag in between only makes it read again", async () => {
    await insertCase();
    await hold(1, "ann");
    let touched = 0;
    const DB = watchedD1(env.DB, async (texts) => {
      if (touched > 2 || !texts.some((text) => /UPDATE cases SET state/.test(text))) return;
      touched += 1;
      await run("UPDATE cases SET revision = revision + 1");
    });
    expect((await judge(createService({ DB }), "ann", "confirmed")).status).toBe(200);
    expect(touched).toBe(3);
    expect(await all("SELECT * FROM reviews")).toHaveLength(1);
  });
});

describe("sent again", () => {
  it("under its Idempotency-Key it is answered again, and counts once", async () => {
    await insertCase();
    await hold(1, "ann");
    const call = { headers: { "idempotency-key": "k" } };
    const first = await judge(service, "ann", "confirmed", call);
    const before = await snapshot();
    const again = await judge(service, "ann", "confirmed", call);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await snapshot()).toEqual(before);
  });

  it("without one it is refused, and changes nothing", async () => {
    await insertCase();
    await review(service, "ann", "confirmed");
    const before = await snapshot();
    expect(codeOf((await judge(service, "ann", "confirmed")).body)).toBe("case_decided");
    expect(await snapshot()).toEqual(before);
  });
});

describe("a crash", () => {
  it("at any call to D1 leaves nothing half, and the verdict can be given again", async () => {
    for (const said of [["confirmed"], ["cleared", "cleared"]] as const) {
      for (let from = 1; from <= 12; from++) {
        await freshDatabase();
        await setShare(said.length - 1);
        await insertCase();
        await insertDecision({ origin: "automatic", madeBy: "system:cron" });
        for (const verdict of said.slice(1)) await review(createService(), "first", verdict);
        await hold(1, "ann");
        await createService().call("/api/auth/me", { role: "analyst", subject: "ann" });
        const before = await snapshot();
        const broken = createService({ DB: failingD1(env.DB, /./, { from, times: 1 }) });
        const reply = await judge(broken, "ann", said[0]);
        if (reply.status === 200) break;
        expect(reply.status).toBe(500);
        expect(await snapshot()).toEqual(before);
        expect((await judge(createService(), "ann", said[0])).status).toBe(200);
        expect((await caseRow()).state).toBe("decided");
      }
    }
  });
});
