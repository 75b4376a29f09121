/** Telemetry that tests send, and how to send it. */
import { expect } from "vitest";
import { nowMs, type Service } from "./service.ts";

const minute = 60_000;
export const iso = (ms: number): string => new Date(ms).toISOString();

/** A plain honest session; `n` makes it distinct. */
export const sessionRow = (n: number, player: string | number = `p${n % 50}`, more: object = {}) => ({
  ...(typeof player === "number" ? { player_id: player } : { player }),
  session_id: `s${n}`,
  recorded_at: iso(nowMs - (n + 1) * minute),
  duration_minutes: 22.6,
  actions_per_minute: 100 + (n % 7),
  headshot_rate: 0.25,
  kills: 12,
  deaths: 9,
  headshots: 3,
  shots_fired: 220,
  shots_hit: 50,
  metrics: { damage_per_round: 71.5 },
  ...more,
});

export const sessionRows = (from: number, to: number, player?: string | number, more?: object) =>
  Array.from({ length: to - from }, (_, i) => sessionRow(from + i, player, more));

/** The classic body of one session. */
export const classicSession = {
  duration_minutes: 22.6,
  actions_per_minute: 118,
  headshot_rate: 0.31,
  reaction_time_ms: 214,
};

/** The one log entry that the classic scan marks, and the one that it does not. */
export const blatantEntry = { action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 };
export const plainEntry = { action: "fire", headshot_rate: 0.2, reaction_time_ms: 200 };

/** Sends rows in bulk and expects the request to succeed. */
export async function send(service: Service, sessions: readonly unknown[]) {
  const reply = await service.call("/api/telemetry/sessions", { body: { sessions } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
}

/** Creates a player and answers its id. */
export async function createPlayer(service: Service, body: object): Promise<number> {
  const reply = await service.call("/api/players", { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.id;
}

/** Our id of a player that the game calls `ref`. */
export async function idOf(service: Service, ref: string, game = "default"): Promise<number> {
  const reply = await service.call(`/api/players/@${encodeURIComponent(ref)}?game=${game}`);
  expect(reply.status, ref).toBe(200);
  return reply.body.id;
}

/** Scans entries and expects the request to succeed. */
export async function scan(service: Service, entries: readonly unknown[], query = "") {
  const reply = await service.call(`/api/security/scan-log${query}`, { body: { entries } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
}
