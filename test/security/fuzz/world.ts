/** What is attacked: a populated service, everybody who may call it, and an eye on every row. */
import { createKey } from "../../../src/auth/api-keys.ts";
import { hashPassword } from "../../../src/auth/passwords.ts";
import { signAccessToken } from "../../../src/auth/tokens.ts";
import { type Role, roles, type Scope, scopes } from "../../../src/env.ts";
import type { Access } from "../../../src/http/access.ts";
import { createPlayer, scan, send, sessionRows } from "../../runtime/samples.ts";
import { createService, env, freshDatabase, nowMs, type Service, tokenFor } from "../../runtime/service.ts";

const password = "plum orbit canvas ninety";
const service = { username: "studio", password: "correct horse battery" };
const jwtSecret = "fuzzed-secret-of-more-than-thirty-two-bytes";

/** Somebody who calls, and what the access table has in store for them. */
export interface Caller {
  readonly name: string;
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The status that the table alone decides; null: it lets the caller in. `path` names the adapter, if any. */
  refusal(access: Access, path: string): 401 | 403 | null;
}

export interface World {
  readonly service: Service;
  readonly callers: readonly Caller[];
  /** What no answer and no log line may ever hold. */
  readonly secrets: readonly string[];
  /** The one key that may stand in a path. */
  readonly pathKey: string;
  readonly known: Readonly<Record<string, readonly unknown[]>>;
  /** How often each table was written to since the beginning. */
  writes(): Promise<Readonly<Record<string, number>>>;
  /** Undoes what a request has done to the callers. */
  restore(): Promise<void>;
}

const nobody = { refusal: ({ roles: who }: Access) => (who === "public" ? null : (401 as const)) };

const person = (clock: Service["clock"], role: Role): Caller => ({
  name: role,
  headers: async () => ({
    authorization: `Bearer ${await tokenFor({ subject: `the-${role}`, role, secret: jwtSecret }, clock.nowMs)}`,
  }),
  refusal: ({ roles: who }) => (who === "public" || who.includes(role) ? null : 403),
});

const machine = (name: string, key: string, own: readonly Scope[], isBound = false): Caller => ({
  name,
  headers: async () => ({ "x-api-key": key }),
  refusal({ roles: who, scope, reach }) {
    if (who === "public") return null;
    if (scope === null || (scope !== "any" && !own.includes(scope))) return 403;
    return isBound && reach === "all" ? 403 : null;
  },
});

/** A key of one adapter does what that adapter does, and tells who it is. */
const adapterMachine = (name: string, key: string, adapter: string): Caller => ({
  name,
  headers: async () => ({ "x-api-key": key }),
  refusal({ roles: who, scope, adapter: isAdapters }, path) {
    if (who === "public" || scope === "any") return null;
    return isAdapters && path.split(/[/?]/)[4] === adapter ? null : 403;
  },
});

const withHeader = (name: string, headers: Readonly<Record<string, string>>): Caller => ({
  name,
  headers: async () => headers,
  ...nobody,
});

async function keyOf(to: Service, body: object): Promise<{ id: number; key: string }> {
  const made = await to.call("/api/auth/keys", { body: { name: "fuzzed", ...body } });
  if (made.status !== 201) throw new Error(`No key: ${JSON.stringify(made.body)}`);
  return made.body;
}

async function makeCallers(to: Service): Promise<{ callers: Caller[]; secrets: string[]; ingest: string }> {
  const secrets: string[] = [];
  const keep = ({ key }: { key: string }) => {
    secrets.push(key);
    return key;
  };
  const machines: Caller[] = [];
  for (const scope of scopes) {
    machines.push(machine(`key ${scope}`, keep(await keyOf(to, { scopes: [scope] })), [scope]));
  }
  const bound = keep(await keyOf(to, { scopes, games: ["cs2"] }));
  const boundTwice = keep(await keyOf(to, { scopes, games: ["cs2", "tf2"] }));
  const ingest = keep(await keyOf(to, { adapter: "cs2-log", games: ["cs2"] }));
  const revoked = await keyOf(to, { scopes });
  await to.call(`/api/auth/keys/${revoked.id}`, { method: "DELETE" });
  const claims = { subject: "the-admin", role: "admin", sessionId: "the-admin/admin" } as const;
  const expired = await signAccessToken(jwtSecret, claims, nowMs - 7_200_000, "expired");
  const forged = await signAccessToken(`${jwtSecret}-not`, claims, nowMs, "forged");
  secrets.push(keep(revoked), expired, forged);
  const callers = [
    withHeader("anonymous", {}),
    ...roles.map((role) => person(to.clock, role)),
    ...machines,
    machine("key of one game", bound, scopes, true),
    machine("key of two games", boundTwice, scopes, true),
    adapterMachine("key of cs2-log", ingest, "cs2-log"),
    withHeader("revoked key", { "x-api-key": revoked.key }),
    withHeader("made-up key", { "x-api-key": (await createKey("gsk")).key }),
    withHeader("expired token", { authorization: `Bearer ${expired}` }),
    withHeader("forged token", { authorization: `Bearer ${forged}` }),
    withHeader("garbage", { authorization: "Basic YWRtaW46YWRtaW4=" }),
  ];
  return { callers, secrets, ingest };
}

async function populate(to: Service): Promise<void> {
  await createPlayer(to, { username: "Nightjar", ref: "r" });
  await createPlayer(to, { username: "Owl", game: "cs2", ref: "77" });
  await createPlayer(to, { username: "Heron", game: "tf2", ref: "77" });
  await createPlayer(to, { username: "Rook", game: "rust" });
  for (const id of [1, 2, 3]) await send(to, sessionRows(0, 6, id));
  await scan(to, [{ player_id: 1, action: "aimbot_lock" }]);
  await to.call("/api/security/report", { body: { player_id: 2, notes: "Tracks through smoke." } });
  // A cheap hash: it is the service's to make it anew.
  const hash = await hashPassword(password, { ln: 8, r: 8, p: 1 });
  const people = roles.map((role) =>
    env.DB.prepare(
      `INSERT INTO users (username, password_hash, role, created_at, created_by, password_changed_at)
        VALUES (?, ?, ?, 0, 'user:tester', 0)`,
    ).bind(`the-${role}`, hash, role),
  );
  await env.DB.batch(people);
}

/** Refusals are counted, and sign-ins may end by one. */
const unwatched = ["audit_denials", "auth_sessions"];

/** Columns whose change counts; `last_used_at` of a key is noted before it is judged what the key may do. */
async function columnsOf(table: string): Promise<string> {
  const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info(?)")
    .bind(table)
    .all<{ name: string }>();
  const names = results.map(({ name }) => name).filter((name) => name !== "last_used_at");
  return names.map((name) => `"${name}"`).join();
}

/** Triggers of the test's own count every write; a claim on an Idempotency-Key that is given back counts as none. */
async function watchRows(): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'd1_%'",
  ).all<{ name: string }>();
  const tables = results.map(({ name }) => name).filter((name) => !unwatched.includes(name));
  await env.DB.prepare("CREATE TABLE fuzz_writes (name TEXT PRIMARY KEY, n INTEGER NOT NULL)").run();
  for (const name of tables) {
    await env.DB.prepare("INSERT INTO fuzz_writes VALUES (?, 0)").bind(name).run();
    const back = name === "idempotency_keys" ? "- 1" : "+ 1";
    const kinds = [
      ["INSERT", "+ 1"],
      ["DELETE", back],
      ...(name === "idempotency_keys" ? [] : [[`UPDATE OF ${await columnsOf(name)}`, "+ 1"]]),
    ];
    for (const [at, [kind, change]] of kinds.entries()) {
      await env.DB.prepare(
        `CREATE TRIGGER fuzz_${name}_${at} AFTER ${kind} ON ${name} BEGIN
          UPDATE fuzz_writes SET n = n ${change} WHERE name = '${name}'; END`,
      ).run();
    }
  }
}

async function writes(): Promise<Record<string, number>> {
  const { results } = await env.DB.prepare("SELECT name, n FROM fuzz_writes").all<{
    name: string;
    n: number;
  }>();
  return Object.fromEntries(results.map(({ name, n }) => [name, n]));
}

export async function createWorld(): Promise<World> {
  await freshDatabase();
  const variables = {
    SERVICE_USERNAME: service.username,
    SERVICE_PASSWORD: service.password,
    JWT_SECRET: jwtSecret,
  };
  // Who waits for news looks once a second: here at once. What limits a check's time is longer, and stays.
  const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms > 1_000 ? ms : 0));
  const to = createService(variables, { pause });
  await populate(to);
  const { callers, secrets, ingest } = await makeCallers(to);
  const cursor = (await to.call("/api/players?limit=1")).body.next_cursor;
  const refresh = await to.call("/api/auth/token", {
    role: null,
    body: { username: "the-viewer", password },
    headers: { "cf-connecting-ip": "198.18.0.1" },
  });
  const kept = await env.DB.prepare("SELECT * FROM users").all<Record<string, unknown>>();
  const madeKeys = await env.DB.prepare("SELECT id, revoked_at FROM api_keys").all<Record<string, unknown>>();
  await watchRows();
  return {
    service: to,
    callers,
    secrets: [...secrets, jwtSecret, service.password, password, refresh.body.refresh_token],
    pathKey: ingest,
    writes,
    async restore() {
      await env.DB.batch([
        env.DB.prepare("UPDATE auth_sessions SET ended_at = NULL, end_reason = NULL WHERE id LIKE 'the-%'"),
        ...kept.results.map((row) =>
          env.DB.prepare(
            "UPDATE users SET password_hash = ?, role = ?, disabled_at = NULL WHERE username = ?",
          ).bind(row.password_hash, row.role, row.username),
        ),
        ...madeKeys.results.map((row) =>
          env.DB.prepare(
            "UPDATE api_keys SET revoked_at = ?, expires_at = NULL, limits = NULL WHERE id = ?",
          ).bind(row.revoked_at, row.id),
        ),
      ]);
      // Longer than anything is remembered.
      to.clock.nowMs += 6_000;
    },
    known: {
      "path:player": ["1", "2", "3", "@r", "@77", "@nobody", "999"],
      "path:game": ["cs2", "tf2", "rust", "default"],
      "path:username": [...roles.map((role) => `the-${role}`), "nobody", "THE-ADMIN"],
      "path:key": ["1", "2", "9", "10", "11", "999", ingest],
      "path:adapter": ["cs2-log", "source-log", "matchzy", "get5", "playfab", "discord-alert"],
      adapter: ["cs2-log", "source-log", "matchzy"],
      "path:session": [...roles.map((role) => `the-${role}/${role}`), "nothing"],
      player_id: [1, 2, 3, 999, "r", "@77", "77"],
      player: ["r", "77", "new"],
      game: ["cs2", "tf2", "default"],
      mode: ["ranked", "default"],
      cursor: [cursor],
      username: ["the-analyst", "the-viewer", service.username, "nobody"],
      subject: roles.map((role) => `the-${role}`),
      password: [password, service.password, "wrong but long enough"],
      current_password: [password, "wrong but long enough"],
      new_password: ["walnut harbour sixteen"],
      refresh_token: [refresh.body.refresh_token, "x".repeat(43)],
      name: ["n", "O", "build_speed"],
    },
  };
}
