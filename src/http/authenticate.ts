/** Who calls: a person by a token, or a machine by its key. What the store said is believed for a few seconds. */
import type { Context } from "hono";
import { type Configuration, isCredentialOf } from "../auth/accounts.ts";
import { isKeyLike, keyHashOf } from "../auth/api-keys.ts";
import { createRecall, type Recall } from "../auth/recall.ts";
import {
  createSsoVerifier,
  type Fetch,
  findSsoToken,
  type SsoConfiguration,
  type SsoVerifier,
  ssoCredentialOf,
} from "../auth/sso.ts";
import {
  type Audience,
  type Claims,
  personOfClaims,
  readAccessToken,
  type TokenFault,
} from "../auth/tokens.ts";
import { type ApiKeyRow, findApiKeyByHash, noteApiKeyUse } from "../db/api-keys.ts";
import { type AuthSession, findAuthSession } from "../db/auth-sessions.ts";
import {
  type Actor,
  type AppEnv,
  type KeyLimit,
  type Machine,
  type Person,
  type Scope,
  signInNameOf,
} from "../env.ts";

/** A revocation takes effect within this, wherever it was made. */
export const recallMs = 5_000;
const maxRecalled = 2_000;
/** How exactly `last_used_at` is known. */
const noteUseEveryMs = 5 * 60_000;

interface SignedClaims {
  /** By whose secrets. */
  readonly configuration: Configuration;
  readonly claims: Claims;
}

/** What an isolate remembers of credentials; one a running app. */
export interface Recollections {
  readonly sessions: Recall<AuthSession | null>;
  readonly keys: Recall<ApiKeyRow | null>;
  /** Tokens whose signature was checked, by audience and token; their times are judged at each use. */
  readonly tokens: Recall<SignedClaims>;
  /** By which configuration the account of a remembered sign-in was found to be as it was then. */
  readonly configured: WeakMap<AuthSession, Configuration>;
  /** Holds the identity provider's keys. */
  verifierOf(configuration: SsoConfiguration): SsoVerifier;
}

export function createRecollections(fetch: Fetch): Recollections {
  const verifiers = new WeakMap<SsoConfiguration, SsoVerifier>();
  return {
    sessions: createRecall(recallMs, maxRecalled),
    keys: createRecall(recallMs, maxRecalled),
    tokens: createRecall(recallMs, maxRecalled),
    configured: new WeakMap(),
    verifierOf(configuration) {
      const verify = verifiers.get(configuration) ?? createSsoVerifier({ configuration, fetch });
      verifiers.set(configuration, verify);
      return verify;
    },
  };
}

/** Why a caller is nobody; kinds of the audit trail's counted denials. */
export type Fault =
  | TokenFault
  | "no_credentials"
  /** Known to the identity provider, but no role is mapped. */
  | "token_role"
  /** The identity provider's keys cannot be had: nothing can be said of the token. */
  | "provider_unavailable"
  | "token_revoked"
  | "key_malformed"
  /** A key of scopes stood in a path: it may be in somebody's log by now. */
  | "key_in_path"
  | "key_unknown"
  | "key_revoked"
  | "key_expired";

export type Authentication = Actor | Fault;

async function sessionOf(c: Context<AppEnv>, id: string): Promise<AuthSession | null> {
  const { sessions } = c.get("recollections");
  const known = sessions.find(id, c.get("nowMs"));
  if (known !== undefined) return known;
  const found = await findAuthSession(c.get("db"), id);
  sessions.remember(id, found, c.get("nowMs"));
  return found;
}

/** Whether the account is configured as it was at the sign-in; computed once for each time that the row is read. */
async function isConfigured(
  c: Context<AppEnv>,
  configuration: Configuration,
  session: AuthSession,
): Promise<boolean> {
  const { configured } = c.get("recollections");
  if (configured.get(session) === configuration) return true;
  const account = configuration.accounts.find(({ username }) => username === session.subject);
  if (account === undefined || !(await isCredentialOf(configuration, account, session.credential)))
    return false;
  configured.set(session, configuration);
  return true;
}

/** Whether a sign-in goes on: not ended, and of an account that is configured as it was then. */
async function goesOn(c: Context<AppEnv>, configuration: Configuration, person: Person): Promise<boolean> {
  const session = await sessionOf(c, person.sessionId ?? "");
  if (session === null || session.ended_at !== null || session.expires_at <= c.get("nowMs")) return false;
  if (session.subject !== signInNameOf(person) || session.role !== person.role) return false;
  if (person.kind === "sso")
    return configuration.sso !== null && session.credential === (await ssoCredentialOf(configuration.sso));
  return session.credential === "" || isConfigured(c, configuration, session);
}

/** The claims of a token. Those whose signature holds are remembered: checking it takes as long as reading a row. */
async function claimsOf(
  c: Context<AppEnv>,
  configuration: Configuration,
  token: string,
  audience: Audience,
): Promise<Claims | TokenFault> {
  const { tokens } = c.get("recollections");
  const nowMs = c.get("nowMs");
  const key = `${audience} ${token}`;
  const known = tokens.find(key, nowMs);
  if (known?.configuration === configuration) return known.claims;
  const claims = await readAccessToken(configuration.jwtSecrets, token, audience);
  if (typeof claims !== "string") tokens.remember(key, { configuration, claims }, nowMs);
  return claims;
}

/** The person of a token of ours, if the sign-in behind it goes on. */
export async function personOf(
  c: Context<AppEnv>,
  configuration: Configuration,
  token: string,
  audience: Audience,
): Promise<Person | Fault> {
  const claims = await claimsOf(c, configuration, token, audience);
  const person = typeof claims === "string" ? claims : personOfClaims(claims, c.get("nowMs"));
  if (typeof person === "string") return person;
  return (await goesOn(c, configuration, person)) ? person : "token_revoked";
}

const machineOf = (row: ApiKeyRow): Machine => ({
  kind: "key",
  subject: String(row.id),
  scopes: JSON.parse(row.scopes) as Scope[],
  games: row.games === null ? null : (JSON.parse(row.games) as string[]),
  adapter: row.adapter,
  limits: row.limits === null ? {} : (JSON.parse(row.limits) as Record<string, KeyLimit>),
});

async function keyRowOf(c: Context<AppEnv>, keyHash: string): Promise<ApiKeyRow | null> {
  const { keys } = c.get("recollections");
  const { db, nowMs } = c.var;
  const known = keys.find(keyHash, nowMs);
  if (known !== undefined) return known;
  const found = await findApiKeyByHash(db, keyHash);
  keys.remember(keyHash, found, nowMs);
  if (found !== null && (found.last_used_at ?? 0) <= nowMs - noteUseEveryMs) {
    // Nobody is turned away because a store without room cannot note it.
    await Promise.resolve(noteApiKeyUse(db, found.id, nowMs, noteUseEveryMs)).catch(() => {});
  }
  return found;
}

/** The machine of a key. */
export async function machineByKey(c: Context<AppEnv>, key: string): Promise<Machine | Fault> {
  const keyHash = await keyHashOf(key);
  if (keyHash === null) return "key_malformed";
  const row = await keyRowOf(c, keyHash);
  if (row === null) return "key_unknown";
  if (row.revoked_at !== null) return "key_revoked";
  if (row.expires_at !== null && row.expires_at <= c.get("nowMs")) return "key_expired";
  return machineOf(row);
}

/** The person of a token of the studio's identity provider. */
export async function ssoPersonOf(
  c: Context<AppEnv>,
  configuration: SsoConfiguration,
  token: string,
): Promise<Person | Fault> {
  const result = await c.get("recollections").verifierOf(configuration)(token, c.get("nowMs"));
  if ("actor" in result) return result.actor;
  return "denied" in result ? result.denied : "provider_unavailable";
}

/** A token that is not of our making may be the identity provider's. */
async function personByBearer(
  c: Context<AppEnv>,
  configuration: Configuration,
  token: string,
): Promise<Person | Fault> {
  const person = await personOf(c, configuration, token, "game-security-api");
  const isForeign = person === "token_algorithm" || person === "token_malformed";
  return isForeign && configuration.sso ? ssoPersonOf(c, configuration.sso, token) : person;
}

/** Headers that a key may stand in; the second is what PlayFab's SDKs send. */
const keyHeaders = ["x-api-key", "x-telemetrykey"] as const;

/** Paths end up in other people's logs, so only a key that opens one adapter alone may stand in one. */
async function machineByPath(c: Context<AppEnv>, key: string): Promise<Machine | Fault> {
  const machine = await machineByKey(c, key);
  return typeof machine === "string" || machine.adapter !== null ? machine : "key_in_path";
}

/**
 * A key stands in a header of its own or, as a token does, in `Authorization: Bearer` (RFC 6750); for senders that
 * can only be given a URL, in the path.
 */
export async function authenticate(
  c: Context<AppEnv>,
  configuration: Configuration,
  pathKey?: string,
): Promise<Authentication> {
  if (pathKey !== undefined) return machineByPath(c, pathKey);
  const header = c.req.header("authorization") ?? "";
  const [, bearer] = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i.exec(header) ?? [];
  const named = keyHeaders.map((name) => c.req.header(name)).find((value) => value !== undefined);
  const key = named ?? (bearer !== undefined && isKeyLike(bearer) ? bearer : undefined);
  if (key !== undefined) return machineByKey(c, key);
  if (bearer !== undefined) return personByBearer(c, configuration, bearer);
  const proxied = configuration.sso && findSsoToken(configuration.sso, c.req.raw);
  if (configuration.sso && proxied) return ssoPersonOf(c, configuration.sso, proxied);
  return header === "" ? "no_credentials" : "token_malformed";
}
