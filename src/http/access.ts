/** Who may call what, in one place. A route that is not named here does not exist: it answers 404 and a test fails. */
import type { Role, Scope } from "../env.ts";
import type { LimitClass } from "../rate-limit/policy.ts";
import { settingsAccess } from "./settings-access.ts";

/**
 * How a route holds a key to the games that it is bound to:
 * `player`: the player that is named must be of such a game, else it does not exist;
 * `rows`: so must the player of each row of the body;
 * `list`: the list is narrowed to such a game;
 * `game`: so must be the game that is named;
 * `case`: so must be the game of the case that is named;
 * `none`: the answer tells nothing of any game;
 * `all`: the answer spans all games, so a bound key may not call it.
 */
export type ReachRule = "player" | "rows" | "list" | "game" | "case" | "none" | "all";

export interface Access {
  /** Roles that may call; `public` needs no token. */
  readonly roles: readonly Role[] | "public";
  /** The scope that lets an API key call; `any` of them; null: no key may. */
  readonly scope: Scope | "any" | null;
  readonly reach: ReachRule;
  /** A page: whoever looks is known by the console's cookie and by nothing else, and the console asks for it. */
  readonly cookie?: true;
  /** Whether a key that is good for one adapter alone may call, for that adapter; only such a key may stand in a path. */
  readonly adapter?: true;
  /** A copy of the database may serve it to a caller who asks for that; who calls is asked of the primary all the same. */
  readonly near?: true;
  /** The class whose limit the call counts against; null for none. */
  readonly limit: LimitClass | null;
}

const readers = ["viewer", "analyst", "admin"] as const;
const analysts = ["analyst", "admin"] as const;
const senders = ["ingest", "analyst", "admin"] as const;
const machines = ["ingest", "admin"] as const;
const admins = ["admin"] as const;
const everybody = ["viewer", "analyst", "admin", "ingest"] as const;

const page: Access = { roles: "public", scope: null, reach: "none", limit: "public" };
const signIn: Access = { roles: "public", scope: null, reach: "none", limit: "login" };
/** A page of the console, for people who are signed in there. */
const pageOf = (roles: readonly Role[], limit: LimitClass): Access => ({
  roles,
  scope: null,
  reach: "all",
  cookie: true,
  near: true,
  limit,
});
/** What people do about themselves and, as admins, about others. */
const ofPeople = (roles: readonly Role[], limit: LimitClass): Access => ({
  roles,
  scope: null,
  reach: "all",
  limit,
});
const reading = (scope: Scope, reach: ReachRule): Access => ({
  roles: readers,
  scope,
  reach,
  near: true,
  limit: "read",
});
/** Decisions hold from the moment that they are made, and a mirror must not hear of an older day. */
const readingPrimary = (scope: Scope, reach: ReachRule): Access => ({
  roles: readers,
  scope,
  reach,
  limit: "read",
});

const adapterPost: Access = {
  roles: machines,
  scope: "telemetry:write",
  reach: "rows",
  adapter: true,
  limit: "bulk",
};

export const accessTable: Readonly<Record<string, Access>> = {
  "GET /health": { roles: "public", scope: null, reach: "none", limit: null },
  "GET /ready": { roles: "public", scope: null, reach: "none", limit: null },
  "GET /metrics": { roles: admins, scope: "metrics:read", reach: "all", limit: "read" },
  "GET /": page,
  "GET /sign-in": page,
  "POST /sign-in": signIn,
  "GET /sign-in/sso": page,
  "GET /sign-in/sso/callback": signIn,
  "POST /sign-out": page,
  "GET /console.css": page,
  "GET /console.js": page,
  "GET /charts.js": page,
  "GET /icon.svg": page,
  "GET /players": pageOf(readers, "read"),
  "GET /players/export": pageOf(readers, "read"),
  "GET /players/:player": pageOf(readers, "read"),
  "POST /players/:player/rename": pageOf(analysts, "write"),
  "POST /players/:player/report": pageOf(analysts, "write"),
  "GET /queue": pageOf(readers, "read"),
  "POST /queue/claim": pageOf(analysts, "write"),
  "GET /cases/:case": pageOf(readers, "read"),
  "POST /cases/:case/verdict": pageOf(analysts, "write"),
  "POST /cases/:case/claim": pageOf(analysts, "write"),
  "POST /cases/:case/release": pageOf(analysts, "write"),
  "POST /cases/:case/comments": pageOf(analysts, "write"),
  "POST /cases/:case/tags": pageOf(analysts, "write"),
  "GET /decisions": pageOf(readers, "read"),
  "GET /decisions/:decision": pageOf(readers, "read"),
  "POST /decisions/:decision/end": pageOf(analysts, "write"),
  "POST /decisions/:decision/appeal-link": pageOf(analysts, "write"),
  "GET /detectors": pageOf(readers, "read"),
  "GET /detectors/:detector": pageOf(readers, "read"),
  "GET /detectors/:detector/document": pageOf(readers, "read"),
  "GET /scopes": pageOf(readers, "read"),
  "GET /scopes/:game/:mode": pageOf(readers, "read"),
  ...settingsAccess,
  "GET /docs": page,
  "GET /docs/try/:operation": pageOf(readers, "read"),
  "POST /docs/try/:operation": pageOf(readers, "read"),
  "GET /openapi.json": page,
  "GET /.well-known/security.txt": page,

  "POST /api/auth/token": signIn,
  "POST /api/auth/refresh": signIn,
  "GET /api/auth/me": { roles: everybody, scope: "any", reach: "none", limit: "read" },
  "POST /api/auth/password": ofPeople(everybody, "login"),
  "POST /api/auth/sign-out": ofPeople(everybody, "write"),
  "GET /api/auth/sessions": ofPeople(everybody, "read"),
  "DELETE /api/auth/sessions/:session": ofPeople(everybody, "write"),
  "GET /api/auth/users": ofPeople(admins, "admin"),
  "POST /api/auth/users": ofPeople(admins, "admin"),
  "GET /api/auth/users/:username": ofPeople(admins, "admin"),
  "PATCH /api/auth/users/:username": ofPeople(admins, "admin"),
  "GET /api/auth/keys": ofPeople(admins, "admin"),
  "POST /api/auth/keys": ofPeople(admins, "admin"),
  "GET /api/auth/keys/:key": ofPeople(admins, "admin"),
  "PATCH /api/auth/keys/:key": ofPeople(admins, "admin"),
  "DELETE /api/auth/keys/:key": ofPeople(admins, "admin"),
  "POST /api/auth/keys/:key/rotate": ofPeople(admins, "admin"),

  "POST /api/telemetry/sessions": { roles: machines, scope: "telemetry:write", reach: "rows", limit: "bulk" },
  "GET /api/telemetry/adapters": { roles: everybody, scope: "any", reach: "none", limit: "read" },
  "POST /api/telemetry/adapters/:adapter": adapterPost,
  "POST /api/telemetry/adapters/:adapter/:key": adapterPost,
  "GET /api/telemetry/adapters/:adapter/unparsed": {
    roles: everybody,
    scope: "telemetry:write",
    reach: "none",
    limit: "read",
  },
  "POST /api/telemetry/explain": {
    roles: everybody,
    scope: "telemetry:write",
    reach: "none",
    limit: "write",
  },
  "POST /api/telemetry/events": { roles: machines, scope: "telemetry:write", reach: "rows", limit: "bulk" },
  "POST /api/security/scan-log": { roles: senders, scope: "telemetry:write", reach: "rows", limit: "write" },
  "POST /api/players/:player/session": {
    roles: machines,
    scope: "telemetry:write",
    reach: "player",
    limit: "write",
  },
  "POST /api/security/report": { roles: senders, scope: "reports:write", reach: "player", limit: "write" },
  "POST /api/players": { roles: senders, scope: "players:write", reach: "game", limit: "write" },
  "PATCH /api/players/:player": { roles: analysts, scope: "players:write", reach: "player", limit: "write" },

  "GET /api/security/player-risk/:player": reading("players:read", "player"),
  "GET /api/players": reading("players:read", "list"),
  "GET /api/players/suspicious": reading("players:read", "list"),
  "GET /api/players/:player/export": ofPeople(admins, "admin"),
  "DELETE /api/players/:player": ofPeople(admins, "admin"),
  "GET /api/players/:player": reading("players:read", "player"),
  "GET /api/players/:player/behavior": reading("players:read", "player"),
  "GET /api/players/:player/risk-history": reading("players:read", "player"),
  "GET /api/players/:player/sessions": reading("players:read", "player"),
  "GET /api/players/:player/events": reading("players:read", "player"),
  "GET /api/players/:player/reports": reading("cases:read", "player"),
  "GET /api/reporters": reading("cases:read", "list"),
  "GET /api/reporters/:reporter": reading("cases:read", "game"),
  "PUT /api/reporters/:reporter/mute": ofPeople(analysts, "write"),
  "DELETE /api/reporters/:reporter/mute": ofPeople(analysts, "write"),
  "POST /api/analytics/detect-anomalies": reading("players:read", "player"),
  "GET /api/security/dashboard": reading("analytics:read", "all"),
  "GET /api/analytics/cheat-patterns": reading("analytics:read", "all"),
  "GET /api/analytics/stats": reading("analytics:read", "all"),
  "GET /api/analytics/quality": reading("analytics:read", "list"),
  "GET /api/detectors": reading("games:read", "none"),
  "GET /api/detectors/:detector/quality": reading("analytics:read", "list"),
  "GET /api/games/:game": reading("games:read", "game"),
  "PUT /api/games/:game": { roles: admins, scope: "games:write", reach: "game", limit: "admin" },
  // Fitting costs as much as a hundred reads.
  "GET /api/games/:game/combination": {
    roles: analysts,
    scope: "games:read",
    reach: "game",
    limit: "admin",
  },
  "POST /api/games/:game/combination": { roles: admins, scope: null, reach: "game", limit: "admin" },

  "GET /api/cases": reading("cases:read", "list"),
  "GET /api/cases/:case": reading("cases:read", "case"),
  "GET /api/cases/:case/evidence": reading("cases:read", "case"),
  "GET /api/cases/:case/comments": reading("cases:read", "case"),
  "POST /api/cases": ofPeople(analysts, "write"),
  "POST /api/cases/claim": ofPeople(analysts, "write"),
  "POST /api/cases/:case/claim": ofPeople(analysts, "write"),
  "POST /api/cases/:case/release": ofPeople(analysts, "write"),
  "POST /api/cases/:case/assign": ofPeople(analysts, "write"),
  "PUT /api/cases/:case/tags": ofPeople(analysts, "write"),
  "POST /api/cases/:case/comments": ofPeople(analysts, "write"),
  "PUT /api/cases/:case/links/:player": ofPeople(analysts, "write"),
  "DELETE /api/cases/:case/links/:player": ofPeople(analysts, "write"),
  "POST /api/cases/:case/verdict": ofPeople(analysts, "write"),
  "GET /api/cases/:case/explanation": reading("cases:read", "game"),
  "GET /api/decisions/:decision/explanation": reading("decisions:read", "game"),
  "GET /api/analytics/agreement": ofPeople(analysts, "read"),
  "POST /api/decisions/:decision/appeal": {
    roles: analysts,
    scope: "appeals:write",
    reach: "game",
    limit: "write",
  },
  "POST /api/decisions/:decision/appeal-link": {
    roles: analysts,
    scope: "appeals:write",
    reach: "game",
    limit: "write",
  },
  "GET /api/appeals": reading("cases:read", "list"),
  "GET /api/appeals/:appeal": reading("cases:read", "game"),
  "GET /appeals/:token": page,
  "POST /appeals/:token": page,
  "GET /api/games/:game/enforcement": reading("decisions:read", "game"),
  "PUT /api/games/:game/enforcement": ofPeople(admins, "admin"),
  "GET /api/decisions": reading("decisions:read", "list"),
  "POST /api/decisions": { roles: analysts, scope: "decisions:write", reach: "player", limit: "write" },
  "GET /api/decisions/check": readingPrimary("decisions:read", "game"),
  "POST /api/decisions/check": readingPrimary("decisions:read", "game"),
  "GET /api/decisions/stream": readingPrimary("decisions:read", "list"),
  "POST /api/decisions/undo": ofPeople(admins, "admin"),
  "POST /api/decisions/automation/resume": ofPeople(admins, "admin"),
  "GET /api/decisions/:decision": reading("decisions:read", "game"),
  "POST /api/decisions/:decision/end": {
    roles: analysts,
    scope: "decisions:write",
    reach: "game",
    limit: "write",
  },
  "GET /api/webhooks": ofPeople(admins, "admin"),
  "POST /api/webhooks": ofPeople(admins, "admin"),
  "GET /api/webhooks/:webhook": ofPeople(admins, "admin"),
  "PATCH /api/webhooks/:webhook": ofPeople(admins, "admin"),
  "DELETE /api/webhooks/:webhook": ofPeople(admins, "admin"),
  "POST /api/webhooks/:webhook/test": ofPeople(admins, "admin"),
  "POST /api/webhooks/:webhook/rotate-secret": ofPeople(admins, "admin"),
  "POST /api/webhooks/:webhook/replay": ofPeople(admins, "admin"),
  "GET /api/webhooks/:webhook/deliveries": ofPeople(admins, "admin"),

  "GET /api/audit": ofPeople(admins, "admin"),
  "GET /api/audit/export": ofPeople(admins, "admin"),
  "GET /api/audit/denials": ofPeople(admins, "admin"),
  "GET /api/audit/verify": ofPeople(admins, "admin"),
  "POST /api/ops/jobs/:job/runs": { roles: admins, scope: "jobs:run", reach: "all", limit: "admin" },
};
