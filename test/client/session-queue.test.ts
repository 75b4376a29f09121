import { describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient } from "../../src/client/index.ts";
import { problem, row, rowsOf, type Script, scripted, taken } from "./api.ts";
import { createFakeWorld, settle } from "./fake-world.ts";

function queueOf(options: ClientOptions["sessions"], ...answers: readonly Script[]) {
  const { fetch, seen } = scripted(...answers);
  const fake = createFakeWorld(fetch);
  const client = createClient({
    url: "https://x.example",
    key: "k",
    ...fake.world,
    ...(options && { sessions: options }),
  });
  const sent = () => seen.map((request) => rowsOf(request).map(({ session_id }) => session_id));
  return { client, fake, seen, sent };
}
const ok: Script = (seen) => taken(rowsOf(seen).length);
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `s-${from + n}`);

describe("batches", () => {
  it("go when they are full, and no sooner", async () => {
    const { client, sent } = queueOf({ maxRows: 3 }, ok);
    for (let n = 0; n < 2; n++) client.sessions.add(row(n));
    await settle();
    expect(sent()).toEqual([]);
    client.sessions.add(row(2));
    await settle();
    expect(sent()).toEqual([ids(0, 3)]);
    expect(client.sessions.size).toBe(0);
  });

  it("go when they weigh enough", async () => {
    const bytes = JSON.stringify(row(1)).length + 1;
    const { client, sent } = queueOf({ maxBytes: 2 * bytes }, ok);
    for (let n = 0; n < 3; n++) client.sessions.add(row(n));
    await settle();
    expect(sent()).toEqual([ids(0, 2)]);
  });

  it("go when their oldest row has waited long enough", async () => {
    const { client, fake, sent } = queueOf({ maxAgeMs: 4_000 }, ok);
    client.sessions.add(row(0));
    await fake.advance(3_000);
    client.sessions.add(row(1));
    await fake.advance(999);
    expect(sent()).toEqual([]);
    await fake.advance(1);
    expect(sent()).toEqual([ids(0, 2)]);
  });

  it("go one after the other, in order, and are what they were when they were added", async () => {
    let release: () => void = () => {};
    const held: Script = (seen) =>
      new Promise((resolve) => {
        release = () => resolve(ok(seen) as Response);
      });
    const { client, sent } = queueOf({ maxRows: 2 }, held, ok);
    const changed = { ...row(0) };
    client.sessions.add(changed);
    changed.session_id = "other";
    for (let n = 1; n < 5; n++) client.sessions.add(row(n));
    await settle();
    expect(sent()).toEqual([ids(0, 2)]);
    const flushed = client.sessions.flush();
    release();
    await flushed;
    expect(sent()).toEqual([ids(0, 2), ids(2, 4), ids(4, 5)]);
  });
});

describe("trouble", () => {
  it("is waited out for hours, on one idempotency key", async () => {
    const down: Script = () => problem(503, "busy", "later");
    const { client, fake, seen } = queueOf({}, ...Array.from({ length: 300 }, () => down), ok);
    client.sessions.add(row(1));
    await fake.advance(6 * 3_600_000);
    expect(seen).toHaveLength(301);
    expect(new Set(seen.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
    expect(client.sessions.size).toBe(0);
  });

  it("fills the queue, which then refuses the newest", async () => {
    const { client } = queueOf({ maxHeld: 3, maxRows: 2 }, () => problem(503, "busy", "later"));
    expect([0, 1, 2, 3].map((n) => client.sessions.add(row(n)))).toEqual([true, true, true, false]);
    expect(client.sessions.size).toBe(3);
  });

  it("tells rejected rows with their reasons, and outlives a callback that throws", async () => {
    const told: unknown[] = [];
    const shown = vi.spyOn(console, "error").mockReturnValue();
    const onRejected = (rejected: unknown) => {
      told.push(rejected);
      throw new Error("the game's own mistake");
    };
    const bad = { index: 1, code: "inconsistent", pointer: "/sessions/1/headshots", detail: "Too many." };
    const { client, sent } = queueOf({ onRejected }, () => taken(1, [bad]), ok);
    client.sessions.add(row(0));
    client.sessions.add(row(1));
    await client.sessions.flush();
    const why = { code: "inconsistent", pointer: "/headshots", detail: "Too many." };
    expect(told).toEqual([[{ row: row(1), ...why }]]);
    client.sessions.add(row(2));
    await client.sessions.flush();
    expect(sent()[1]).toEqual(["s-2"]);
    expect(shown).toHaveBeenCalledOnce();
    shown.mockRestore();
  });

  it("hands back a batch that is refused for good", async () => {
    const failed: unknown[] = [];
    const { client } = queueOf({ onFailed: (error, rows) => failed.push([String(error), rows]) }, () =>
      problem(401, "unauthorized", "The key is revoked."),
    );
    client.sessions.add(row(0));
    await client.sessions.flush();
    expect(failed).toEqual([["ApiError: The key is revoked.", [row(0)]]]);
  });
});

describe("closing", () => {
  it("sends what is held, and takes no more", async () => {
    const { client, sent, fake } = queueOf({}, ok);
    client.sessions.add(row(0));
    expect(await client.close()).toEqual({ unsent: [] });
    expect(sent()).toEqual([["s-0"]]);
    expect(fake.timers()).toBe(0);
    expect(() => client.sessions.add(row(1))).toThrow("closed");
  });

  it("answers what could not be sent in time", async () => {
    const { client, fake } = queueOf({ maxRows: 2 }, () => Promise.reject(new TypeError("fetch failed")));
    for (let n = 0; n < 3; n++) client.sessions.add(row(n));
    const closed = client.close({ timeoutMs: 8_000 });
    await fake.advance(8_000);
    expect((await closed).unsent).toEqual([row(0), row(1), row(2)]);
    expect(fake.timers()).toBe(0);
  });
});
