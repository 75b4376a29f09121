/** What one isolate holds of the permits of many keys: leases, and refusals that still stand. Pure; leases.ts has the proof. */
import { type LeaseAnswer, type LeaseAsk, leaseMs, marginMs } from "./leases.ts";
import type { Policy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

interface HeldLease {
  readonly id: string;
  /** The isolate's clock before it asked: no later than the grant. */
  readonly askedMs: number;
  /** When to stop, a margin before the counter counts the lease as used. */
  readonly stopMs: number;
  /** The latest time of use. */
  latestMs: number;
  left: number;
  /** Permits by age, one entry a slot. */
  readonly used: [ageMs: number, permits: number][];
  /** Permits that the counter had left beyond this lease, and when all of them would be free again. */
  readonly beyond: number;
  readonly resetMs: number;
}

interface Refusal {
  /** For as many permits or more. */
  readonly permits: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly verdict: Verdict;
}

/** One policy and key, as this isolate knows it. */
export interface Account {
  readonly policy: Policy;
  lease: HeldLease | null;
  refusal: Refusal | null;
  /** When the counter last granted, and the permits admitted from then on: the isolate's demand. */
  grantedMs: number;
  admitted: number;
  /** The request that is at the counter for all of them; it answers whether the counter was reached. */
  asking: Promise<boolean> | null;
  /** Permits of those who wait for it. */
  waiting: number;
}

export interface LeaseBook {
  account(policy: Policy, key: string): Account;
}

/** A book of at most `maxKeys` accounts; the longest unused is forgotten, and its lease counts as used. */
export function createLeaseBook(maxKeys = 1_000): LeaseBook {
  const accounts = new Map<string, Account>();
  return {
    account(policy, key) {
      const name = `${policy.name}:${key}`;
      const known = accounts.get(name);
      accounts.delete(name);
      // Under another limit or period than it was granted, a lease is void.
      const isSame =
        known?.policy.limit === policy.limit && known.policy.periodSeconds === policy.periodSeconds;
      const account = known && isSame ? known : emptyAccount(policy);
      accounts.set(name, account);
      const [oldest] = accounts.keys();
      if (accounts.size > maxKeys && oldest !== undefined) accounts.delete(oldest);
      return account;
    },
  };
}

const emptyAccount = (policy: Policy): Account => ({
  policy,
  lease: null,
  refusal: null,
  grantedMs: 0,
  admitted: 0,
  asking: null,
  waiting: 0,
});

/** Decides without the counter where that is possible; null where it has to be asked. `permits` is 1 or more. */
export function decide(account: Account, permits: number, nowMs: number): Verdict | null {
  const { lease, refusal } = account;
  if (lease) {
    // A request sees the time of its own last I/O, so a somewhat older one is nothing strange. A clock that went back by
    // more than the margin may not tell when to stop: the lease is dropped, and counts as used.
    const atMs = Math.max(nowMs, lease.latestMs);
    if (atMs - nowMs > marginMs(leaseMs(account.policy.periodSeconds * 1000))) account.lease = null;
    else if (atMs < lease.stopMs && permits <= lease.left) return spend(account, lease, permits, atMs);
  }
  const stands = refusal && nowMs >= refusal.fromMs && nowMs < refusal.untilMs && permits >= refusal.permits;
  return stands ? refusal.verdict : null;
}

/**
 * `remaining` is what the counter had left at the grant and what this lease still has: a lower bound of what was free
 * then, leases of other isolates being counted as used. What others took since makes it too high, what became free
 * since too low. `resetSeconds` is an upper bound as far as this isolate knows.
 */
function spend(account: Account, lease: HeldLease, permits: number, nowMs: number): Verdict {
  const slotMs = (account.policy.periodSeconds * 1000) / 60;
  const ageMs = nowMs - lease.askedMs;
  const last = lease.used.at(-1);
  if (last && Math.floor(last[0] / slotMs) === Math.floor(ageMs / slotMs)) {
    last[0] = ageMs;
    last[1] += permits;
  } else lease.used.push([ageMs, permits]);
  lease.left -= permits;
  lease.latestMs = nowMs;
  account.admitted += permits;
  return {
    allowed: true,
    limit: account.policy.limit,
    remaining: lease.beyond + lease.left,
    resetSeconds: Math.max(0, Math.ceil((lease.resetMs - nowMs) / 1000)),
    retryAfterSeconds: 0,
  };
}

/** Twice what was admitted since the last grant, or as much as its pace needs for a lease's whole life if that is less. */
function demandOf({ policy, grantedMs, admitted }: Account, nowMs: number): number {
  const lifeMs = leaseMs(policy.periodSeconds * 1000);
  const paceNeeds = Math.ceil((admitted * (lifeMs - marginMs(lifeMs))) / Math.max(1, nowMs - grantedMs));
  return Math.min(2 * admitted, paceNeeds);
}

/** What to ask the counter for. The lease goes back with it: from now on this isolate does not use it. */
export function askFor(account: Account, permits: number, nowMs: number): LeaseAsk {
  const { lease, waiting } = account;
  const wanted = Math.max(permits + waiting, demandOf(account, nowMs));
  account.lease = null;
  account.waiting = 0;
  return { needed: permits, wanted, settle: lease ? { id: lease.id, used: lease.used } : undefined };
}

/** Enters what the counter answered to a request that was sent at `askedMs`. */
export function enter(
  account: Account,
  ask: LeaseAsk,
  answer: LeaseAnswer,
  askedMs: number,
  nowMs: number,
): void {
  const { verdict, beyond, lease, slotEndsInMs } = answer;
  const resetMs = nowMs + verdict.resetSeconds * 1000;
  if (verdict.allowed) Object.assign(account, { grantedMs: askedMs, admitted: ask.needed });
  // Of two that were asked for at once, the smaller is dropped, and counts as used.
  if (lease && lease.permits > (account.lease?.left ?? 0)) {
    const lifeMs = leaseMs(account.policy.periodSeconds * 1000);
    const stopMs = askedMs + lifeMs - marginMs(lifeMs);
    const { id, permits: left } = lease;
    account.lease = {
      id,
      askedMs,
      stopMs,
      latestMs: nowMs,
      left,
      used: [],
      beyond: beyond.remaining,
      resetMs,
    };
  }
  const refusal = { fromMs: nowMs, untilMs: nowMs + slotEndsInMs };
  if (!verdict.allowed) account.refusal = { ...refusal, permits: ask.needed, verdict };
  else if (!beyond.allowed) account.refusal = { ...refusal, permits: 1, verdict: beyond };
}
