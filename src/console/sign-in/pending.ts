/** What a browser keeps between leaving for the identity provider and coming back: sealed, once, for ten minutes. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { openText, sealText } from "../../auth/sealing.ts";
import type { AppEnv } from "../../env.ts";
import { getConfiguration } from "../../http/gate.ts";

const Pending = z.strictObject({
  state: z.string().min(1),
  nonce: z.string().min(1),
  codeVerifier: z.string().min(1),
  /** Where the sign-in leads. */
  next: z.string(),
  startedMs: z.int(),
});
export type Pending = z.infer<typeof Pending>;

/** With the prefix: `__Host-sign-in`. */
const cookieName = "sign-in";
const purpose = "console sign-in at the identity provider";
const lifeSeconds = 600;
/** Lax: the provider's page leads back here, and a strict cookie would stay away. */
const options = { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

export async function keepPending(c: Context<AppEnv>, pending: Pending): Promise<void> {
  const { jwtSecret } = getConfiguration(c.env);
  const sealed = await sealText(jwtSecret, purpose, JSON.stringify(pending));
  setCookie(c, cookieName, sealed, { ...options, maxAge: lifeSeconds });
}

/** What was kept, for one use; null where there is none, it is too old, or it is not of our making. */
export async function takePending(c: Context<AppEnv>): Promise<Pending | null> {
  const sealed = getCookie(c, cookieName, "host");
  if (sealed === undefined) return null;
  deleteCookie(c, cookieName, options);
  if (!/^[A-Za-z0-9+/]{40,4000}={0,2}$/.test(sealed) || sealed.length % 4 !== 0) return null;
  const opened = await openText(getConfiguration(c.env).jwtSecrets, purpose, sealed);
  if (opened === null) return null;
  const pending = Pending.parse(JSON.parse(opened.text));
  const ageMs = c.var.nowMs - pending.startedMs;
  return ageMs >= 0 && ageMs < lifeSeconds * 1_000 ? pending : null;
}
