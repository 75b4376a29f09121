import { expect, test } from "vitest";
import { discordAlert } from "../../../src/telemetry/adapters/discord-alert.ts";
import { deliver, nowMs, requestOf } from "./fixtures/requests.ts";

const grim = (overrides: Record<string, unknown> = {}) => ({
  embeds: [
    {
      title: "**Grim Alert**",
      description:
        "**Player**: wheel\\_barrow\n**Check**: Reach (B)\n**Violations**: 12\n**Ping**: 40\n**Brand**: vanilla",
      thumbnail: { url: "https://heads.example/helm/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" },
      timestamp: "2026-06-07T18:00:00Z",
      fields: [{ name: "Verbose", value: "3.21 blocks", inline: true }],
      ...overrides,
    },
  ],
});
const stac = {
  embeds: [
    {
      title: "StAC Detection",
      fields: [
        { name: "Player", value: "oak" },
        { name: "SteamID", value: "`STEAM_0:1:40001`" },
        { name: "Detection", value: "Silent Aim" },
        { name: "Detection #", value: "4" },
        { name: "IP", value: "192.0.2.77" },
        { name: "Hostname", value: "tf quay" },
        { name: "Demo tick", value: "1234" },
        { name: "Unix Timestamp", value: "1780855200" },
      ],
    },
  ],
};
const read = (message: unknown, receivedAtMs = nowMs) =>
  deliver(discordAlert, [requestOf(JSON.stringify(message), {}, { receivedAtMs })]).events;

test("an alert of Grim is an event of the player's UUID", () => {
  expect(read(grim())).toMatchObject([
    {
      player: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
      type: "grim.reach-b",
      occurred_at: "2026-06-07T18:00:00Z",
      game: "minecraft",
      source: "detector",
      severity: "medium",
      attributes: { check: "Reach (B)", violations: 12, ping: 40, brand: "vanilla", verbose: "3.21 blocks" },
    },
  ]);
});

test("without a thumbnail the name must do", () => {
  expect(read(grim({ thumbnail: null }))[0]?.player).toBe("wheel_barrow");
});

test("an alert of StAC is an event of the Steam id; addresses stay behind", () => {
  const events = read(stac);
  expect(events).toMatchObject([
    {
      player: "76561197960345731",
      type: "stac.silent-aim",
      occurred_at: "2026-06-07T18:00:00.000Z",
      game: "tf2",
      server: "tf quay",
      attributes: { check: "Silent Aim", detections: 4, demo_tick: 1234 },
    },
  ]);
  expect(JSON.stringify(events)).not.toContain("192.0.2");
});

test("the same alert has the same id, another one another", () => {
  const [first] = read(grim());
  expect(read(grim(), nowMs + 60_000)[0]?.event_id).toBe(first?.event_id);
  expect(read(grim({ timestamp: "2026-06-07T18:00:01Z" }))[0]?.event_id).not.toBe(first?.event_id);
});

test("other messages are counted as unparsed, and nothing of them is shown", () => {
  const { counts, patterns } = deliver(discordAlert, [
    requestOf(JSON.stringify({ content: "hello hunter2" })),
    requestOf(JSON.stringify({ embeds: [{ title: "hunter2", description: "x" }] })),
    requestOf("not json"),
  ]);
  expect(counts).toMatchObject({ unparsed: 3, parsed: 0 });
  expect(patterns.join()).not.toContain("hunter2");
});
