/** A world whose clock stands still until somebody moves it, and one whose clock jumps as soon as all only wait. */
import type { Fetch, World } from "../../src/client/world.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export const startMs = Date.UTC(2026, 10, 24, 12);

/** Lets everything run that needs no timer. */
export const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export function createFakeWorld(fetch: Fetch, random: () => number = () => 0.5) {
  const timers = new Set<Timer>();
  let nowMs = startMs;
  const world: World = {
    fetch,
    now: () => nowMs,
    random,
    schedule(run, ms) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const earliest = () => [...timers].sort((a, b) => a.atMs - b.atMs)[0];
  /** Fires the earliest timer, if it is due by then. */
  const fire = (untilMs: number): boolean => {
    const timer = earliest();
    if (!timer || timer.atMs > untilMs) return false;
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.atMs);
    timer.run();
    return true;
  };
  return {
    world,
    elapsedMs: () => nowMs - startMs,
    timers: () => timers.size,
    fire,
    /** Moves the clock, and runs what falls due in its order. */
    async advance(ms: number): Promise<void> {
      const untilMs = nowMs + ms;
      await settle();
      while (fire(untilMs)) await settle();
      nowMs = untilMs;
    },
  };
}

/** Time passes only while no request is under way: a wait of an hour is over at once. */
export function createJumpingWorld(fetch: Fetch, random?: () => number) {
  let underWay = 0;
  const jump = () => {
    if (underWay === 0) fake.fire(Number.POSITIVE_INFINITY);
  };
  const fake = createFakeWorld(async (url, init) => {
    underWay += 1;
    try {
      const answer = await fetch(url, init);
      // With its body: reading it takes no time, so that no time-out falls due meanwhile.
      return new Response((await answer.text()) || null, answer);
    } finally {
      underWay -= 1;
      setImmediate(jump);
    }
  }, random);
  const world: World = {
    ...fake.world,
    schedule(run, ms) {
      setImmediate(jump);
      return fake.world.schedule(run, ms);
    },
  };
  return { world, elapsedMs: fake.elapsedMs };
}
