import { DurableObject } from "cloudflare:workers";
import { nextBlock } from "./block.ts";
import type { Policy, Verdict } from "./policy.ts";
import { emptyWindow, lifetimeMs, record, take, type WindowState } from "./window.ts";

/** The one stored row. `window` and `reserve` together are never less than what was handed out. */
interface Row {
  readonly window: WindowState;
  /** Permits that may have been handed out since `window` was written. */
  readonly reserve: number;
  /** Real time of the last permit; null while the reserve is in use, for then only memory knows. */
  readonly lastUseMs: number | null;
}

const rowKey = "window";

/**
 * The counter of one key. Between the decision and its storage nothing is awaited, so concurrent callers
 * cannot interleave, and the output gate holds every answer back until the row is on disk.
 */
export class RateLimiter extends DurableObject<unknown> {
  #window: WindowState | undefined;
  /** The reserve of an evicted predecessor: how much of it was used, and when, is lost. */
  #inheritedReserve = 0;
  /** Permits that the stored row already covers. */
  #reserve = 0;
  #block = 0;
  #lastUseMs: number | null = null;
  #alarmPending = false;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    const row = ctx.storage.kv.get<Row>(rowKey);
    this.#window = row?.window;
    this.#inheritedReserve = row?.reserve ?? 0;
    this.#lastUseMs = row?.lastUseMs ?? null;
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmPending = (await ctx.storage.getAlarm()) !== null;
    });
  }

  /** Asks for permits (0: only looks). Tests and injected clocks give `nowMs`; otherwise it is now. */
  async take(policy: Policy, permits: number, nowMs = Date.now()): Promise<Verdict> {
    this.#window ??= emptyWindow(policy, nowMs);
    // All of the lost reserve counts, and as of now: too many and too late is the safe side of both.
    if (this.#inheritedReserve > 0) record(this.#window, policy, nowMs, this.#inheritedReserve);
    this.#inheritedReserve = 0;
    const verdict = take(this.#window, policy, nowMs, permits);
    if (verdict.allowed && permits > 0) {
      this.#lastUseMs = Date.now();
      if (permits <= this.#reserve) this.#reserve -= permits;
      else await this.#store(this.#window, policy, verdict.remaining);
    }
    return verdict;
  }

  /** Drops the row once its window has passed; after later use, comes back when that has passed. */
  override async alarm(): Promise<void> {
    this.#alarmPending = false;
    if (this.#window === undefined) return;
    const nowMs = Date.now();
    if (this.#lastUseMs === null) this.#sealReserve(nowMs);
    const idleAtMs = (this.#lastUseMs ?? nowMs) + lifetimeMs(this.#window);
    if (nowMs < idleAtMs) return this.#wakeAt(idleAtMs);
    this.#window = undefined;
    this.#inheritedReserve = 0;
    this.#reserve = 0;
    this.#block = 0;
    await this.ctx.storage.deleteAll();
  }

  async #store(window: WindowState, policy: Policy, remaining: number): Promise<void> {
    this.#block = nextBlock(this.#block, policy.limit);
    this.#reserve = Math.min(this.#block - 1, remaining);
    const lastUseMs = this.#reserve === 0 ? this.#lastUseMs : null;
    this.ctx.storage.kv.put<Row>(rowKey, { window, reserve: this.#reserve, lastUseMs });
    // In the same turn as the row, so that both are written or neither.
    if (!this.#alarmPending) await this.#wakeAt(Date.now() + lifetimeMs(window));
  }

  /** After an eviction the last use is unknown but over: from now on the row says "no later than now". */
  #sealReserve(nowMs: number): void {
    this.#lastUseMs = nowMs;
    const row = this.ctx.storage.kv.get<Row>(rowKey);
    if (row !== undefined) this.ctx.storage.kv.put<Row>(rowKey, { ...row, lastUseMs: nowMs });
  }

  /** Real time, whatever clock the callers inject: alarms know no other. */
  #wakeAt(realMs: number): Promise<void> {
    this.#alarmPending = true;
    return this.ctx.storage.setAlarm(realMs);
  }
}
