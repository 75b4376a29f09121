/** Suspects under test, and the cases that are opened of them. */
import { expect } from "vitest";
import { send, sessionRow } from "./samples.ts";
import { env, runJobs, type Service } from "./service.ts";
import { all } from "./trail.ts";

export const hourMs = 3_600_000;

/** Sessions that no hand plays: a proof within three of them. Each differs from every other, so that none is a copy. */
export const suspectRows = (from: number, to: number, player = "p", more: object = {}) =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return sessionRow(n, player, { reaction_time_ms: 55, shots_fired: 100_000 + n, ...more });
  });

/** Honest ones, as distinct. */
export const honestRows = (from: number, to: number, player = "p", more: object = {}) =>
  suspectRows(from, to, player, { reaction_time_ms: 240, ...more });

/** Two refreshes: the second an hour later, without a new session. */
export async function twoRefreshes(service: Service): Promise<void> {
  await runJobs(service);
  service.clock.nowMs += hourMs;
  await runJobs(service);
}

/** A suspect whose case the sweep has opened. @returns the case's id */
export async function openedCase(service: Service, player = "p"): Promise<number> {
  await send(service, suspectRows(0, 8, player));
  await twoRefreshes(service);
  const [row] = await all<{ id: number }>("SELECT max(id) AS id FROM cases");
  if (!row?.id) throw new Error("No case was opened.");
  return row.id;
}

export const casesOf = () =>
  all<{ id: number; state: string; mode: string; player_id: number; origin: string }>(
    "SELECT id, state, mode, player_id, origin FROM cases ORDER BY id",
  );

/** Decides a case as a verdict does, as far as later cases care. */
export async function decide(id: number, verdict: string): Promise<void> {
  await env.DB.prepare(
    "UPDATE cases SET state = 'decided', verdict = ?, decided_at = 0, revision = revision + 1 WHERE id = ?",
  )
    .bind(verdict, id)
    .run();
}

/** Every case has its evidence and its entry in the trail, and no evidence is without a case. */
export async function expectWholeCases(): Promise<void> {
  const [counts] = await all<Record<"cases" | "evidence" | "whole" | "entries", number>>(`SELECT
    (SELECT count(*) FROM cases) AS cases, (SELECT count(*) FROM case_evidence) AS evidence,
    (SELECT count(*) FROM cases c JOIN case_evidence e ON e.case_id = c.id) AS whole,
    (SELECT count(*) FROM audit_entries WHERE action = 'case.open') AS entries`);
  const n = counts?.cases;
  expect(counts).toEqual({ cases: n, evidence: n, whole: n, entries: n });
}
