/** The gate of pages: who looks, by the cookie or the access proxy, how often, and may they. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type AppEnv, type Person, principalOf } from "../env.ts";
import { accessTable } from "../http/access.ts";
import { refusalOf } from "../http/authorize.ts";
import { noteDenial } from "../http/denials.ts";
import { mayReadNear } from "../http/near.ts";
import { addressOf, passFirstGate, spendOwnPermit, spendPermit } from "../http/permits.ts";
import { Problem } from "../http/problem.ts";
import { keepBookmark, readOwnWrites } from "./bookmark.ts";
import { findViewer } from "./session.ts";

/**
 * Lets in whom the access table names for the page. The API's gate leaves these routes to this one.
 * @throws Problem 401, which is shown as the form to sign in; 403, 429
 */
export const viewing = createMiddleware<AppEnv>(async (c, next) => {
  const access = accessTable[c.var.routeKey ?? ""];
  if (!access?.cookie || access.limit === null) throw new Error("a page is not in the access table");
  const viewer = await findViewer(c);
  if (viewer === null) {
    await passFirstGate(c, "unauthenticated");
    await spendPermit(c, "unauthenticated", addressOf(c));
    throw new Problem(401, "unauthorized", "Sign in to see this page.");
  }
  await spendOwnPermit(c, viewer, access.limit);
  const refusal = refusalOf(viewer, access);
  if (refusal !== null) {
    await noteDenial(c, "forbidden", principalOf(viewer));
    throw new Problem(403, "forbidden", refusal);
  }
  if (mayReadNear(c, access)) readOwnWrites(c);
  await next();
  if (c.req.method === "POST") keepBookmark(c);
});

/** Who looks, behind {@link viewing}. */
export function viewerOf(c: Context<AppEnv>): Person {
  const { actor } = c.var;
  if (actor === null || actor.kind === "key") throw new Error("a page without its gate");
  return actor;
}

/** Whether a role may do what a route does: what is refused is not shown either. */
export const mayCall = (viewer: Person, route: string): boolean => {
  const access = accessTable[route];
  return access !== undefined && refusalOf(viewer, access) === null;
};
