/** Every operation that writes, and one call of each that does. */
import { logOf, matchLines } from "../telemetry/adapters/fixtures/cs2-match.ts";
import { authWrites } from "./auth-writes.ts";
import { caseWrites } from "./case-writes.ts";
import { consoleWrites } from "./console-writes.ts";
import { jobWrites } from "./job-writes.ts";
import { qualityWrites } from "./quality-writes.ts";
import { classicSession, createPlayer, iso, sessionRows } from "./samples.ts";
import { type Call, createService, freshDatabase, nowMs, type Service } from "./service.ts";
import { webhookWrites } from "./webhook-writes.ts";

export const account = { SERVICE_USERNAME: "studio", SERVICE_PASSWORD: "correct horse battery" };
export const credentials = { username: "studio", password: "correct horse battery" };
export const stored = { username: "ann", password: "plum orbit canvas ninety" };
export const form = { "content-type": "application/x-www-form-urlencoded" };

/** What the calls below are prepared with. */
export let service: Service;

/** For `beforeEach`: an empty database, and the tester's own sign-in, so that the first call does not add it. */
export async function freshService(): Promise<void> {
  await freshDatabase();
  service = createService(account);
  await service.call("/api/auth/me");
}

export interface Written {
  readonly route: string;
  readonly action: string;
  /** A change of this table is what the operation is about: `INSERT ON players`. */
  readonly change: string;
  /** Makes what the call needs, and answers the call. */
  readonly call: () => Promise<readonly [path: string, call: Call]>;
  /** Runs of jobs: their entry comes before the first write, and stays where that fails. */
  readonly before?: true;
}

const asText = ([name, value]: readonly [string, string]) => `${name}=${encodeURIComponent(value)}`;
export const formOf = (fields: object) => Object.entries(fields).map(asText).join("&");
export const signIn = async (who: object = credentials) =>
  (await service.call("/api/auth/token", { role: null, body: who })).body;
export const createUser = () => service.call("/api/auth/users", { body: { ...stored, role: "analyst" } });
export const createKey = async (): Promise<number> =>
  (await service.call("/api/auth/keys", { body: { name: "k", scopes: ["telemetry:write"] } })).body.id;
export const aPlayer = () => createPlayer(service, { username: "Nightjar", ref: "r" });
/** A whole match of a CS2 server, by an ingest key. */
async function adapterCall(route: string): Promise<readonly [string, Call]> {
  const { body } = await service.call("/api/auth/keys", { body: { name: "cs2", adapter: "cs2-log" } });
  // Its first use is noted, which is no write that the trail tells of.
  await service.call("/api/telemetry/adapters", { role: null, headers: { "x-api-key": body.key } });
  const raw = new TextEncoder().encode(logOf(matchLines));
  const headers = {
    "content-type": "text/plain",
    "x-server-instance-token": "server-a",
    "x-logbytes-beginoffset": "0",
    "x-logbytes-endoffset": String(raw.length),
    ...(route.endsWith(":key") ? {} : { "x-api-key": body.key }),
  };
  const path = route.replace("POST ", "").replace(":adapter", "cs2-log").replace(":key", body.key);
  return [path, { role: null, raw, headers }];
}

export const writes: readonly Written[] = [
  ...authWrites,
  {
    route: "POST /api/telemetry/sessions",
    action: "telemetry.ingest",
    change: "INSERT ON sessions",
    call: async () => ["/api/telemetry/sessions", { body: { sessions: sessionRows(0, 9) } }],
  },
  {
    route: "POST /api/telemetry/events",
    action: "telemetry.events",
    change: "INSERT ON events",
    call: async () => {
      const event = { player: "p", event_id: "e", type: "speed_hack", occurred_at: iso(nowMs) };
      return ["/api/telemetry/events", { body: { events: [event] } }];
    },
  },
  ...["POST /api/telemetry/adapters/:adapter", "POST /api/telemetry/adapters/:adapter/:key"].map(
    (route): Written => ({
      route,
      action: "telemetry.adapter",
      change: "INSERT ON sessions",
      call: () => adapterCall(route),
    }),
  ),
  {
    route: "POST /api/security/scan-log",
    action: "telemetry.scan_log",
    change: "INSERT ON events",
    call: async () => {
      const entries = [{ player_id: await aPlayer(), action: "speed_hack" }];
      return ["/api/security/scan-log", { body: { entries } }];
    },
  },
  {
    route: "POST /api/players/:player/session",
    action: "telemetry.session",
    change: "INSERT ON sessions",
    call: async () => [`/api/players/${await aPlayer()}/session`, { body: classicSession }],
  },
  {
    route: "POST /api/security/report",
    action: "player.report",
    change: "INSERT ON events",
    call: async () => ["/api/security/report", { body: { player_id: await aPlayer() } }],
  },
  {
    route: "POST /api/security/report",
    action: "player.report",
    change: "INSERT ON reports",
    call: async () => ["/api/security/report", { body: { player_id: await aPlayer(), reporter: "Owl" } }],
  },
  {
    route: "PUT /api/reporters/:reporter/mute",
    action: "reporter.mute",
    change: "UPDATE ON reporters",
    call: async () => {
      await service.call("/api/security/report", { body: { player_id: await aPlayer(), reporter: "Owl" } });
      return ["/api/reporters/Owl/mute", { method: "PUT", body: { days: 7, reason: "Reports everybody." } }];
    },
  },
  {
    route: "DELETE /api/reporters/:reporter/mute",
    action: "reporter.mute",
    change: "UPDATE ON reporters",
    call: async () => {
      await service.call("/api/security/report", { body: { player_id: await aPlayer(), reporter: "Owl" } });
      const mute = { method: "PUT", body: { days: 7, reason: "Reports everybody." } };
      await service.call("/api/reporters/Owl/mute", mute);
      return ["/api/reporters/Owl/mute", { method: "DELETE" }];
    },
  },
  {
    route: "POST /api/players",
    action: "player.create",
    change: "INSERT ON players",
    call: async () => ["/api/players", { body: { username: "Owl" } }],
  },
  {
    route: "PATCH /api/players/:player",
    action: "player.rename",
    change: "UPDATE ON players",
    call: async () => [`/api/players/${await aPlayer()}`, { method: "PATCH", body: { username: "Owl" } }],
  },
  {
    route: "DELETE /api/players/:player",
    action: "player.erase",
    change: "DELETE ON players",
    call: async () => [`/api/players/${await aPlayer()}?reason=Asked`, { method: "DELETE" }],
  },
  {
    route: "GET /api/players/:player/export",
    action: "player.export",
    change: "INSERT ON audit_entries",
    call: async () => [`/api/players/${await aPlayer()}/export`, {}],
  },
  {
    route: "PUT /api/games/:game",
    action: "game.declare",
    change: "INSERT ON games",
    call: async () => ["/api/games/cs2", { method: "PUT", body: {} }],
  },
  ...webhookWrites,
  ...jobWrites,
  ...caseWrites,
  {
    route: "GET /api/audit/export",
    action: "audit.export",
    change: "INSERT ON audit_entries",
    call: async () => ["/api/audit/export", {}],
  },
  ...consoleWrites(aPlayer),
  ...qualityWrites,
];

/** Its scores follow from what is stored, as those of the sweep do; it changes nothing that anybody said. */
export const derived = ["POST /api/analytics/detect-anomalies"];
/** They write nothing at all; what is tried from the documentation goes through the API's own routes, which are listed. */
export const reading = [
  "POST /api/telemetry/explain",
  "POST /api/decisions/check",
  "POST /docs/try/:operation",
];
