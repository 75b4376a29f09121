/** Signing in at the studio's identity provider: there, and back with a session of ours. */
import { type Context, Hono } from "hono";
import { sha256Hex } from "../../auth/digest.ts";
import {
  beginSignIn,
  finishSignIn,
  SignInRefused,
  type SsoConfiguration,
  type SsoFlow,
  ssoCredentialOf,
  usableUntilMs,
} from "../../auth/sso.ts";
import type { AppEnv, Person } from "../../env.ts";
import { ssoPersonOf } from "../../http/authenticate.ts";
import { type DenialKind, noteDenial } from "../../http/denials.ts";
import { getConfiguration, refusals } from "../../http/gate.ts";
import { addressOf } from "../../http/permits.ts";
import { notFound } from "../../http/problem.ts";
import { answerPage } from "../layout.tsx";
import { returnPath } from "../return-path.ts";
import { startSession } from "../session.ts";
import { keepPending, type Pending, takePending } from "./pending.ts";
import { SignInProblem } from "./problem.ts";
import { SignedInPage } from "./signed-in.tsx";

const ssoPath = "/sign-in/sso";
const callbackPath = "/sign-in/sso/callback";

interface Sso {
  readonly configuration: SsoConfiguration;
  readonly flow: SsoFlow;
}

/** @throws Problem 404 where people do not sign in at a provider */
function getSso(c: Context<AppEnv>): Sso {
  const { sso } = getConfiguration(c.env);
  if (!sso?.flow) throw notFound("The studio's sign-in");
  return { configuration: sso, flow: sso.flow };
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Our own URL says http behind a proxy that ends TLS; the provider knows us by https, but for a developer's machine. */
function redirectUriOf(c: Context<AppEnv>): string {
  const { protocol, host, hostname } = new URL(c.req.url);
  return `${loopback.test(hostname) ? protocol : "https:"}//${host}${callbackPath}`;
}

const lost = () =>
  new SignInProblem({
    status: 400,
    code: "sign_in_lost",
    message: "This sign-in was begun in another browser, or more than ten minutes ago. Begin again.",
    headers: {},
  });

const refused = () =>
  new SignInProblem({
    status: 401,
    code: "sign_in_refused",
    message: "Your studio's sign-in did not let you in. Try again, or ask an admin.",
    headers: {},
  });

/** Counts the refusal; what it was in particular is for the audit trail and never for the caller. */
async function refuse(c: Context<AppEnv>, kind: DenialKind): Promise<never> {
  await noteDenial(c, kind, addressOf(c));
  const known = kind in refusals ? refusals[kind as keyof typeof refusals]?.() : undefined;
  throw known ? new SignInProblem(known) : refused();
}

/** Redeems the code; the answer is the provider's word on who it is, not yet verified. */
async function idTokenOf(c: Context<AppEnv>, sso: Sso, pending: Pending) {
  const answer = new URL(c.req.url).searchParams;
  const { fetch } = c.var.world;
  try {
    return await finishSignIn({ ...sso, fetch, redirectUri: redirectUriOf(c), pending, answer });
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    return refuse(c, error.reason === "unavailable" ? "provider_unavailable" : "sso_sign_in_refused");
  }
}

async function startSsoSession(c: Context<AppEnv>, sso: Sso, pending: Pending): Promise<void> {
  const { idToken, expiresAtMs } = await idTokenOf(c, sso, pending);
  const person: Person | DenialKind = await ssoPersonOf(c, sso.flow.idTokens, idToken);
  if (typeof person === "string") return refuse(c, person);
  const { subject, role } = person;
  const credential = await ssoCredentialOf(sso.configuration);
  // Of the state: whoever comes with it a second time finds the sign-in there already.
  const sessionId = (await sha256Hex(`sign-in ${pending.state}`)).slice(0, 32);
  const arrival = { sessionId, expiresAtMs: usableUntilMs(expiresAtMs) };
  const isStarted = await startSession(c, { subject, role, credential, user: null, sso: arrival });
  if (!isStarted) await refuse(c, "sso_sign_in_refused");
}

export const ssoSignIn = new Hono<AppEnv>()
  .get(ssoPath, async (c) => {
    const { flow } = getSso(c);
    const { url, pending } = await beginSignIn(flow, redirectUriOf(c));
    const next = returnPath(c.req.query("next"));
    await keepPending(c, { ...pending, next, startedMs: c.var.nowMs });
    c.header("cache-control", "no-store");
    return c.redirect(url, 303);
  })
  .get(callbackPath, async (c) => {
    const sso = getSso(c);
    const pending = await takePending(c);
    if (pending === null) throw lost();
    await startSsoSession(c, sso, pending);
    c.header("cache-control", "no-store");
    return answerPage(c, <SignedInPage next={returnPath(pending.next)} />);
  });
