/** Tokens for whoever proved who they are: by credentials, or by an unspent refresh token. */
import { type Account, type Configuration, credentialOf } from "../auth/accounts.ts";
import { isSameSecret, randomToken, sha256Hex } from "../auth/digest.ts";
import { accessTokenSeconds, refreshTokenSeconds, signAccessToken } from "../auth/tokens.ts";
import { batch, expectChanges, isGuardViolation, type Statement } from "../db/client.ts";
import { findRefreshToken, insertRefreshToken, spendRefreshToken } from "../db/tokens.ts";
import type { ActionContext } from "./context.ts";

export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** A new pair for an account, written together with what earned it. */
async function issue(
  ctx: ActionContext,
  configuration: Configuration,
  account: Account,
  earnedBy: readonly Statement[],
): Promise<TokenAnswer> {
  const refreshToken = randomToken();
  const stored = insertRefreshToken(ctx.db, {
    tokenHash: await sha256Hex(refreshToken),
    subject: account.username,
    credential: await credentialOf(configuration, account),
    issuedAt: ctx.nowMs,
    expiresAt: ctx.nowMs + refreshTokenSeconds * 1_000,
  });
  await batch(ctx.db, [...earnedBy, stored]);
  const actor = { subject: account.username, role: account.role };
  return {
    access_token: await signAccessToken(configuration.jwtSecret, actor, ctx.nowMs, ctx.newId()),
    token_type: "Bearer",
    expires_in: accessTokenSeconds,
    refresh_token: refreshToken,
  };
}

/** A pair for an account whose credentials were checked. */
export function issueTokens(ctx: ActionContext, configuration: Configuration, account: Account) {
  return issue(ctx, configuration, account, []);
}

/**
 * Spends a refresh token for a new pair. Of two requests with one token, one wins.
 * @returns null for a token that is unknown, spent, past its time, or of an account that changed since
 */
export async function refreshTokens(
  ctx: ActionContext,
  configuration: Configuration,
  refreshToken: string,
): Promise<TokenAnswer | null> {
  const tokenHash = await sha256Hex(refreshToken);
  const stored = await findRefreshToken(ctx.db, tokenHash, ctx.nowMs);
  const account = configuration.accounts.find(({ username }) => username === stored?.subject);
  if (!stored || !account) return null;
  if (!(await isSameSecret(stored.credential, await credentialOf(configuration, account)))) return null;
  const spend = [spendRefreshToken(ctx.db, tokenHash, ctx.nowMs), ctx.db.all(expectChanges(1))];
  try {
    return await issue(ctx, configuration, account, spend);
  } catch (error) {
    if (isGuardViolation(error)) return null;
    throw error;
  }
}
