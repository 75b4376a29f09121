/** Cron that dies at each of its calls of D1 in turn, and is fired again: afterwards all is as if it had lived. */
import { describe, expect, it } from "vitest";
import { jobsOfCron } from "../../../src/jobs/run.ts";
import { aroundD1 } from "../fault.ts";
import { expectCountersRight } from "../recount.ts";
import { env, nowMs } from "../service.ts";
import { decided, expectSoundTrail, fire, heardBy, makeBusy } from "./busy.ts";
import { nameOf } from "./inject.ts";
import { list, type Outcome } from "./outcome.ts";

const crons = Object.keys(jobsOfCron);
/** Whoever a new baseline marked is scored by it. */
const sweep = "*/5 * * * *";
/** More calls than a cron makes here. */
const maxCalls = 150;

/** A D1 that is there for so many calls and then is not: whoever called is gone, and nothing of it goes on. */
function dyingD1(calls: number) {
  const made: string[] = [];
  const DB = aroundD1(env.DB, (call, real) => {
    made.push(nameOf(call));
    return made.length > calls ? Promise.reject(new Error("D1_ERROR: Network connection lost.")) : real();
  });
  return { DB, made };
}

/** Longer than the lease of a receiver whose sender was killed. */
const leaseOverMs = 600_000;

/** All jobs to their end; what a killed sender had taken is free again once its lease is over. */
async function settle(busy: Awaited<ReturnType<typeof makeBusy>>): Promise<void> {
  for (const cron of [...crons, sweep]) expect(await fire(busy, cron)).toBeNull();
  expect(await fire(busy, "* * * * *", { atMs: nowMs + leaseOverMs })).toBeNull();
}

async function calmly() {
  const busy = await makeBusy();
  await settle(busy);
  await expectCountersRight();
  return { state: await decided(), heard: heardBy(busy) };
}

describe("cron killed after each of its calls", () => {
  it.for(crons)("%s", { timeout: 600_000 }, async (cron, { task }) => {
    const calm = await calmly();
    const outcomes: Outcome[] = [];
    for (let calls = 0; calls <= maxCalls; calls++) {
      const busy = await makeBusy();
      const dying = dyingD1(calls);
      const said = await fire(busy, cron, { DB: dying.DB });
      if (dying.made.length <= calls) break;
      const place = `${cron} killed after ${calls} calls, at ${dying.made[calls]}`;
      // The platform logs what cron throws, so it says nothing that a caller sent.
      expect(said ?? "The job", place).toMatch(/^The job/);
      await expectCountersRight();
      await settle(busy);
      expect(await decided(), place).toEqual(calm.state);
      expect(heardBy(busy), place).toBe(calm.heard);
      await expectCountersRight();
      await expectSoundTrail(place);
      outcomes.push({
        path: `cron ${cron}`,
        kind: "is killed",
        at: `after ${calls} calls, at ${dying.made[calls]}`,
        status: said === null ? "ended" : "failed",
        left: "a part",
        again: "ended",
        end: "as without a fault",
      });
    }
    expect(outcomes.length).toBeGreaterThan(0);
    list(task, outcomes);
  });
});
