/** The gate of every request: does the route exist, is the service configured, who calls, how often, may they. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { type Configuration, readConfiguration } from "../auth/accounts.ts";
import { deviceOf } from "../auth/devices.ts";
import { type AppEnv, type Env, principalOf } from "../env.ts";
import type { LimitClass } from "../rate-limit/policy.ts";
import { type Access, accessTable } from "./access.ts";
import { authenticate, type Fault } from "./authenticate.ts";
import { refusalOf } from "./authorize.ts";
import { noteDenial } from "./denials.ts";
import { deviceCookie } from "./device-cookie.ts";
import { obeyBookmark } from "./near.ts";
import { addressOf, passFirstGate, spendOwnPermit, spendPermit, takePermit, tooMany } from "./permits.ts";
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

/** The configuration, for whoever can do without; null while it is incomplete. */
export function findConfiguration(env: Env): Configuration | null {
  const found = configurationOf(env);
  return "missing" in found ? null : found;
}

const unauthorized = () =>
  new Problem(401, "unauthorized", "A valid access token is needed.", {
    headers: { "www-authenticate": 'Bearer realm="game-security"' },
  });

/** Callers who are not told to bring a token: a better one would not help them. */
export const refusals: Partial<Record<Fault, () => Problem>> = {
  token_role: () =>
    new Problem(403, "forbidden", "The identity provider gives you no role that may come in here."),
  provider_unavailable: () =>
    new Problem(503, "identity_provider_unavailable", "The identity provider cannot be reached. Try again.", {
      headers: { "retry-after": "10" },
    }),
};

/** Whom an unknown caller counts as: its address, or at a sign-in the device that signed in before. */
export async function strangerOf(
  c: Context<AppEnv>,
  limit: LimitClass,
  { jwtSecrets }: Configuration,
): Promise<string> {
  const device = limit === "login" ? await deviceOf(jwtSecrets, deviceCookie(c), c.get("nowMs")) : null;
  return device === null ? addressOf(c) : `device:${device.id}`;
}

/**
 * Guesses beyond the limit are counted as those that are judged; what the first gate stops costs no write.
 * @throws Problem 429
 */
async function admitStranger(c: Context<AppEnv>, limit: LimitClass, configuration: Configuration) {
  const stranger = await strangerOf(c, limit, configuration);
  // A device that signed in before is nobody's neighbour: a flood from its address does not stop it.
  if (stranger === addressOf(c)) await passFirstGate(c, limit);
  if ((await takePermit(c, limit, stranger)).allowed) return;
  if (limit === "login") await noteDenial(c, "sign_in_limited", addressOf(c));
  throw tooMany();
}

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

/** What the access table says of the route that a request matches; null of none. */
export function findAccess(c: Context<AppEnv>): { key: string; access: Access } | null {
  for (const route of matchedRoutes(c)) {
    const key = `${route.method} ${route.path}`;
    const access = accessTable[key];
    if (access) return { key, access };
  }
  return null;
}

interface AdapterPath {
  readonly adapter?: string | undefined;
  readonly key?: string | undefined;
}

/** `/api/telemetry/adapters/ADAPTER` and perhaps `/KEY`. */
function adapterPathOf(path: string): AdapterPath {
  const [, , , , adapter, key] = path.split("/");
  return { adapter, key };
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
  if (access.cookie) return next();
  if (access.roles === "public") {
    await admitStranger(c, access.limit, configuration);
    return next();
  }
  const { adapter, key: pathKey } = access.adapter ? adapterPathOf(c.req.path) : {};
  const actor = await authenticate(c, configuration, pathKey);
  if (typeof actor === "string") {
    await passFirstGate(c, "unauthenticated");
    await spendPermit(c, "unauthenticated", addressOf(c));
    await noteDenial(c, actor, addressOf(c));
    throw refusals[actor]?.() ?? unauthorized();
  }
  c.set("actor", actor);
  await spendOwnPermit(c, actor, access.limit);
  const refusal = refusalOf(actor, access, adapter);
  if (refusal !== null) {
    await noteDenial(c, "forbidden", principalOf(actor));
    throw new Problem(403, "forbidden", refusal);
  }
  obeyBookmark(c, access);
  return next();
});
