/**
 * A bound on what an isolate works on at once. Beyond it requests are refused before they cost a query, so that those
 * that were let in are answered in time, and D1 is never asked more at once than it can answer soon.
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../env.ts";
import { sharedAddress } from "../rate-limit/address.ts";
import { findAccess, getConfiguration, strangerOf } from "./gate.ts";
import { Problem } from "./problem.ts";

/** Requests at work in an isolate. Chosen by us, measured with `npm run bench:overload`. */
export const maxAtWork = 64;
/** One address, or one device at a sign-in, holds at most half: a flood from one place leaves room for everybody else. */
const maxOfCaller = maxAtWork / 2;
/**
 * A caller that hangs up can end a request in the middle, without a last word. Whoever is at work for longer than
 * any request runs is counted as gone.
 */
const forgottenAfterMs = 60_000;

export interface Admission {
  /** A place at work, or null when there is none. `caller` null: not known well enough to be held to a share. */
  enter(caller: string | null, nowMs: number): Place | null;
  atWork(): number;
}

export interface Place {
  /** Once and for all; again does nothing. */
  leave(): void;
  /** Waits outside, and comes back whether there is room or not: what was let in is not refused halfway. */
  outside<T>(wait: () => Promise<T>, now: () => number): Promise<T>;
}

/** Its own for each isolate. */
export function createAdmission(): Admission {
  /** In the order of entry. */
  const places = new Map<object, { readonly caller: string | null; readonly sinceMs: number }>();
  const shares = new Map<string, number>();

  function remove(key: object): void {
    const held = places.get(key);
    if (held === undefined) return;
    places.delete(key);
    if (held.caller === null) return;
    const left = (shares.get(held.caller) ?? 1) - 1;
    if (left === 0) shares.delete(held.caller);
    else shares.set(held.caller, left);
  }

  function add(key: object, caller: string | null, sinceMs: number): void {
    places.set(key, { caller, sinceMs });
    if (caller !== null) shares.set(caller, (shares.get(caller) ?? 0) + 1);
  }

  function dropForgotten(nowMs: number): void {
    for (const [key, { sinceMs }] of places) {
      if (Math.abs(nowMs - sinceMs) < forgottenAfterMs) return;
      remove(key);
    }
  }

  return {
    enter(caller, nowMs) {
      dropForgotten(nowMs);
      const isShareFull = caller !== null && (shares.get(caller) ?? 0) >= maxOfCaller;
      if (places.size >= maxAtWork || isShareFull) return null;
      const key = {};
      let isOver = false;
      add(key, caller, nowMs);
      return {
        leave() {
          isOver = true;
          remove(key);
        },
        async outside(wait, now) {
          remove(key);
          const waited = await wait();
          if (!isOver) add(key, caller, now());
          return waited;
        },
      };
    },
    atWork: () => places.size,
  };
}

/** One to three seconds: whoever was refused together must not come back together. */
const overloaded = (random: () => number) =>
  new Problem(503, "overloaded", "The service has as much to do as it can. Try again.", {
    headers: { "retry-after": String(1 + Math.floor(random() * 3)) },
  });

/** Ahead of everything that costs: who is alive and ready is asked without it. @throws Problem 503 with Retry-After */
export const admit = (admission: Admission) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const found = findAccess(c);
    if (found === null || found.access.limit === null) return next();
    c.set("routeKey", found.key);
    const caller = await strangerOf(c, found.access.limit, getConfiguration(c.env));
    const place = admission.enter(caller === sharedAddress ? null : caller, c.var.nowMs);
    if (place === null) throw overloaded(c.var.world.random);
    const { now, pause } = c.var;
    c.set("pause", (ms) => place.outside(() => pause(ms), now));
    try {
      await next();
    } finally {
      place.leave();
    }
  });
