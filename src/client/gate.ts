/** A pause that every request to one service keeps, once one of them was asked to. */
import { type World, wait } from "./world.ts";

export interface Gate {
  /** Lets nobody through for so long. */
  hold(ms: number): void;
  /** Resolves when nothing holds it any more; rejects with the signal's reason. */
  pass(signal?: AbortSignal): Promise<void>;
}

/** Requests that waited together come back spread over this. */
const spreadMs = 250;

export function createGate(world: World, onHold: (ms: number) => void = () => {}): Gate {
  let closedUntilMs = 0;
  return {
    hold(ms) {
      if (ms <= 0) return;
      const until = world.now() + ms;
      if (until <= closedUntilMs) return;
      closedUntilMs = until;
      onHold(ms);
    },
    async pass(signal) {
      while (world.now() < closedUntilMs) {
        await wait(world, Math.ceil(closedUntilMs - world.now() + world.random() * spreadMs), signal);
      }
    },
  };
}
