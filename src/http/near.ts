/** Reads that a copy of the database near the caller may serve, and the bookmark by which callers read their own writes. */
import type { Context } from "hono";
import { createDb } from "../db/client.ts";
import { meterD1 } from "../db/meter.ts";
import { anywhere, atPrimary, nearBy, type PlacedD1 } from "../db/near.ts";
import type { AppEnv } from "../env.ts";
import type { Access } from "./access.ts";
import { Problem } from "./problem.ts";

/** Of requests and of answers; the name is D1's own. */
export const bookmarkHeader = "x-d1-bookmark";
const format = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

export const isBookmark = (text: string): boolean => format.test(text);

function readFrom(c: Context<AppEnv>, placed: PlacedD1): void {
  c.set("db", createDb(meterD1(placed.d1, c.var.meter)));
  c.set("bookmark", placed.bookmark);
}

/** From here on the request reads near by, and at least what the bookmark has seen. */
export const readNear = (c: Context<AppEnv>, from: string): void => readFrom(c, nearBy(c.env.DB, from));

/**
 * From here on the request asks the primary again: for what writes by what it reads. A copy that is behind would refuse
 * the write at every attempt.
 */
export const readPrimary = (c: Context<AppEnv>): void => readFrom(c, atPrimary(c.env.DB));

const isReading = ({ req }: Context<AppEnv>): boolean => req.method === "GET" || req.method === "HEAD";

/** Whether a copy may serve what is asked. Who calls was asked of the primary before. */
export const mayReadNear = (c: Context<AppEnv>, access: Access): boolean =>
  access.near === true && isReading(c);

/**
 * Reads near by if the caller says how new the copy must be; without the header the primary answers, so that whoever
 * knows nothing of copies reads what was written last.
 * @throws Problem 400
 */
export function obeyBookmark(c: Context<AppEnv>, access: Access): void {
  const asked = c.req.header(bookmarkHeader);
  if (asked === undefined || !mayReadNear(c, access)) return;
  if (asked !== anywhere && !isBookmark(asked)) {
    const detail = `${bookmarkHeader} must be a bookmark of an answer of ours, or ${anywhere}.`;
    throw new Problem(400, "invalid_bookmark", detail);
  }
  readNear(c, asked);
}
