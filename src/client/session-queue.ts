/** Rows on their way: gathered into batches, sent one batch after the other, never more than a bounded number held. */
import type { Decided, RowRejection } from "./ingest.ts";
import { type Batch, createStock } from "./stock.ts";
import type { SessionRow } from "./types.ts";
import type { World } from "./world.ts";

export interface RejectedRow extends Omit<RowRejection, "index"> {
  readonly row: SessionRow;
}

export interface QueueOptions {
  /** Rows of a full batch; default 1,000, the most that a JSON request may hold. */
  readonly maxRows?: number;
  /** Bytes of a full batch, as JSON; default 1 MB. */
  readonly maxBytes?: number;
  /** The oldest row waits no longer than this before it is sent; default 5,000. */
  readonly maxAgeMs?: number;
  /** Rows held at most, those under way included; default 20,000. */
  readonly maxHeld?: number;
  /** Rows that the service will not have, with its reasons. Sending them again changes nothing. */
  readonly onRejected?: (rejected: readonly RejectedRow[]) => void;
  /** A batch that was refused as a whole, for a reason that waiting does not mend, such as a revoked key. */
  readonly onFailed?: (error: unknown, rows: readonly SessionRow[]) => void;
}

export interface SessionQueue {
  /**
   * Takes a row. False: the queue is full and the row is not in it. What is held stays, and keeps its order; the
   * newest is what is refused.
   */
  add(row: SessionRow): boolean;
  /** Resolves once all that was added so far is decided. */
  flush(): Promise<void>;
  /** Rows held. */
  readonly size: number;
}

export interface ClosableQueue extends SessionQueue {
  /** Sends what is held; answers what could not be sent within the time. */
  close(timeoutMs: number): Promise<readonly SessionRow[]>;
}

/** Sends the rows, each as JSON, until they are decided; gives up when the signal is aborted. */
export type Deliver = (rows: readonly string[], signal: AbortSignal) => Promise<Decided>;

const report = (error: unknown, rows: readonly SessionRow[]) =>
  console.error(`${rows.length} sessions were refused: ${error instanceof Error ? error.message : error}`);

/** A callback that throws must not hold up the rows behind it. */
function tell(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    console.error(error);
  }
}

export function createSessionQueue(
  world: World,
  deliver: Deliver,
  options: QueueOptions = {},
): ClosableQueue {
  const { maxAgeMs = 5_000, onRejected = () => {}, onFailed = report } = options;
  const stock = createStock(options);
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let isClosed = false;
  /** Rows up to this count, of all ever added, are to be sent even where they fill no batch. */
  let wantedTo = 0;
  let cancelTimer: (() => void) | null = null;

  async function decide(batch: Batch): Promise<void> {
    const texts = batch.map(({ text }) => text);
    const outcome = await deliver(texts, abort.signal).catch((error: unknown) => ({ error }));
    if (abort.signal.aborted && "error" in outcome) return;
    stock.settle(batch);
    const rows = batch.map(({ row }) => row);
    if ("error" in outcome) return tell(() => onFailed(outcome.error, rows));
    const rejected = outcome.rejected.map(({ index, ...why }) => ({
      ...why,
      row: rows[index] as SessionRow,
    }));
    if (rejected.length > 0) tell(() => onRejected(rejected));
  }

  async function run(): Promise<void> {
    while (!abort.signal.aborted && (stock.isFull() || stock.settled < wantedTo)) {
      await decide(stock.next());
    }
    running = null;
    if (stock.held > 0 && !isClosed) startTimer();
  }

  function startTimer(): void {
    cancelTimer ??= world.schedule(() => void flush(), maxAgeMs);
  }

  function flush(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    wantedTo = stock.added;
    running ??= run();
    return running;
  }

  return {
    get size() {
      return stock.held;
    },
    add(row) {
      if (isClosed) throw new Error("The client is closed.");
      if (!stock.add(row)) return false;
      if (stock.isFull()) running ??= run();
      else if (running === null) startTimer();
      return true;
    },
    flush,
    async close(timeoutMs) {
      isClosed = true;
      const cancel = world.schedule(() => abort.abort(new Error("The client is closed.")), timeoutMs);
      await flush();
      cancel();
      return stock.rest();
    },
  };
}
