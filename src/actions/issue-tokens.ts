/** Tokens for whoever proved who they are: by credentials, or by an unspent refresh token. */
import { type Configuration, isCredentialOf } from "../auth/accounts.ts";
import { randomToken, sha256Hex } from "../auth/digest.ts";
import {
  type Audience,
  accessTokenSeconds,
  refreshTokenSeconds,
  signAccessToken,
  signInSeconds,
  type TokenClaims,
} from "../auth/tokens.ts";
import {
  endAuthSession,
  findRefreshToken,
  insertAuthSession,
  insertRefreshToken,
  type StoredRefreshToken,
  spendRefreshToken,
  touchAuthSession,
} from "../db/auth-sessions.ts";
import {
  batch,
  type Db,
  expectChanges,
  isGuardViolation,
  isUniqueViolation,
  type Statement,
} from "../db/client.ts";
import { findUser, signedInUser, type UserRow } from "../db/users.ts";
import { type Person, principalOf, type Role, signInNameOf } from "../env.ts";
import { type AuditEntry, auditWrites } from "./audit.ts";
import type { ActionContext } from "./context.ts";

export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** Somebody whose credentials were checked, and what their client says it is. */
export interface Arrival {
  readonly subject: string;
  readonly role: Role;
  readonly credential: string;
  readonly user: { readonly row: UserRow; readonly rehashed: string | null } | null;
  readonly userAgent: string | null;
  /** How somebody signed in at the identity provider; absent for people of ours. */
  readonly sso?: SsoArrival;
}

export interface SsoArrival {
  /** Of the one attempt: a second sign-in by it is refused. */
  readonly sessionId: string;
  /** The end of the provider's token. */
  readonly expiresAtMs: number;
}

const kindOf = ({ sso }: Arrival): Person["kind"] => (sso ? "sso" : "user");

/** The person is the actor of their own sign-in. */
const as = (ctx: ActionContext, subject: string, kind: Person["kind"] = "user"): ActionContext => ({
  ...ctx,
  origin: { ...ctx.origin, principal: principalOf({ kind, subject }) },
});

/** A stored user must still be as it was when its password was checked. */
const stillThere = ({ db, nowMs }: ActionContext, { user }: Arrival): Statement[] =>
  user === null ? [] : [signedInUser(db, user.row, nowMs, user.rehashed), db.all(expectChanges(1))];

async function openSession(
  ctx: ActionContext,
  arrival: Arrival,
  lifeSeconds: number,
  more: (sessionId: string) => readonly Statement[],
): Promise<TokenClaims | null> {
  const { subject, role, credential, userAgent, sso } = arrival;
  const kind = kindOf(arrival);
  const id = sso?.sessionId ?? ctx.newId();
  const session = insertAuthSession(ctx.db, {
    id,
    subject: signInNameOf({ kind, subject }),
    role,
    credential,
    created_at: ctx.nowMs,
    expires_at: Math.min(ctx.nowMs + lifeSeconds * 1_000, sso?.expiresAtMs ?? Number.POSITIVE_INFINITY),
    address: ctx.origin.address,
    user_agent: userAgent?.slice(0, 256) ?? null,
  });
  const entry: AuditEntry = { action: "auth.sign_in", target: `session:${id}`, details: { role } };
  const audit = await auditWrites(as(ctx, subject, kind), entry);
  try {
    await batch(ctx.db, [...stillThere(ctx, arrival), session, ...more(id), ...audit]);
    return { subject, role, sessionId: id, isSso: kind === "sso" };
  } catch (error) {
    if (isGuardViolation(error) || (sso && isUniqueViolation(error))) return null;
    throw error;
  }
}

interface FreshToken {
  readonly text: string;
  stored(db: Db, sessionId: string, nowMs: number): Statement;
}

async function freshRefreshToken(): Promise<FreshToken> {
  const text = randomToken();
  const tokenHash = await sha256Hex(text);
  return {
    text,
    stored: (db, sessionId, nowMs) =>
      insertRefreshToken(db, {
        tokenHash,
        sessionId,
        issuedAt: nowMs,
        expiresAt: nowMs + refreshTokenSeconds * 1_000,
      }),
  };
}

async function answer(
  ctx: ActionContext,
  { jwtSecret }: Configuration,
  claims: TokenClaims,
  refreshToken: string,
): Promise<TokenAnswer> {
  return {
    access_token: await signAccessToken(jwtSecret, claims, ctx.nowMs, ctx.newId()),
    token_type: "Bearer",
    expires_in: accessTokenSeconds,
    refresh_token: refreshToken,
  };
}

/** A pair for somebody whose credentials were checked; null if the account changed at that very moment. */
export async function issueTokens(
  ctx: ActionContext,
  configuration: Configuration,
  arrival: Arrival,
): Promise<TokenAnswer | null> {
  const refresh = await freshRefreshToken();
  const claims = await openSession(ctx, arrival, signInSeconds, (id) => [
    refresh.stored(ctx.db, id, ctx.nowMs),
  ]);
  return claims && answer(ctx, configuration, claims, refresh.text);
}

/** An access token without a refresh token, and a sign-in that ends with it; null as above, or for a second arrival. */
export async function issueAccessToken(
  ctx: ActionContext,
  { jwtSecret }: Configuration,
  arrival: Arrival,
  audience: Audience,
): Promise<string | null> {
  const claims = await openSession(ctx, arrival, accessTokenSeconds, () => []);
  return claims && signAccessToken(jwtSecret, claims, ctx.nowMs, ctx.newId(), audience);
}

/** Whether the account behind a sign-in is still the one that signed in. */
async function isAccountSame(db: Db, configuration: Configuration, stored: StoredRefreshToken) {
  if (stored.credential === "") {
    const user = await findUser(db, stored.subject);
    return user !== null && user.disabled_at === null && user.role === stored.role;
  }
  const account = configuration.accounts.find(({ username }) => username === stored.subject);
  return account !== undefined && isCredentialOf(configuration, account, stored.credential);
}

/** A spent token came back: it was stolen, from or by whoever shows it. Everything of the sign-in ends (RFC 9700, 4.14.2). */
async function endReused(ctx: ActionContext, stored: StoredRefreshToken): Promise<null> {
  const entry: AuditEntry = {
    action: "auth.refresh_reused",
    target: `session:${stored.id}`,
    details: { subject: stored.subject },
  };
  const ends = endAuthSession(ctx.db, stored.id, ctx.nowMs, "refresh_reused");
  try {
    await batch(ctx.db, [ends, ctx.db.all(expectChanges(1)), ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    // Another one who showed it ended the sign-in at the same moment, and the trail says so once.
    if (!isGuardViolation(error)) throw error;
  }
  return null;
}

/**
 * Spends a refresh token for a new pair. Of two requests with one token, one wins, and the other shows that the token is
 * in two hands: the sign-in ends.
 * @returns null for a token that is unknown, spent, past its time, or of an account or a sign-in that is over
 */
export async function refreshTokens(
  ctx: ActionContext,
  configuration: Configuration,
  refreshToken: string,
): Promise<TokenAnswer | null> {
  const tokenHash = await sha256Hex(refreshToken);
  const stored = await findRefreshToken(ctx.db, tokenHash);
  if (stored === null || stored.ended_at !== null) return null;
  if (stored.spent_at !== null) return endReused(ctx, stored);
  if (Math.min(stored.token_expires_at, stored.expires_at) <= ctx.nowMs) return null;
  if (!(await isAccountSame(ctx.db, configuration, stored))) return null;
  const { db, nowMs } = ctx;
  const refresh = await freshRefreshToken();
  const entry: AuditEntry = { action: "auth.refresh", target: `session:${stored.id}`, details: {} };
  try {
    await batch(db, [
      spendRefreshToken(db, tokenHash, nowMs),
      db.all(expectChanges(1)),
      touchAuthSession(db, stored.id, nowMs),
      db.all(expectChanges(1)),
      refresh.stored(db, stored.id, nowMs),
      ...(await auditWrites(as(ctx, stored.subject), entry)),
    ]);
  } catch (error) {
    if (isGuardViolation(error)) return endReused(ctx, stored);
    throw error;
  }
  const claims = { subject: stored.subject, role: stored.role, sessionId: stored.id };
  return answer(ctx, configuration, claims, refresh.text);
}
