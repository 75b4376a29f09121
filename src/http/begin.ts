/** The first and last word on a request: its id, its clock, its meter; one log line, and what it cost. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Fetch } from "../auth/sso.ts";
import type { HeldRow } from "../db/checks.ts";
import { createDb } from "../db/client.ts";
import { createMeter, type Meter, meterD1 } from "../db/meter.ts";
import { atPrimary } from "../db/near.ts";
import { createDecisionMemory } from "../decisions/memory.ts";
import { type Actor, type AppEnv, principalOf } from "../env.ts";
import { createTally, type Tally } from "../metrics/tally.ts";
import type { LeaseBook } from "../rate-limit/lease-book.ts";
import { createRecollections } from "./authenticate.ts";
import { hearOutUnread } from "./bytes.ts";
import { countRequest } from "./count.ts";
import { bookmarkHeader } from "./near.ts";

/** Where time, log lines and randomness come from; tests bring their own. */
export interface Deps {
  now(): number;
  /** Asks the identity provider for its keys, and delivers webhooks; the runtime's own unless a test brings another. */
  readonly fetch?: Fetch;
  /** 0 to 1, for delays that must not coincide; never for a secret. */
  random?(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  /** A fresh id of a request, 128 bits of chance; the runtime's own unless a test brings another. */
  newId?(): string;
  /** Where requests and jobs of an isolate are counted; one of the app's own unless it is shared. */
  readonly tally?: Tally;
  /** Waits so many ms; the runtime's own timer unless a test brings another. */
  pause?(ms: number): Promise<void>;
}

const pauseByTimer = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
/** The part of it that reaches outside, with the runtime's own where nothing else is brought. */
export const worldOf = (deps: Deps) => ({
  now: deps.now,
  fetch: deps.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
  random: deps.random ?? (() => Math.random()),
});

/** `Server-Timing` of a request's cost; durations in ms. */
export function serverTiming(meter: Meter, tookMs: number): string {
  const cost = `${meter.d1Queries} queries, ${meter.rowsRead} rows read, ${meter.rowsWritten} rows written`;
  return `d1;dur=${meter.d1Ms.toFixed(1)};desc="${cost}", total;dur=${tookMs.toFixed(1)}`;
}

/** `admin:ann` of a person, `admin:sso:ann` of the identity provider's, `key:7` of a machine. */
const actorText = (actor: Actor) => {
  if (actor.kind === "key") return principalOf(actor);
  return `${actor.role}:${actor.kind === "sso" ? principalOf(actor) : actor.subject}`;
};

function logLine(c: Context<AppEnv>, tookMs: number) {
  const { meter, actor } = c.var;
  return {
    id: c.get("requestId"),
    route: c.get("routeKey"),
    method: c.req.method,
    actor: actor === null ? null : actorText(actor),
    status: c.res.status,
    ms: tookMs,
    d1_queries: meter.d1Queries,
    rows_read: meter.rowsRead,
    rows_written: meter.rowsWritten,
    limiter_calls: meter.limiterCalls,
    ...(meter.isLimiterReached ? {} : { limiter: "unreachable" }),
  };
}

/** What Discord's clients read instead of Retry-After: the adapter of their alerts must not be without it. */
function setReset(c: Context<AppEnv>): void {
  const waitSeconds = Number(c.res.headers.get("retry-after") ?? Number.NaN);
  if (c.res.status !== 429 || Number.isNaN(waitSeconds)) return;
  c.res.headers.set("x-ratelimit-reset", String(Math.ceil(c.get("nowMs") / 1_000) + waitSeconds));
}

export const begin = (deps: Deps, leaseBook: LeaseBook) => {
  const decisionMemory = createDecisionMemory<HeldRow | null>();
  const tally = deps.tally ?? createTally();
  const world = worldOf(deps);
  const recollections = createRecollections(world.fetch);
  return createMiddleware<AppEnv>(async (c, next) => {
    const startedMs = deps.now();
    const meter = createMeter();
    c.set("requestId", deps.newId?.() ?? crypto.randomUUID());
    c.set("nowMs", startedMs);
    c.set("now", deps.now);
    c.set("world", world);
    c.set("meter", meter);
    c.set("tally", tally);
    c.set("pause", deps.pause ?? pauseByTimer);
    c.set("recollections", recollections);
    c.set("decisionMemory", decisionMemory);
    c.set("leaseBook", leaseBook);
    const { d1, bookmark } = atPrimary(c.env.DB);
    c.set("db", createDb(meterD1(d1, meter)));
    c.set("bookmark", bookmark);
    c.set("actor", null);
    c.set("routeKey", null);
    c.set("completion", null);
    c.set("isScripted", false);
    c.set("rows", null);
    c.set("bodyDigest", null);
    c.set("limitHeaders", {});
    await next();
    const tookMs = deps.now() - startedMs;
    for (const [name, value] of Object.entries(c.get("limitHeaders"))) c.res.headers.set(name, value);
    setReset(c);
    c.res.headers.set("x-request-id", c.get("requestId"));
    // What depends on who asks is for nobody's cache; what does not says so itself.
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
    if (c.get("actor")) {
      c.res.headers.set("server-timing", serverTiming(meter, tookMs));
      const stood = c.get("bookmark")();
      if (stood !== null) c.res.headers.set(bookmarkHeader, stood);
    }
    deps.log(logLine(c, tookMs));
    countRequest(c, tookMs, deps.log);
    await hearOutUnread(c.req.raw);
  });
};
