/** Chats and digests: within their limits, with nothing in them that somebody else's text could set off. */
import { beforeEach, describe, expect, it } from "vitest";
import { bodyOf } from "../../src/actions/webhooks/formats.ts";
import type { Told } from "../../src/actions/webhooks/wording.ts";
import { domainEventTypes } from "../../src/decisions/event-types.ts";
import {
  createHook,
  createWorld,
  deliveriesOf,
  emit,
  emitOpened,
  ok,
  opened,
  runMinute,
  serviceOf,
} from "./receivers.ts";
import { env, freshDatabase, nowMs } from "./service.ts";

const told = (data: Readonly<Record<string, unknown>>, n = 1): Told => ({
  id: n,
  type: "case.opened",
  atMs: nowMs,
  data,
});
type Told1 = readonly [Told, ...Told[]];
const parsed = (format: "discord" | "slack" | "json", events: Told1) => JSON.parse(bodyOf(format, events));
const hostile = "@everyone <@123> <!channel> **b** [x](https://evil.test) `c` ||s|| \n# h\n> q & <b> \\";

describe("discord", () => {
  it("says what happened, and mentions nobody", () => {
    const body = parsed("discord", [told({ player: { username: hostile } })]);
    expect(body.allowed_mentions).toEqual({ parse: [] });
    const [embed] = body.embeds;
    expect(embed).toMatchObject({ title: "A case was opened", timestamp: new Date(nowMs).toISOString() });
    expect(embed.fields).toHaveLength(1);
    // Every special character stands behind a backslash; nothing is left of line breaks.
    expect(embed.fields[0].value.replaceAll(/\\[\s\S]/g, "")).not.toMatch(/[\\*_~`|>#[\]()<@:\n]/);
    expect(embed.fields[0].value.replaceAll("\\", "")).toContain("@everyone <@123>");
  });

  it("stays within the limits, whatever it is told", () => {
    const long = "*".repeat(9_000);
    const data = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${long}`, long]));
    const sizes = [parsed("discord", [told(data)]), parsed("discord", events(100, data))].map(
      ({ embeds: [embed] }) => {
        const { title, description = "", fields = [] } = embed;
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4_096);
        expect(fields.length).toBeLessThanOrEqual(25);
        for (const { name, value } of fields) {
          expect(name.length).toBeLessThanOrEqual(256);
          expect(value.length).toBeLessThanOrEqual(1_024);
          expect(name).not.toMatch(/(^|[^\\])(\\\\)*\\…$/);
        }
        const parts = [title, description, ...fields.flatMap((field: object) => Object.values(field))];
        return parts.filter((part) => typeof part === "string").join("").length;
      },
    );
    for (const size of sizes) expect(size).toBeLessThanOrEqual(6_000);
  });
});

const events = (n: number, data: Readonly<Record<string, unknown>> = {}): Told1 => [
  told(data),
  ...Array.from({ length: n - 1 }, (_, i) => ({
    ...told(data, i + 2),
    type: domainEventTypes[(i + 1) % domainEventTypes.length] ?? "",
  })),
];

describe("slack", () => {
  it("is plain text with the three characters escaped", () => {
    const body = parsed("slack", [told({ player: { username: hostile } })]);
    expect(body.text).toBe("A case was opened");
    const [header, section] = body.blocks;
    expect(header).toMatchObject({ type: "header", text: { type: "plain_text" } });
    expect(section.fields[0]).toMatchObject({ type: "plain_text", emoji: false });
    expect(section.fields[0].text).toContain("&lt;!channel&gt;");
    expect(section.fields[0].text).not.toMatch(/[<>\n]|&(?!amp;|lt;|gt;)/);
  });

  it("stays within the limits", () => {
    const long = "&".repeat(9_000);
    const data = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${n}${long}`, long]));
    for (const { blocks } of [parsed("slack", [told(data)]), parsed("slack", events(100, data))]) {
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
      for (const block of blocks.slice(1)) {
        expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
        for (const { text } of block.fields ?? []) expect(text.length).toBeLessThanOrEqual(2_000);
        expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
      }
    }
  });
});

describe("a digest", () => {
  it("lists ten events and counts the others", () => {
    const { title, description } = parsed("discord", events(25)).embeds[0];
    expect(title).toBe("25 events");
    const lines = description.split("\n");
    const counts = lines.slice(10).map((line: string) => Number(/^and (\d+) more/.exec(line)?.[1]));
    expect(counts.reduce((sum: number, n: number) => sum + n)).toBe(15);
    expect(parsed("slack", events(25)).blocks.length).toBe(1 + lines.length);
  });

  it("as JSON holds every event in full", () => {
    const body = parsed("json", events(25));
    expect(body).toMatchObject({ type: "webhook.digest", data: { count: 25 } });
    expect(body.data.events).toHaveLength(25);
    expect(body.data.events[0]).toEqual({
      type: "case.opened",
      timestamp: new Date(nowMs).toISOString(),
      data: {},
    });
  });
});

describe("nobody is flooded", () => {
  beforeEach(freshDatabase);

  it("250 events at once are three messages, an interval apart", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test", { format: "discord" });
    await emitOpened(250);
    for (const [waitMs, messages] of [
      [0, 1],
      [29_999, 1],
      [1, 2],
      [30_000, 3],
      [30_000, 3],
    ] as const) {
      service.clock.nowMs += waitMs;
      await runMinute(service, world);
      expect(world.got).toHaveLength(messages);
    }
    expect(world.got.map(({ body }) => body.embeds[0].title)).toEqual([
      "100 events",
      "100 events",
      "50 events",
    ]);
    expect((await deliveriesOf(1)).every(({ state }) => state === "delivered")).toBe(true);
  });

  it("without digests each message keeps the interval", async () => {
    const world = createWorld({ "a.test": ok });
    const service = serviceOf(world);
    await createHook(service, "a.test", { min_interval_seconds: 60 });
    await emitOpened(3);
    for (let minute = 1; minute <= 3; minute++) {
      await runMinute(service, world);
      await runMinute(service, world);
      expect(world.got).toHaveLength(minute);
      service.clock.nowMs += 60_000;
    }
  });

  it("a digest that fails is sent again as it was, whatever came meanwhile", async () => {
    let status = 500;
    const world = createWorld({ "a.test": () => new Response(null, { status }) });
    const service = serviceOf(world);
    await createHook(service, "a.test", { digest: true });
    await emitOpened(7);
    await runMinute(service, world);
    await emit([opened(8), opened(9)], service.clock.nowMs + 1);
    service.clock.nowMs += 60_000;
    status = 200;
    await runMinute(service, world);
    expect(world.got).toHaveLength(3);
    // What was never tried goes first: its time is the earlier one.
    const [first, next, again] = world.got;
    expect([again?.id, again?.text]).toEqual([first?.id, first?.text]);
    expect(next?.body.data.count).toBe(2);
    expect(next?.id).not.toBe(first?.id);
  });

  it("a digest is never cut by the end of a page", async () => {
    let status = 500;
    const world = createWorld({ "a.test": () => new Response(null, { status }) });
    const service = serviceOf(world);
    await createHook(service, "a.test", { digest: true });
    await emitOpened(60);
    await runMinute(service, world);
    await emitOpened(60, nowMs + 1);
    service.clock.nowMs += 1_000;
    await runMinute(service, world);
    // Both were tried, and wait for the same moment.
    await env.DB.prepare("UPDATE deliveries SET due_at = 0").run();
    status = 200;
    service.clock.nowMs += 60_000;
    await runMinute(service, world);
    const counts = new Map(world.got.map(({ id, body }) => [id, body.data.count]));
    expect([...counts.values()]).toEqual([60, 60]);
    expect(world.got).toHaveLength(4);
  });
});
