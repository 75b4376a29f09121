import { describe, expect, it } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import type { Client } from "../../src/cli/start/client.ts";
import { sendSeed, settle } from "../../src/cli/start/send-seed.ts";

const seed = generateSeed({ nowMs: Date.UTC(2026, 10, 22), seed: 1 });

interface Sent {
  readonly path: string;
  readonly body: unknown;
}

/** A service that numbers players from 101 on and answers job runs in the given order, then with nothing to do. */
function fakeService(
  stored: number,
  runs: readonly (readonly [processed: number, remaining: number])[] = [],
) {
  const sent: Sent[] = [];
  const due = [...runs];
  let id = 100;
  const client: Client = {
    get: async () => ({ totals: { sessions: stored } }),
    post: async (path, body) => {
      sent.push({ path, body });
      const [processed, remaining] = path.includes("/jobs/") ? (due.shift() ?? [0, 0]) : [0, 0];
      return path === "/api/players" ? { id: ++id } : { processed, remaining };
    },
  };
  const to = (path: string) => sent.filter((request) => request.path === path).map(({ body }) => body);
  return { client, sent, to };
}

describe("sending the seed", () => {
  it("creates every player before its sessions, at most 1,000 a request", async () => {
    const { client, sent, to } = fakeService(1_050);
    await sendSeed(client, seed);
    expect(to("/api/players")).toHaveLength(50);
    expect(sent.findLastIndex(({ path }) => path === "/api/players")).toBe(49);
    const sizes = to("/api/telemetry/sessions").map(
      (body) => (body as { sessions: unknown[] }).sessions.length,
    );
    expect(sizes).toEqual([1_000, 50]);
  });

  it("names players in findings and reports by the service's ids", async () => {
    const { client, to } = fakeService(1_050);
    await sendSeed(client, seed);
    const [{ entries }] = to("/api/security/scan-log") as [{ entries: { player_id: number }[] }];
    const idOf = (ref: string | undefined) => 101 + seed.players.findIndex((player) => player.ref === ref);
    expect(entries.map(({ player_id }) => player_id)).toEqual(seed.events.map(({ player }) => idOf(player)));
    expect(entries[0]).not.toHaveProperty("player");
    expect(to("/api/security/report")).toHaveLength(seed.reports.length);
  });

  it("fails where fewer sessions were stored than sent", async () => {
    await expect(sendSeed(fakeService(1_049).client, seed)).rejects.toThrow("1049 of 1050");
  });
});

describe("settling", () => {
  it("repeats rescoring until nobody is due, and both jobs until neither had work", async () => {
    const { client, sent } = fakeService(0, [
      [500, 40],
      [40, 0],
      [1, 0],
      [12, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    await settle(client);
    const order = sent.map(({ path }) => path.split("/")[4]);
    expect(order).toEqual([
      "rescore",
      "rescore",
      "baselines",
      "rescore",
      "baselines",
      "rescore",
      "baselines",
    ]);
  });

  it("gives up where the work never ends", async () => {
    const client = fakeService(
      0,
      Array.from({ length: 1_000 }, () => [1, 1] as const),
    ).client;
    await expect(settle(client)).rejects.toThrow("not settled");
  });
});
