/** Where a request carries the provider's token. */
import type { SsoConfiguration } from "./configuration.ts";

/**
 * Whether another site may have made the browser send this. A proxy such as Cloudflare Access puts the token on
 * whatever comes with its cookie, so that header, unlike a Bearer token, proves no intent (cross-site request forgery).
 */
function isForeignPage(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = request.headers.get("origin");
  if (origin === null) return false;
  // Hosts alone: behind a proxy that ends TLS our own URL says http.
  return !URL.canParse(origin) || new URL(origin).host !== new URL(request.url).host;
}

/** A link that leads here, in a window of its own: it reads, and whoever made it sees nothing of the answer. */
const isLink = ({ method, headers }: Request): boolean =>
  method === "GET" &&
  headers.get("sec-fetch-mode") === "navigate" &&
  headers.get("sec-fetch-dest") === "document";

/** What does something says where it comes from: every browser of the last years does. */
const saysOrigin = ({ method, headers }: Request): boolean =>
  ["GET", "HEAD"].includes(method) || headers.has("sec-fetch-site") || headers.has("origin");

/**
 * The token that a proxy put on the request of a page, or null. As of a cookie with SameSite=Lax, a link from another
 * site may lead here, and a form or a script from there is nobody's.
 */
export function findPageToken({ tokenHeader }: SsoConfiguration, request: Request): string | null {
  if (tokenHeader === null || !saysOrigin(request)) return null;
  if (isForeignPage(request) && !isLink(request)) return null;
  return request.headers.get(tokenHeader) || null;
}

/**
 * The token of a request, or null. `Authorization` wins: who sends one speaks for what it says and nothing else, so
 * the proxy's header is looked at only without it, and only where SSO_TOKEN_HEADER names it.
 */
export function findSsoToken(configuration: SsoConfiguration, request: Request): string | null {
  const authorization = request.headers.get("authorization");
  // RFC 6750, 2.1; the scheme's name is case-insensitive (RFC 9110, 11.1).
  if (authorization !== null) return /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1] ?? null;
  if (configuration.tokenHeader === null || isForeignPage(request)) return null;
  return request.headers.get(configuration.tokenHeader) || null;
}
