/** The one that seals the audit trail. It keeps the key and the end of the chain where the database's owner is not. */
import { DurableObject } from "cloudflare:workers";
import { createDb } from "../db/client.ts";
import { createMeter, type Meter, meterD1 } from "../db/meter.ts";
import { type Chain, openChain } from "./chain.ts";
import { countPrunable, finishPruning, pruneEntries } from "./prune.ts";
import { countUnsealed, finishSealing, sealEntries } from "./seal.ts";
import { type Verification, verifyChain } from "./verify.ts";

interface SealerEnv {
  readonly DB: D1Database;
}

/** What an operation found, and what it cost: the caller's meter does not see the sealer's queries. */
export interface Metered<T> {
  readonly result: T;
  readonly meter: Meter;
}

/** The first cause, which is D1's own word: Drizzle's message holds bound values, and the platform logs what is thrown. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

export class AuditSealer extends DurableObject<SealerEnv> {
  /** Operations await D1, where the input gate is open: one ends before the next begins. */
  #last: Promise<unknown> = Promise.resolve();

  /** Seals the next entries, at most `limit`. @returns how many */
  seal(limit: number): Promise<Metered<number>> {
    return this.#inTurn((chain) => sealEntries(chain, limit));
  }

  countUnsealed(): Promise<Metered<number>> {
    return this.#inTurn(countUnsealed);
  }

  verify(afterId: number, limit: number): Promise<Metered<Verification>> {
    return this.#inTurn((chain) => verifyChain(chain, afterId, limit));
  }

  /** Deletes one slice of what was sealed and is older than `beforeMs`. @returns how many entries */
  prune(beforeMs: number, nowMs: number): Promise<Metered<number>> {
    return this.#inTurn((chain) => pruneEntries(chain, beforeMs, nowMs));
  }

  countPrunable(beforeMs: number): Promise<Metered<number>> {
    return this.#inTurn((chain) => countPrunable(chain, beforeMs));
  }

  #inTurn<T>(operation: (chain: Chain) => Promise<T>): Promise<Metered<T>> {
    const run = this.#last.then(() => this.#run(operation)).catch((error) => Promise.reject(rootOf(error)));
    this.#last = run.catch(() => {});
    return run;
  }

  /** State is read anew each time, and what a crash left half done comes first. */
  async #run<T>(operation: (chain: Chain) => Promise<T>): Promise<Metered<T>> {
    const meter = createMeter();
    const chain = await openChain(this.ctx.storage, createDb(meterD1(this.env.DB, meter)));
    await finishSealing(chain);
    await finishPruning(chain);
    return { result: await operation(chain), meter };
  }
}
