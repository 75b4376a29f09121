/** A request until it is answered: sent again after passing failures, and held back where the service asks for it. */
import { backoffMs, exhaustedMs } from "./backoff.ts";
import { ApiError, isPassing, type NetworkError } from "./errors.ts";
import { createGate, type Gate } from "./gate.ts";
import { type Answer, type Call, send, type Target } from "./send.ts";
import { type World, wait } from "./world.ts";

export interface Patience {
  /** Failures after which it gives up. */
  readonly attempts: number;
  /** Whether 429 counts as one: it does not where waiting is all there is to do. */
  readonly countsLimits: boolean;
  readonly gate?: Gate;
  /** Ends waiting; a request under way is heard out. */
  readonly stop?: AbortSignal | undefined;
  /** Ends a request under way, too. */
  readonly abort?: AbortSignal | undefined;
}

/** How often it failed, in a row of its own for the failures that count. */
interface Failures {
  counted: number;
  all: number;
}

function note(
  error: ApiError | NetworkError,
  failures: Failures,
  { attempts, countsLimits }: Patience,
): void {
  const isLimit = error instanceof ApiError && error.status === 429;
  failures.all += 1;
  if (countsLimits || !isLimit) failures.counted += 1;
  if (failures.counted >= attempts) throw error;
}

/** @throws the last failure, or what {@link Patience.stop} and {@link Patience.abort} give as their reason */
export async function sendPatiently(
  world: World,
  target: Target,
  call: Call,
  patience: Patience,
): Promise<Answer> {
  const { gate = createGate(world), stop, abort } = patience;
  const failures: Failures = { counted: 0, all: 0 };
  while (true) {
    await gate.pass(stop);
    stop?.throwIfAborted();
    try {
      const answer = await send(world, target, call, abort);
      gate.hold(exhaustedMs(answer.headers.get("ratelimit")));
      return answer;
    } catch (error) {
      if (!isPassing(error)) throw error;
      note(error, failures, patience);
      const asked = error instanceof ApiError ? error.retryAfterMs : null;
      if (asked !== null) gate.hold(asked);
      else await wait(world, backoffMs(failures.all, world.random()), stop);
    }
  }
}
