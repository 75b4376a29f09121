/** The console's session: an access token in a cookie that only this origin's own pages can send. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Account } from "../auth/accounts.ts";
import { accessTokenSeconds, signAccessToken, verifyAccessToken } from "../auth/tokens.ts";
import type { Actor, AppEnv, Role } from "../env.ts";
import { getConfiguration } from "../http/gate.ts";
import { Problem } from "../http/problem.ts";

/** With the prefix: `__Host-session`. Chromium keeps it on http://localhost and http://127.0.0.1 too (seen in 153). */
const cookieName = "session";
const audience = "game-security-console";
const readers: readonly Role[] = ["viewer", "analyst", "admin"];

/**
 * Sets the cookie. The token lives as long as the cookie; nothing of the session is stored on our side.
 * @throws Problem 403 for an account that only sends telemetry
 */
export async function startSession(c: Context<AppEnv>, account: Account): Promise<void> {
  if (!readers.includes(account.role)) {
    throw new Problem(403, "forbidden", "This account only sends telemetry. It cannot read the console.");
  }
  const { jwtSecret } = getConfiguration(c.env);
  const actor: Actor = { subject: account.username, role: account.role };
  const token = await signAccessToken(jwtSecret, actor, c.var.nowMs, crypto.randomUUID(), audience);
  setCookie(c, cookieName, token, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: accessTokenSeconds,
  });
}

export function endSession(c: Context<AppEnv>): void {
  deleteCookie(c, cookieName, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
  });
}

/** Who looks at the page, by the cookie and nothing else; null without a valid one. Names the actor of the log. */
export async function findViewer(c: Context<AppEnv>): Promise<Actor | null> {
  const token = getCookie(c, cookieName, "host");
  if (!token) return null;
  const actor = await verifyAccessToken(getConfiguration(c.env).jwtSecret, token, c.var.nowMs, audience);
  if (actor === null || !readers.includes(actor.role)) return null;
  c.set("actor", actor);
  return actor;
}
