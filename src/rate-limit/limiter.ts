import type { RateLimiter } from "./durable-object.ts";
import { type Account, askFor, decide, enter, type LeaseBook } from "./lease-book.ts";
import { leasedFrom } from "./leases.ts";
import type { Policy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

export interface LimiterOptions {
  /** The leases of this isolate; without it each request asks the counter, whatever the limit. */
  readonly book?: LeaseBook;
  /** The isolate's clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** A clock for the counters other than the real one. */
  readonly nowMs?: number;
  /** Called before each call to a counter: each is billed, and shown in the request's log line. */
  readonly onCall?: () => void;
}

export interface Limiter {
  /** Asks for permits of one key (0: only looks). Rejects when the counter cannot be reached. */
  take(key: string, policy: Policy, permits?: number): Promise<Verdict>;
}

/** How long a request waits for another's answer before it asks by itself: that one may have been cancelled. */
const patienceMs = 1_000;

/** A limiter with one counter per policy name and key, so that no key's traffic slows another's. */
export function createLimiter(
  namespace: DurableObjectNamespace<RateLimiter>,
  options: LimiterOptions = {},
): Limiter {
  const { book, now = () => Date.now(), nowMs, onCall } = options;

  function counterOf(key: string, policy: Policy) {
    onCall?.();
    return namespace.get(namespace.idFromName(`${policy.name}:${key}`));
  }

  async function ask(account: Account, key: string, permits: number): Promise<Verdict> {
    const askedMs = now();
    const asked = askFor(account, permits, askedMs);
    const answer = await counterOf(key, account.policy).lease(account.policy, asked, nowMs);
    enter(account, asked, answer, askedMs, Math.max(askedMs, now()));
    return answer.verdict;
  }

  /** One request at a time asks for all of an isolate; the others wait for what it brings. */
  async function takeLeased(account: Account, key: string, permits: number): Promise<Verdict> {
    for (let isImpatient = false; ; ) {
      const decided = decide(account, permits, now());
      if (decided) return decided;
      if (account.asking === null || isImpatient) break;
      account.waiting += permits;
      const outcome = await patientlyFor(account.asking);
      if (outcome === false) throw new Error("The counter could not be reached.");
      isImpatient = outcome === "impatient";
    }
    const asking = ask(account, key, permits);
    const reached = asking.then(
      () => true,
      () => false,
    );
    account.asking = reached;
    void reached.then(() => {
      if (account.asking === reached) account.asking = null;
    });
    return await asking;
  }

  return {
    async take(key, policy, permits = 1) {
      if (book && permits > 0 && policy.limit >= leasedFrom)
        return await takeLeased(book.account(policy, key), key, permits);
      return await counterOf(key, policy).take(policy, permits, nowMs);
    },
  };
}

function patientlyFor(asking: Promise<boolean>): Promise<boolean | "impatient"> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs, "impatient");
    void asking.then((reached) => {
      clearTimeout(timer);
      resolve(reached);
    });
  });
}
