/** What every malformed request must get: a 4xx problem, and a store that has not changed. */
import { expect } from "vitest";
import { ProblemDetails } from "../../src/http/schemas/answers.ts";
import { tableCounts } from "./recount.ts";
import { classicSession, createPlayer, send, sessionRow, sessionRows } from "./samples.ts";
import { type Call, createService, env, freshDatabase, type Reply } from "./service.ts";

export const service = createService();

/** Two players, one with sessions and an event: something to lose. */
export async function populate(): Promise<void> {
  await freshDatabase();
  await createPlayer(service, { username: "Nightjar", ref: "r" });
  await send(service, sessionRows(0, 8, 1));
  await createPlayer(service, { username: "Owl", ref: "o" });
  await service.call("/api/security/report", { body: { player_id: 1 } });
}

/** All that is stored, short of the tokens that signing in may leave. */
export async function stored(): Promise<unknown> {
  const { results } = await env.DB.prepare("SELECT * FROM totals").all();
  return { counts: await tableCounts(), totals: results };
}

/** What is wrong with an answer that should be a 4xx problem; null if nothing is. */
export function complaintAbout({ status, headers, body }: Reply): string | null {
  if (status < 400 || status > 499) return `answered ${status}: ${JSON.stringify(body).slice(0, 300)}`;
  if (headers.get("content-type") !== "application/problem+json") return "no problem+json";
  const parsed = ProblemDetails.strict().safeParse(body);
  return parsed.success && body.status === status ? null : `a malformed problem: ${JSON.stringify(body)}`;
}

interface Case extends Call {
  readonly name: string;
  readonly path: string;
}

/** Sends all cases, and expects a 4xx problem for each and a store that has not changed. */
export async function expectRefused(cases: readonly Case[]): Promise<void> {
  const before = await stored();
  const complaints: string[] = [];
  for (const { name, path, ...call } of cases) {
    const complaint = complaintAbout(await service.call(path, call));
    if (complaint) complaints.push(`${call.method ?? "POST"} ${path}, ${name}: ${complaint}`);
  }
  expect(complaints).toEqual([]);
  expect(await stored()).toEqual(before);
}

/** A body as it stands, called JSON. */
export const text = (raw: string) => ({ raw, headers: { "content-type": "application/json" } });

/** Every endpoint with a body, and one that it would take. */
export const endpoints = [
  { path: "/api/auth/token", role: null, good: { username: "x", password: "y" } },
  { path: "/api/auth/refresh", role: null, good: { refresh_token: "x" } },
  { path: "/api/telemetry/sessions", good: { sessions: [sessionRow(1)] } },
  {
    path: "/api/telemetry/events",
    good: { events: [{ player: "r", event_id: "e", type: "x", occurred_at: "2026-10-01T00:00:00Z" }] },
  },
  { path: "/api/security/scan-log", good: { entries: [{ player_id: 1, action: "speed_hack" }] } },
  { path: "/api/security/report", good: { player_id: 1 } },
  { path: "/api/players/1/session", good: classicSession },
  { path: "/api/players", good: { username: "x" } },
  { path: "/api/players/1", method: "PATCH", good: { username: "x" } },
  { path: "/api/analytics/detect-anomalies", good: { player_id: 1 } },
] as const;
