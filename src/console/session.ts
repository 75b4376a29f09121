/** The console's session: an access token in a cookie that only this origin's own pages can send. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { endSession as endSignIn } from "../actions/auth-sessions.ts";
import { type Arrival, issueAccessToken } from "../actions/issue-tokens.ts";
import { findPageToken } from "../auth/sso.ts";
import { accessTokenSeconds, signAccessToken } from "../auth/tokens.ts";
import type { AppEnv, Person, Role } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { personOf, ssoPersonOf } from "../http/authenticate.ts";
import { noteDenial } from "../http/denials.ts";
import { findConfiguration, getConfiguration, refusals } from "../http/gate.ts";
import { addressOf, passFirstGate, spendPermit } from "../http/permits.ts";
import { Problem } from "../http/problem.ts";
import type { SignedIn } from "../http/sign-in.ts";
import { SignInProblem } from "./sign-in/problem.ts";

/** With the prefix: `__Host-session`. Chromium keeps it on http://localhost and http://127.0.0.1 too (seen in 153). */
const cookieName = "session";
const audience = "game-security-console";
const readers: readonly Role[] = ["viewer", "analyst", "admin"];

/**
 * Sets the cookie. The sign-in behind it ends with the cookie, after an hour; one at the identity provider with the
 * provider's token, if that is earlier.
 * @returns false if the account changed at that very moment, or the sign-in at the provider was used already
 * @throws Problem 403 for an account that only sends telemetry
 */
export async function startSession(
  c: Context<AppEnv>,
  signedIn: SignedIn & Pick<Arrival, "sso">,
): Promise<boolean> {
  if (!readers.includes(signedIn.role)) {
    throw new Problem(403, "forbidden", "This account only sends telemetry. It cannot read the console.");
  }
  const arrival = { ...signedIn, userAgent: c.req.header("user-agent") ?? null };
  const configuration = getConfiguration(c.env);
  const token = await issueAccessToken(actionContext(c), configuration, arrival, audience);
  if (token === null) return false;
  setCookie(c, cookieName, token, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: accessTokenSeconds,
  });
  return true;
}

/** Ends the sign-in behind the cookie, wherever a copy of it is, and takes the cookie back. */
export async function endSession(c: Context<AppEnv>): Promise<void> {
  const viewer = await viewerByCookie(c);
  if (viewer?.sessionId) {
    c.set("actor", viewer);
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

async function viewerByCookie(c: Context<AppEnv>): Promise<Person | null> {
  const token = getCookie(c, cookieName, "host");
  if (!token) return null;
  const person = await personOf(c, getConfiguration(c.env), token, audience);
  return typeof person === "string" || !readers.includes(person.role) ? null : person;
}

/**
 * Whom the access proxy in front of the service names.
 * @throws Problem 403 for a person without a role, 503 while nothing can be said of the token, 429
 */
async function viewerByProxy(c: Context<AppEnv>): Promise<Person | null> {
  const { sso } = getConfiguration(c.env);
  const token = sso && findPageToken(sso, c.req.raw);
  if (!sso || !token) return null;
  const person = await ssoPersonOf(c, sso, token);
  if (typeof person !== "string") return person;
  await passFirstGate(c, "unauthenticated");
  await spendPermit(c, "unauthenticated", addressOf(c));
  await noteDenial(c, person, addressOf(c));
  const refusal = refusals[person]?.();
  if (refusal) throw new SignInProblem(refusal);
  return null;
}

/**
 * What stands for whoever looks in a request to the API: for use within the Worker, and never to be sent out. It is
 * worth as much as the session: it ends with it.
 */
export async function apiTokenOf(c: Context<AppEnv>, viewer: Person): Promise<string> {
  const { jwtSecret, sso } = getConfiguration(c.env);
  if (viewer.sessionId === null) return (sso && findPageToken(sso, c.req.raw)) ?? "";
  const { subject, role, sessionId, kind } = viewer;
  const claims = { subject, role, sessionId, isSso: kind === "sso" };
  return signAccessToken(jwtSecret, claims, c.var.nowMs, crypto.randomUUID());
}

/** Whether an access proxy signs whoever asks in, whatever cookie there is. */
export const isProxied = (c: Context<AppEnv>): boolean => {
  const sso = findConfiguration(c.env)?.sso;
  return Boolean(sso && findPageToken(sso, c.req.raw));
};

/** Where Cloudflare Access ends its session, on the application's own host; null for other proxies. */
export const proxyLogoutPath = (c: Context<AppEnv>): string | null =>
  findConfiguration(c.env)?.sso?.tokenHeader === "cf-access-jwt-assertion" ? "/cdn-cgi/access/logout" : null;

/**
 * Who looks at the page: by the cookie, or else by what the access proxy says, where there is one; null for nobody.
 * Names the actor of the log. @throws Problem as the proxy's token deserves
 */
export async function findViewer(c: Context<AppEnv>): Promise<Person | null> {
  const viewer = (await viewerByCookie(c)) ?? (await viewerByProxy(c));
  if (viewer !== null) c.set("actor", viewer);
  return viewer;
}
