/** Pages are read near by; who has just changed something reads at least that. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { anywhere } from "../db/near.ts";
import type { AppEnv } from "../env.ts";
import { isBookmark, readNear } from "../http/near.ts";

/** With the prefix: `__Host-bookmark`. It tells how far the database was, and nothing of anybody. */
const cookieName = "bookmark";
/** Copies are behind by seconds. */
const keepSeconds = 600;

export function readOwnWrites(c: Context<AppEnv>): void {
  const kept = getCookie(c, cookieName, "host");
  readNear(c, kept !== undefined && isBookmark(kept) ? kept : anywhere);
}

/** After a form was taken. */
export function keepBookmark(c: Context<AppEnv>): void {
  const bookmark = c.var.bookmark();
  if (bookmark === null) return;
  setCookie(c, cookieName, bookmark, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: keepSeconds,
  });
}
