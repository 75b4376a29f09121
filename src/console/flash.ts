/** What was just done, told once on the page that follows, with the way back where there is one. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { AppEnv } from "../env.ts";

const Flash = z.strictObject({
  text: z.string().max(500),
  undo: z
    .strictObject({
      action: z.string().regex(/^\/(?!\/)[\w/.%-]+$/),
      fields: z.record(z.string(), z.string().max(500)),
    })
    .optional(),
});
export type Flash = z.infer<typeof Flash>;

/** With the prefix: `__Host-flash`. */
const cookieName = "flash";
const shownSeconds = 60;
const options = { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;

/** Browsers drop a cookie of over 4,096 bytes with its name and attributes (RFC 6265, 6.1). */
const maxEncoded = 3_800;

const isFit = (flash: Flash): boolean =>
  Flash.safeParse(flash).success && encodeURIComponent(JSON.stringify(flash)).length <= maxEncoded;

/** Leads to a page that tells what was done; without the way back where that is too long to travel. */
export function redirectWith(c: Context<AppEnv>, path: string, told: Flash) {
  const flash = isFit(told) ? told : { text: told.text.slice(0, 300) };
  setCookie(c, cookieName, JSON.stringify(flash), { ...options, maxAge: shownSeconds });
  c.header("cache-control", "no-store");
  return c.redirect(path, 303);
}

/** What is to be told on this page, and on no later one. */
export function takeFlash(c: Context<AppEnv>): Flash | null {
  const text = getCookie(c, cookieName, "host");
  if (text === undefined) return null;
  deleteCookie(c, cookieName, options);
  try {
    return Flash.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
