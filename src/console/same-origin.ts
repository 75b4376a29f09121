/** Forms are taken from our own pages only (cross-site request forgery). */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../env.ts";
import { Problem } from "../http/problem.ts";

/** Hosts are compared, not schemes: behind a proxy that ends TLS, our own URL says http. */
function isHostOf(origin: string, url: URL): boolean {
  return URL.canParse(origin) && new URL(origin).host === url.host;
}

/**
 * Whether a POST comes from a page of ours, by what the browser says of it: Fetch Metadata, then Origin. Without
 * both it is no browser of the last years, and holds no cookie that SameSite=Strict would not guard.
 */
export function isSameOrigin(url: URL, headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  if (origin === null) return true;
  // A page under `Referrer-Policy: no-referrer` sends "null" for itself too (Fetch, "append a request Origin header").
  if (origin === "null") return site === "same-origin";
  return isHostOf(origin, url);
}

/** @throws Problem 403 */
export const sameOriginOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!isSameOrigin(new URL(c.req.url), c.req.raw.headers)) {
    throw new Problem(403, "cross_site", "This form was sent from another site, so nothing was done.");
  }
  await next();
});
