/** The forms of the settings that write, and one call of each, for the list of all. */
import type { Role } from "../../src/env.ts";
import { cookieOf } from "./console-pages.ts";
import { type Call, env, nowMs } from "./service.ts";
import { createWebhook, withDeadDelivery } from "./webhook-samples.ts";
import { createKey, createUser, service, stored, type Written } from "./writes.ts";

/** Of a form that is obeyed once. */
const mark = "00000000-0000-4000-8000-000000000001";
const sure = "yes";
const password = "orange lantern seventy";

async function send(path: string, fields: Readonly<Record<string, string>>, role: Role, subject = "pat") {
  const headers = {
    cookie: await cookieOf(role, subject),
    "content-type": "application/x-www-form-urlencoded",
  };
  const call: Call = { role: null, raw: new URLSearchParams(fields).toString(), headers };
  return [path, call] as const;
}

/** A form of the settings; `prepare` answers what stands in for the last part of the path. */
const form = (
  route: string,
  action: string,
  change: string,
  fields: Readonly<Record<string, string>>,
  prepare: () => Promise<unknown> = async () => "",
): Written => ({
  route: `POST /settings/${route}`,
  action,
  change,
  call: async () => {
    const id = String(await prepare());
    return send(`/settings/${route.replace(/:[a-z]+/, id)}`, fields, "admin");
  },
});

const aUser = async () => {
  await createUser();
  return stored.username;
};
/** Called late: the list of all writes imports this one. */
const aKey = () => createKey();
const aWebhook = () => createWebhook(service);
const declared = async () => {
  const put = { method: "PUT", body: { modes: ["ranked"] } };
  await service.call("/api/games/g", put);
  await service.call("/api/games/g", { method: "PUT", body: { modes: [] } });
  return "g";
};
const stoppedToday = async () => {
  await env.DB.prepare(
    "INSERT INTO automation_days (game, type, day, count, tripped_at) VALUES ('g', 'ban', ?, 9, 1)",
  )
    .bind(Math.floor(nowMs / 86_400_000))
    .run();
  return "g";
};

export const settingsWrites: readonly Written[] = [
  {
    route: "POST /settings/password",
    action: "auth.password_change",
    change: "UPDATE ON users",
    call: async () => {
      const name = await aUser();
      const fields = { current_password: stored.password, new_password: password };
      return send("/settings/password", fields, "analyst", name);
    },
  },
  {
    route: "POST /settings/sign-ins/end",
    action: "auth.session_end",
    change: "UPDATE ON auth_sessions",
    call: async () => {
      await cookieOf("viewer", "bob");
      return send("/settings/sign-ins/end", { session: "bob/viewer" }, "admin");
    },
  },
  form("users", "user.create", "INSERT ON users", { username: "bob", password, role: "viewer" }),
  form("users/:username/role", "user.change", "UPDATE ON users", { role: "admin", seen: "analyst" }, aUser),
  form("users/:username/access", "user.change", "UPDATE ON users", { to: "disabled" }, aUser),
  form("users/:username/password", "user.change", "UPDATE ON users", { password, sure }, aUser),
  form("keys", "key.create", "INSERT ON api_keys", { name: "k", scopes: "players:read", mark }),
  form(
    "keys/:key/change",
    "key.change",
    "UPDATE ON api_keys",
    { name: "other", seen: '["k",null,null]' },
    aKey,
  ),
  form("keys/:key/rotate", "key.rotate", "INSERT ON api_keys", { overlap_seconds: "0", mark }, aKey),
  form("keys/:key/revoke", "key.revoke", "UPDATE ON api_keys", { sure }, aKey),
  form("webhooks", "webhook.create", "INSERT ON webhooks", {
    name: "w",
    url: "https://hooks.test/a",
    format: "json",
    mark,
  }),
  form(
    "webhooks/:webhook/change",
    "webhook.change",
    "UPDATE ON webhooks",
    { name: "other", format: "json", revision: "0" },
    aWebhook,
  ),
  form("webhooks/:webhook/status", "webhook.change", "UPDATE ON webhooks", { status: "paused" }, aWebhook),
  form("webhooks/:webhook/test", "webhook.test", "INSERT ON audit_entries", {}, aWebhook),
  form("webhooks/:webhook/rotate-secret", "webhook.change", "UPDATE ON webhooks", { mark, sure }, aWebhook),
  form("webhooks/:webhook/delete", "webhook.delete", "UPDATE ON webhooks", { sure }, aWebhook),
  form("webhooks/:webhook/replay", "webhook.replay", "UPDATE ON deliveries", { event: "1" }, async () => {
    const id = await aWebhook();
    await withDeadDelivery();
    return id;
  }),
  form("games/:game", "game.declare", "INSERT ON games", { modes: "ranked", version: "0" }, async () => "g"),
  form(
    "games/:game/enforcement",
    "enforcement.declare",
    "INSERT ON enforcement_settings",
    { case_threshold: "80", second_review_share: "0", version: "0" },
    async () => "g",
  ),
  form(
    "games/:game/restore",
    "game.declare",
    "INSERT ON games",
    { part: "profile", to: "1", version: "2" },
    declared,
  ),
  form(
    "games/:game/resume",
    "enforcement.declare",
    "UPDATE ON automation_days",
    { type: "ban" },
    stoppedToday,
  ),
  {
    route: "GET /audit/export",
    action: "audit.export",
    change: "INSERT ON audit_entries",
    call: async () => ["/audit/export", { role: null, headers: { cookie: await cookieOf("admin") } }],
  },
];
