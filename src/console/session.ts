/** The console's session: an access token in a cookie that only this origin's own pages can send. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { endSession as endSignIn } from "../actions/auth-sessions.ts";
import { issueAccessToken } from "../actions/issue-tokens.ts";
import { accessTokenSeconds } from "../auth/tokens.ts";
import type { AppEnv, Person, Role } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { personOf } from "../http/authenticate.ts";
import { getConfiguration } from "../http/gate.ts";
import { busy, Problem } from "../http/problem.ts";
import type { SignedIn } from "../http/sign-in.ts";

/** With the prefix: `__Host-session`. Chromium keeps it on http://localhost and http://127.0.0.1 too (seen in 153). */
const cookieName = "session";
const audience = "game-security-console";
const readers: readonly Role[] = ["viewer", "analyst", "admin"];

/**
 * Sets the cookie. The sign-in behind it ends with the cookie, after an hour.
 * @throws Problem 403 for an account that only sends telemetry
 */
export async function startSession(c: Context<AppEnv>, signedIn: SignedIn): Promise<void> {
  if (!readers.includes(signedIn.role)) {
    throw new Problem(403, "forbidden", "This account only sends telemetry. It cannot read the console.");
  }
  const arrival = { ...signedIn, userAgent: c.req.header("user-agent") ?? null };
  const configuration = getConfiguration(c.env);
  const token = await issueAccessToken(actionContext(c), configuration, arrival, audience);
  if (token === null) throw busy();
  setCookie(c, cookieName, token, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: accessTokenSeconds,
  });
}

/** Ends the sign-in behind the cookie, wherever a copy of it is, and takes the cookie back. */
export async function endSession(c: Context<AppEnv>): Promise<void> {
  const viewer = await findViewer(c);
  if (viewer?.sessionId) {
    await endSignIn(actionContext(c), viewer, viewer.sessionId);
    c.var.recollections.sessions.forget(viewer.sessionId);
  }
  deleteCookie(c, cookieName, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
  });
}

/** Who looks at the page, by the cookie and nothing else; null without a valid one. Names the actor of the log. */
export async function findViewer(c: Context<AppEnv>): Promise<Person | null> {
  const token = getCookie(c, cookieName, "host");
  if (!token) return null;
  const person = await personOf(c, getConfiguration(c.env), token, audience);
  if (typeof person === "string" || !readers.includes(person.role)) return null;
  c.set("actor", person);
  return person;
}
