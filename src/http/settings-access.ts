/** Who may see and send which page of the settings and of the trail: a part of the access table. */
import type { Role } from "../env.ts";
import type { LimitClass } from "../rate-limit/policy.ts";
import type { Access } from "./access.ts";

/** Read from the primary, as the API's routes of the same: whoever manages access sees what holds now. */
const pageOf = (roles: readonly Role[], limit: LimitClass): Access => ({
  roles,
  scope: null,
  reach: "all",
  cookie: true,
  limit,
});

const readers = ["viewer", "analyst", "admin"] as const;
const ofAdmins = pageOf(["admin"], "admin");

export const settingsAccess: Readonly<Record<string, Access>> = {
  "GET /audit": ofAdmins,
  "GET /audit/export": ofAdmins,
  "GET /audit/refusals": ofAdmins,
  "GET /audit/verify": ofAdmins,
  "GET /settings": pageOf(readers, "read"),
  "POST /settings/password": pageOf(readers, "login"),
  "POST /settings/sign-ins/end": pageOf(readers, "write"),
  "GET /settings/users": ofAdmins,
  "POST /settings/users": ofAdmins,
  "GET /settings/users/:username": ofAdmins,
  "POST /settings/users/:username/role": ofAdmins,
  "POST /settings/users/:username/access": ofAdmins,
  "POST /settings/users/:username/password": ofAdmins,
  "GET /settings/keys": ofAdmins,
  "POST /settings/keys": ofAdmins,
  "GET /settings/keys/:key": ofAdmins,
  "POST /settings/keys/:key/change": ofAdmins,
  "POST /settings/keys/:key/rotate": ofAdmins,
  "POST /settings/keys/:key/revoke": ofAdmins,
  "GET /settings/webhooks": ofAdmins,
  "POST /settings/webhooks": ofAdmins,
  "GET /settings/webhooks/:webhook": ofAdmins,
  "POST /settings/webhooks/:webhook/change": ofAdmins,
  "POST /settings/webhooks/:webhook/status": ofAdmins,
  "POST /settings/webhooks/:webhook/test": ofAdmins,
  "POST /settings/webhooks/:webhook/replay": ofAdmins,
  "POST /settings/webhooks/:webhook/rotate-secret": ofAdmins,
  "POST /settings/webhooks/:webhook/delete": ofAdmins,
  "GET /settings/games": ofAdmins,
  "GET /settings/games/:game": ofAdmins,
  "POST /settings/games/:game": ofAdmins,
  "GET /settings/games/:game/enforcement": ofAdmins,
  "POST /settings/games/:game/enforcement": ofAdmins,
  "POST /settings/games/:game/restore": ofAdmins,
  "POST /settings/games/:game/resume": ofAdmins,
  "GET /settings/retention": ofAdmins,
};
