/** How many requests are let through to workerd at once, how many wait for that, and who is sent away. */
import { Agent } from "node:http";
import ipaddr from "ipaddr.js";

export interface Bounds {
  /** Connections to workerd, and so requests that it works on. */
  readonly atOnce: number;
  /** Requests that may wait for one, first come first served. */
  readonly waiting: number;
}

/**
 * Chosen by us, measured with `npm run bench:overload`: workerd reads nothing new as long as its busy connections give it
 * something to do, which beyond about twenty of them is always.
 */
export const bounds = {
  /** Whoever watches must not stand in line behind what is to be watched. */
  alive: { atOnce: 2, waiting: 62 },
  /** Mirrors that wait for news and exports that stream: long by nature, and idle for most of it. */
  long: { atOnce: 512, waiting: 0 },
  /** Many rows keep workerd's one thread busy for as long as dozens of other requests. */
  bulk: { atOnce: 2, waiting: 62 },
  work: { atOnce: 12, waiting: 244 },
} as const satisfies Readonly<Record<string, Bounds>>;

export type LaneName = keyof typeof bounds;

/** workerd ends an idle connection after five seconds; ours must be the side that ends it, or requests would be lost. */
const idleMs = 3_000;

export interface Lane {
  readonly agent: Agent;
  /** Null: there is no room. Otherwise what gives the place back, once and for all. */
  enter(caller: string): (() => void) | null;
}

/** One caller holds at most half of a lane: a flood from one place leaves room for everybody else. */
export function createLane({ atOnce, waiting }: Bounds): Lane {
  const room = atOnce + waiting;
  const held = new Map<string, number>();
  let all = 0;
  return {
    agent: new Agent({ keepAlive: true, maxTotalSockets: atOnce, maxSockets: atOnce, timeout: idleMs }),
    enter(caller) {
      const own = held.get(caller) ?? 0;
      if (all >= room || own >= room / 2) return null;
      held.set(caller, own + 1);
      all += 1;
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        all -= 1;
        const left = (held.get(caller) ?? 1) - 1;
        if (left === 0) held.delete(caller);
        else held.set(caller, left);
      };
    },
  };
}

/** A body from here on is bulk, in bytes: some two hundred sessions. */
const bulkBytes = 64 * 1_024;

/** The lane of a request. `url` as it stands in the request line. */
export function laneOf(url: string, bodyBytes: number): LaneName {
  if (bodyBytes >= bulkBytes) return "bulk";
  const [path = "", query = ""] = url.split("?", 2);
  if (path === "/health" || path === "/ready" || path === "/metrics") return "alive";
  const isLong = path.endsWith("/export") || (path.endsWith("/stream") && /(^|&)wait=/.test(query));
  return isLong ? "long" : "work";
}

/** Whom an address counts for: itself, or the /64 of an IPv6 address, which one site holds. */
export function callerOf(address: string): string {
  if (!ipaddr.isValid(address)) return "";
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
