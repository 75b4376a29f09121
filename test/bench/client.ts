/** Requests over kept connections, a few at once, each timed. */
import { Pool } from "undici";

export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What a set of requests took and cost, by the client's clock and the answers' `Server-Timing`. */
export interface Sent {
  /** Of each request, ms. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** What a single request was answered, as JSON; of several nothing is kept. */
  readonly answers: readonly unknown[];
}

export interface BenchClient {
  /** Sends all, `inFlight` at once; fails on anything but 2xx. What a connection lost is counted and left out. */
  sendAll(calls: readonly Call[]): Promise<Sent>;
  close(): Promise<void>;
}

/** workerd may end a kept connection while a request is on its way; so long is waited for an answer. */
const answerWithinMs = 30_000;
let lost = 0;
/** Requests that were never answered, over all clients. */
export const lostRequests = (): number => lost;

class Refused extends Error {}

const rowsOf = (timing: string, what: "read" | "written"): number =>
  Number(new RegExp(`(\\d+) rows ${what}`).exec(timing)?.[1] ?? 0);

async function sendOne(pool: Pool, { method, path, headers: sent, body }: Call) {
  const startedMs = performance.now();
  const {
    statusCode,
    headers,
    body: answer,
  } = await pool.request({ method, path, headers: sent, body: body ?? null });
  const text = await answer.text();
  if (statusCode >= 300) throw new Refused(`${method} ${path}: ${statusCode} ${text.slice(0, 500)}`);
  return { tookMs: performance.now() - startedMs, timing: String(headers["server-timing"] ?? ""), text };
}

/** Null where the connection was lost. */
const sendOrLose = (pool: Pool, call: Call) =>
  sendOne(pool, call).catch((error: unknown) => {
    if (error instanceof Refused) throw error;
    lost += 1;
    return null;
  });

export function createClient(origin: string, inFlight: number): BenchClient {
  const timeouts = { headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs };
  const pool = new Pool(origin, { connections: inFlight, pipelining: 1, ...timeouts });
  return {
    async sendAll(calls) {
      const queue = calls.values();
      const latenciesMs: number[] = [];
      const answers: unknown[] = [];
      const rows = { read: 0, written: 0 };
      const startedMs = performance.now();
      const work = async () => {
        for (const call of queue) {
          const reply = await sendOrLose(pool, call);
          if (reply === null) continue;
          latenciesMs.push(reply.tookMs);
          rows.read += rowsOf(reply.timing, "read");
          rows.written += rowsOf(reply.timing, "written");
          if (calls.length === 1) answers.push(JSON.parse(reply.text));
        }
      };
      await Promise.all(Array.from({ length: inFlight }, work));
      const seconds = (performance.now() - startedMs) / 1_000;
      return { latenciesMs, seconds, rowsRead: rows.read, rowsWritten: rows.written, answers };
    },
    close: () => pool.destroy(),
  };
}
