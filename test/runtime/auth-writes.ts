/** What people and keys sign in with, and one call of each write about it. */
import type { Call } from "./service.ts";
import {
  createKey,
  createUser,
  credentials,
  form,
  formOf,
  service,
  signIn,
  stored,
  type Written,
} from "./writes.ts";

const bearer = (token: string): Call => ({ role: null, headers: { authorization: `Bearer ${token}` } });

export const authWrites: readonly Written[] = [
  {
    route: "POST /sign-in",
    action: "auth.sign_in",
    change: "INSERT ON auth_sessions",
    call: async () => ["/sign-in", { role: null, raw: formOf(credentials), headers: form }],
  },
  {
    route: "POST /sign-out",
    action: "auth.session_end",
    change: "UPDATE ON auth_sessions",
    call: async () => {
      const { headers } = await service.call("/sign-in", {
        role: null,
        raw: formOf(credentials),
        headers: form,
      });
      const cookie = headers.getSetCookie().find((text) => text.startsWith("__Host-session=")) ?? "";
      return ["/sign-out", { role: null, raw: "", headers: { ...form, cookie: cookie.split(";")[0] ?? "" } }];
    },
  },
  {
    route: "POST /api/auth/token",
    action: "auth.sign_in",
    change: "INSERT ON auth_sessions",
    call: async () => ["/api/auth/token", { role: null, body: credentials }],
  },
  {
    route: "POST /api/auth/token",
    action: "auth.sign_in",
    change: "UPDATE ON users",
    call: async () => {
      await createUser();
      return ["/api/auth/token", { role: null, body: stored }];
    },
  },
  {
    route: "POST /api/auth/refresh",
    action: "auth.refresh",
    change: "INSERT ON refresh_tokens",
    call: async () => {
      const { refresh_token } = await signIn();
      return ["/api/auth/refresh", { role: null, body: { refresh_token } }];
    },
  },
  {
    route: "POST /api/auth/refresh",
    action: "auth.refresh_reused",
    change: "UPDATE ON auth_sessions",
    call: async () => {
      const call = { role: null, body: { refresh_token: (await signIn()).refresh_token } };
      await service.call("/api/auth/refresh", call);
      return ["/api/auth/refresh", call];
    },
  },
  {
    route: "POST /api/auth/password",
    action: "auth.password_change",
    change: "UPDATE ON users",
    call: async () => {
      await createUser();
      const { access_token } = await signIn(stored);
      const body = { current_password: stored.password, new_password: "orange lantern seventy" };
      return ["/api/auth/password", { ...bearer(access_token), body }];
    },
  },
  {
    route: "POST /api/auth/sign-out",
    action: "auth.session_end",
    change: "UPDATE ON auth_sessions",
    call: async () => ["/api/auth/sign-out", { ...bearer((await signIn()).access_token), method: "POST" }],
  },
  {
    route: "DELETE /api/auth/sessions/:session",
    action: "auth.session_end",
    change: "UPDATE ON auth_sessions",
    call: async () => {
      await signIn();
      const { body } = await service.call("/api/auth/sessions?subject=studio");
      return [`/api/auth/sessions/${body.sessions[0].id}`, { method: "DELETE" }];
    },
  },
  {
    route: "POST /api/auth/users",
    action: "user.create",
    change: "INSERT ON users",
    call: async () => ["/api/auth/users", { body: { ...stored, role: "viewer" } }],
  },
  {
    route: "PATCH /api/auth/users/:username",
    action: "user.change",
    change: "UPDATE ON users",
    call: async () => {
      await createUser();
      return ["/api/auth/users/ann", { method: "PATCH", body: { role: "admin" } }];
    },
  },
  {
    route: "POST /api/auth/keys",
    action: "key.create",
    change: "INSERT ON api_keys",
    call: async () => ["/api/auth/keys", { body: { name: "k", scopes: ["players:read"] } }],
  },
  {
    route: "PATCH /api/auth/keys/:key",
    action: "key.change",
    change: "UPDATE ON api_keys",
    call: async () => [`/api/auth/keys/${await createKey()}`, { method: "PATCH", body: { name: "other" } }],
  },
  {
    route: "DELETE /api/auth/keys/:key",
    action: "key.revoke",
    change: "UPDATE ON api_keys",
    call: async () => [`/api/auth/keys/${await createKey()}`, { method: "DELETE" }],
  },
  {
    route: "POST /api/auth/keys/:key/rotate",
    action: "key.rotate",
    change: "INSERT ON api_keys",
    call: async () => [`/api/auth/keys/${await createKey()}/rotate`, { body: {} }],
  },
];
