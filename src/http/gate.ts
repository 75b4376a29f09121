/** The gate of every request: does the route exist, is the service configured, who calls, how often, may they. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { type Configuration, readConfiguration } from "../auth/accounts.ts";
import { verifyAccessToken } from "../auth/tokens.ts";
import type { Actor, AppEnv, Env } from "../env.ts";
import { type Access, accessTable } from "./access.ts";
import { addressOf, spendPermit } from "./permits.ts";
import { notFound, Problem } from "./problem.ts";

const configurations = new WeakMap<Env, ReturnType<typeof readConfiguration>>();

function configurationOf(env: Env) {
  const known = configurations.get(env) ?? readConfiguration(env);
  configurations.set(env, known);
  return known;
}

/** @throws Problem 503 that says what is missing */
export function getConfiguration(env: Env): Configuration {
  const found = configurationOf(env);
  if ("missing" in found) {
    throw new Problem(503, "not_configured", `The service is not configured. ${found.missing.join(" ")}`);
  }
  return found;
}

async function actorOf(c: Context<AppEnv>, configuration: Configuration): Promise<Actor | null> {
  const [, token] = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return token === undefined ? null : verifyAccessToken(configuration.jwtSecret, token, c.var.nowMs);
}

const unauthorized = () =>
  new Problem(401, "unauthorized", "A valid access token is needed.", {
    headers: { "www-authenticate": 'Bearer realm="game-security"' },
  });

/** Methods that the table knows for a path: a known path with another method is 405, not 404. */
function methodsFor(path: string): string[] {
  return Object.keys(accessTable).flatMap((key) => {
    const [method = "", pattern = ""] = key.split(" ");
    const expression = new RegExp(`^${pattern.replaceAll(/:[a-z]+/g, "[^/]+").replaceAll(".", "\\.")}$`);
    return expression.test(path) ? [method] : [];
  });
}

function missingRoute(c: Context<AppEnv>): Problem {
  const methods = [...new Set(methodsFor(c.req.path))];
  if (methods.length === 0) return notFound("The resource");
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
  return new Problem(405, "method_not_allowed", `This resource answers ${allow}.`, { headers: { allow } });
}

function findAccess(c: Context<AppEnv>): { key: string; access: Access } | null {
  for (const route of matchedRoutes(c)) {
    const key = `${route.method} ${route.path}`;
    const access = accessTable[key];
    if (access) return { key, access };
  }
  return null;
}

/** Deny by default: only what the access table names goes on, and only for whom it says. */
export const gate = createMiddleware<AppEnv>(async (c, next) => {
  const found = findAccess(c);
  if (found === null) {
    getConfiguration(c.env);
    throw missingRoute(c);
  }
  const { key, access } = found;
  c.set("routeKey", key);
  if (access.limit === null) return next();
  const configuration = getConfiguration(c.env);
  if (access.roles === "public") {
    await spendPermit(c, access.limit, addressOf(c));
    return next();
  }
  const actor = await actorOf(c, configuration);
  if (actor === null) {
    await spendPermit(c, "unauthenticated", addressOf(c));
    throw unauthorized();
  }
  c.set("actor", actor);
  await spendPermit(c, access.limit, actor.subject);
  if (!access.roles.includes(actor.role)) {
    throw new Problem(403, "forbidden", `The role ${actor.role} may not do this.`);
  }
  return next();
});
