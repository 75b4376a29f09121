/** Idempotency-Key: a write that is sent again is answered again, and the record stands or falls with the write. */
import { beforeEach, describe, expect, it } from "vitest";
import { failingD1 } from "./fault.ts";
import { expectCountersRight, expectDaysRight } from "./recount.ts";
import { createPlayer, send, sessionRows } from "./samples.ts";
import { type Call, createService, env, freshDatabase, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await createPlayer(service, { username: "Nightjar", ref: "r" });
});

const keyed = (key: string, call: Call): Call => ({
  ...call,
  headers: { ...call.headers, "idempotency-key": key },
});

describe("bulk in several chunks", () => {
  const metrics = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`metric_number_${n}`, n]));
  const rows = sessionRows(0, 600, "bulk", { metrics });

  it("is recorded with its last chunk, and the answer is of all chunks", async () => {
    const call = keyed("k", { body: { sessions: rows } });
    const { body } = await service.call("/api/telemetry/sessions", call);
    expect(body).toEqual({
      accepted: 600,
      duplicates: 0,
      rejected: [],
      players_created: 1,
      unknown_fields: {},
    });
    expect((await service.call("/api/telemetry/sessions", call)).body).toEqual(body);
  });

  it("that broke off can be sent again under the same key", async () => {
    const broken = createService({ DB: failingD1(env.DB, /INSERT INTO sessions/, { from: 2 }) });
    const call = keyed("k", { body: { sessions: rows } });
    expect((await broken.call("/api/telemetry/sessions", call)).status).toBeGreaterThanOrEqual(500);
    const { body } = await service.call("/api/telemetry/sessions", call);
    expect(body.accepted + body.duplicates).toBe(600);
    expect(body.duplicates).toBeGreaterThan(0);
    expect((await send(service, rows)).duplicates).toBe(600);
    await expectCountersRight();
    await expectDaysRight();
  });
});
