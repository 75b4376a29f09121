/** Two crons at once, and crons whose clock is ahead or behind: each job is done once, and nobody waits for ever. */
import { describe, expect, it } from "vitest";
import { jobsOfCron } from "../../../src/jobs/run.ts";
import { expectCountersRight } from "../recount.ts";
import { send, sessionRow } from "../samples.ts";
import { nowMs } from "../service.ts";
import { type Busy, decided, expectSoundTrail, fire, heardBy, makeBusy } from "./busy.ts";
import { list } from "./outcome.ts";

const crons = Object.keys(jobsOfCron);
/** Whoever a new baseline marked is scored by it. */
const sweep = "*/5 * * * *";
const hourMs = 3_600_000;

async function settle(busy: Busy): Promise<void> {
  for (const cron of [...crons, ...crons, sweep]) expect(await fire(busy, cron)).toBeNull();
  await expectCountersRight();
  await expectSoundTrail();
}

async function calmly() {
  const busy = await makeBusy();
  await settle(busy);
  return { state: await decided(), heard: heardBy(busy) };
}

describe("two crons at once", () => {
  it.for(crons)("%s", async (cron, { task }) => {
    const calm = await calmly();
    const busy = await makeBusy();
    const ends = await Promise.all([fire(busy, cron), fire(busy, cron), fire(busy, cron)]);
    expect(ends).toEqual([null, null, null]);
    await settle(busy);
    expect(await decided()).toEqual(calm.state);
    expect(heardBy(busy)).toBe(calm.heard);
    const what = { path: `cron ${cron}`, kind: "runs three times at once", at: "all of it", status: "ended" };
    list(task, [{ ...what, left: "everything", again: "ended", end: "as without a fault" }]);
  });

  it("all of them beside senders and readers", async ({ task }) => {
    const busy = await makeBusy();
    const rows = (from: number) => Array.from({ length: 30 }, (_, n) => sessionRow(from + n, `p${n % 8}`));
    const ends = await Promise.all([
      ...crons.map((cron) => fire(busy, cron)),
      ...[200, 300, 400].map((from) => send(busy.service, rows(from)).then(() => null)),
      busy.service
        .call("/api/security/player-risk/@p1")
        .then(({ status }) => (status === 200 ? null : status)),
    ]);
    expect(ends.filter((end) => end !== null)).toEqual([]);
    await settle(busy);
    const what = { path: "all crons", kind: "runs beside senders", at: "all of it", status: "ended" };
    list(task, [{ ...what, left: "everything", again: "ended", end: "as without a fault" }]);
  });
});

describe("a clock that is wrong", () => {
  const skews = [-24 * hourMs, -hourMs, hourMs, 24 * hourMs] as const;

  it.for(skews.flatMap((skewMs) => crons.map((cron) => [skewMs / hourMs, cron] as const)))(
    "by %i hours for one run of %s",
    async ([hours, cron], { task }) => {
      const busy = await makeBusy();
      expect(await fire(busy, cron, { atMs: nowMs + hours * hourMs })).toBeNull();
      await expectCountersRight();
      // Rows that come in after it, by the right clock again.
      await send(busy.service, [sessionRow(900, "p1")]);
      await settle(busy);
      const { body } = await busy.service.call("/api/players?limit=1");
      expect(body.pending).toBe(0);
      const at = `one run ${hours} hours off`;
      const what = { path: `cron ${cron}`, kind: "has a wrong clock", at, status: "ended" };
      list(task, [{ ...what, left: "everything", again: "ended", end: "as without a fault" }]);
    },
  );

  it.for(skews.map((skewMs) => skewMs / hourMs))("by %i hours between requests", async (hours, { task }) => {
    const busy = await makeBusy();
    const { service } = busy;
    const report = { player_id: 1, reason: "aimbot" };
    const key = { "idempotency-key": "k" };
    const first = await service.call("/api/security/report", { body: report, headers: key });
    service.clock.nowMs = nowMs + hours * hourMs;
    // Within a day the key holds, whichever way the clock went; after a day it is over.
    const again = await service.call("/api/security/report", { body: report, headers: key });
    expect(again.status).toBe(201);
    if (hours < 24) expect(again.body).toEqual(first.body);
    await send(service, [sessionRow(50 * 24 * 60, "p2")]);
    service.clock.nowMs = nowMs;
    await send(service, [sessionRow(901, "p2")]);
    await settle(busy);
    const what = { path: "requests", kind: "has a wrong clock", at: `${hours} hours off`, status: "201" };
    list(task, [{ ...what, left: "everything", again: "201", end: "as without a fault" }]);
  });

  it("of a client: rows from the future are refused one by one, the others are taken", async ({ task }) => {
    const { service } = await makeBusy();
    const ahead = sessionRow(950, "p1", { recorded_at: new Date(nowMs + 24 * hourMs).toISOString() });
    const { accepted, rejected } = await send(service, [sessionRow(951, "p1"), ahead]);
    expect(accepted).toBe(1);
    expect(rejected).toMatchObject([{ index: 1, pointer: "/sessions/1/recorded_at" }]);
    await expectCountersRight();
    const what = {
      path: "POST /api/telemetry/sessions",
      kind: "has a wrong clock",
      at: "a client a day ahead",
    };
    list(task, [{ ...what, status: "200", left: "everything", again: "200", end: "as without a fault" }]);
  });
});
