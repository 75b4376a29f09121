/** Decisions under test: how to make them, and that all that is stored of them agrees. */
import { expect } from "vitest";
import { createPlayer, iso } from "./samples.ts";
import { type Call, nowMs, type Reply, type Service } from "./service.ts";
import { all } from "./trail.ts";

export const dayMs = 86_400_000;

export const decide = (service: Service, body: object, more: Call = {}): Promise<Reply> =>
  service.call("/api/decisions", { body: { reason: "Aim assistance.", ...body }, ...more });

/** Makes a decision and answers it. */
export async function made(service: Service, body: object) {
  const reply = await decide(service, body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
}

export const end = (service: Service, id: number, as = "revoked"): Promise<Reply> =>
  service.call(`/api/decisions/${id}/end`, { body: { as, reason: "A mistake." } });

/** A new player of a game. */
export const aPlayer = (service: Service, ref: string | null = "r1", game = "cs2") =>
  createPlayer(service, { username: "Nightjar", ref, game });

export const declare = async (service: Service, body: object, game = "cs2") => {
  const reply = await service.call(`/api/games/${game}/enforcement`, { method: "PUT", body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
};

export const check = async (service: Service, query: string, more: Call = {}) => {
  const reply = await service.call(`/api/decisions/check?${query}`, more);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
};

export const later = (ms: number) => iso(nowMs + ms);

/** What checks read is made of the decisions that are not over, and the stream has said each change once. */
export async function expectDecisionsWhole(): Promise<void> {
  const held = await all<{ subject: string; game: string; ids: string }>(`SELECT subject, game,
    (SELECT json_group_array(value->>'id') FROM json_each(decisions)) AS ids FROM enforcements ORDER BY 1, 2`);
  const open = await all(`SELECT subject, game, json_group_array(id ORDER BY id) AS ids FROM decisions
    WHERE ended_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2`);
  expect(held).toEqual(open);
  const [counts] = await all<Record<string, number>>(`SELECT
    (SELECT count(*) FROM decisions WHERE emitted IN ('added', 'removed')) AS added,
    (SELECT count(*) FROM decisions WHERE emitted = 'removed') AS removed,
    (SELECT count(*) FROM decision_changes WHERE kind = 'add') AS adds,
    (SELECT count(*) FROM decision_changes WHERE kind = 'remove') AS removes,
    (SELECT count(DISTINCT decision_id || kind) FROM decision_changes) AS distinct_changes,
    (SELECT count(*) FROM decision_changes) AS changes`);
  expect(counts?.adds).toBe(counts?.added);
  expect(counts?.removes).toBe(counts?.removed);
  expect(counts?.distinct_changes).toBe(counts?.changes);
}
