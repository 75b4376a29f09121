/** How many requests are let through to workerd at once, how many wait for that, and who is sent away. */
import ipaddr from "ipaddr.js";

export interface Bounds {
  /** Requests that workerd works on. */
  readonly atOnce: number;
  /** Those and all that wait for their turn, first come first served; and those that idle. */
  readonly room: number;
  /** Whoever has not been answered by then only waits for something: another one's turn comes. */
  readonly idleAfterMs?: number;
}

/**
 * Chosen by us, measured with `npm run bench:overload`: workerd reads nothing new as long as its busy connections give it
 * something to do, which beyond about twenty of them is always.
 */
export const bounds = {
  /** Whoever watches must not stand in line behind what is to be watched. */
  alive: { atOnce: 2, room: 64 },
  /** Mirrors that wait for news and exports that stream: long by nature, and idle for most of it. */
  long: { atOnce: 4, room: 512, idleAfterMs: 100 },
  /** Many rows keep workerd's one thread busy for as long as dozens of other requests. */
  bulk: { atOnce: 2, room: 64 },
  work: { atOnce: 12, room: 256 },
} as const satisfies Readonly<Record<string, Bounds>>;

export type LaneName = keyof typeof bounds;

export interface Place {
  /** Resolves when it may go through; never for whoever has left before. */
  readonly turn: Promise<void>;
  /** Gives the place back; again does nothing. */
  leave(): void;
}

export interface Lane {
  /** Null: there is no room. */
  enter(caller: string): Place | null;
}

/** A caller holds at most half of a lane: a flood from one place leaves room for everybody else. */
export function createLane({ atOnce, room, idleAfterMs }: Bounds): Lane {
  const held = new Map<string, number>();
  const line: (() => void)[] = [];
  let all = 0;
  let busy = 0;

  function count(caller: string, change: 1 | -1): void {
    all += change;
    const own = (held.get(caller) ?? 0) + change;
    if (own === 0) held.delete(caller);
    else held.set(caller, own);
  }

  function callUp(): void {
    while (busy < atOnce) {
      const start = line.shift();
      if (start === undefined) return;
      busy += 1;
      start();
    }
  }

  /** @returns what ends the work; again does nothing */
  function begin(): () => void {
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      busy -= 1;
      callUp();
    };
    const timer = idleAfterMs === undefined ? undefined : setTimeout(end, idleAfterMs);
    return end;
  }

  return {
    enter(caller) {
      if (all >= room || (held.get(caller) ?? 0) >= room / 2) return null;
      count(caller, 1);
      let isLeft = false;
      let end = () => {};
      let start = () => {};
      const turn = new Promise<void>((resolve) => {
        start = () => {
          end = begin();
          resolve();
        };
      });
      line.push(start);
      callUp();
      return {
        turn,
        leave() {
          if (isLeft) return;
          isLeft = true;
          const place = line.indexOf(start);
          if (place >= 0) line.splice(place, 1);
          count(caller, -1);
          end();
        },
      };
    },
  };
}

/** A body from here on is bulk, in bytes: some two hundred sessions. */
const bulkBytes = 64 * 1_024;

const exportPath = /^\/(audit|players|api\/audit|api\/players\/[^/]+)\/export$/;

/** As the Worker's router reads it. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The lane of a request. `url` as it stands in the request line. */
export function laneOf(url: string, bodyBytes: number): LaneName {
  if (bodyBytes >= bulkBytes) return "bulk";
  const at = `${url}?`.indexOf("?");
  const path = decoded(url.slice(0, at));
  if (path === "/health" || path === "/ready" || path === "/metrics") return "alive";
  const waits = Number(new URLSearchParams(url.slice(at)).get("wait")) > 0;
  const isLong = path === "/api/decisions/stream" ? waits : exportPath.test(path);
  return isLong ? "long" : "work";
}

/** Whom an address counts for: itself, or the /64 of an IPv6 address, which one site holds. */
export function callerOf(address: string): string {
  if (!ipaddr.isValid(address)) return "";
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(":") : parsed.toString();
}
