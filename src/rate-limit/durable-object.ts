import { DurableObject } from "cloudflare:workers";
import {
  type CounterState,
  emptyCounter,
  grant,
  type LeaseAnswer,
  type LeaseAsk,
  leaseMs,
  takeNow,
} from "./leases.ts";
import type { Policy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";
import { lifetimeMs } from "./window.ts";

/** The one stored row: all that was handed out, written before any of it leaves. */
interface Row {
  readonly state: CounterState;
  /** Real time of the last use there can be: of the last permit, or the end of the last lease. */
  readonly lastUseMs: number;
}

const rowKey = "counter";

/**
 * The counter of one key. Between the decision and its storage nothing is awaited, so concurrent callers
 * cannot interleave, and the output gate holds every answer back until the row is on disk.
 */
export class RateLimiter extends DurableObject<unknown> {
  #state: CounterState | undefined;
  #lastUseMs: number;
  #alarmPending = false;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    const row = ctx.storage.kv.get<Row>(rowKey);
    this.#state = row?.state;
    this.#lastUseMs = row?.lastUseMs ?? 0;
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmPending = (await ctx.storage.getAlarm()) !== null;
    });
  }

  /** Asks for permits (0: only looks). Tests and injected clocks give `nowMs`; otherwise it is now. */
  async take(policy: Policy, permits: number, nowMs = Date.now()): Promise<Verdict> {
    this.#state ??= emptyCounter(policy, nowMs);
    const verdict = takeNow(this.#state, policy, nowMs, permits);
    if (verdict.allowed && permits > 0) await this.#store(this.#state, Date.now());
    return verdict;
  }

  /** Asks for permits and a lease of more; takes an old lease back. */
  async lease(policy: Policy, ask: LeaseAsk, nowMs = Date.now()): Promise<LeaseAnswer> {
    this.#state ??= emptyCounter(policy, nowMs);
    const { isChanged, ...answer } = grant(this.#state, policy, nowMs, ask, () => crypto.randomUUID());
    const leasedMs = answer.lease ? leaseMs(policy.periodSeconds * 1000) : 0;
    if (isChanged) await this.#store(this.#state, Date.now() + leasedMs);
    return answer;
  }

  /** Drops the row once its window has passed; after later use, comes back when that has passed. */
  override async alarm(): Promise<void> {
    this.#alarmPending = false;
    const idleAtMs = this.#lastUseMs + (this.#state ? lifetimeMs(this.#state.window) : 0);
    if (Date.now() < idleAtMs) return this.#wakeAt(idleAtMs);
    this.#state = undefined;
    await this.ctx.storage.deleteAll();
  }

  async #store(state: CounterState, usedUntilMs: number): Promise<void> {
    this.#lastUseMs = Math.max(this.#lastUseMs, usedUntilMs);
    this.ctx.storage.kv.put<Row>(rowKey, { state, lastUseMs: this.#lastUseMs });
    // In the same turn as the row, so that both are written or neither.
    if (!this.#alarmPending) await this.#wakeAt(Date.now() + lifetimeMs(state.window));
  }

  /** Real time, whatever clock the callers inject: alarms know no other. */
  #wakeAt(realMs: number): Promise<void> {
    this.#alarmPending = true;
    return this.ctx.storage.setAlarm(realMs);
  }
}
