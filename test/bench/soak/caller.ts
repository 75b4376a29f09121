/** A caller that does not give up: what is not answered is sent again, the same, until it is. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What is asked of the service. */
export interface Ask {
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the request carries an Idempotency-Key, the same each time. */
  readonly keyed?: true;
}

/** Answers and failures so far, by what they were. */
export type Tally = Map<string, number>;

export interface Caller {
  /** Asks until there is an answer of 2xx or 3xx; throws at one of 4xx that no repetition mends. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field, as a client would
  ask(path: string, ask?: Ask): Promise<any>;
}

const retryMs = 250;
const timeoutMs = 20_000;
/** Longer than a claim of an Idempotency-Key that a kill left behind, and than any restart. */
const patienceMs = 300_000;

export const count = (tally: Tally, what: string, by = 1): void =>
  void tally.set(what, (tally.get(what) ?? 0) + by);

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Answers that another try may mend: too many requests, a key whose first request was killed, a store out of reach. */
const isPassing = ({ status, text }: Reply): boolean =>
  status === 429 || status >= 500 || (status === 409 && text.includes("request_in_flight"));

function answerOf(reply: Reply): unknown {
  const isJson = /json/.test(reply.headers.get("content-type") ?? "");
  return isJson ? JSON.parse(reply.text) : reply;
}

/** @param authorize gives the headers that prove who calls; asked anew after a 401 */
export function createCaller(
  origin: string,
  tally: Tally,
  authorize: (isAnew: boolean) => Promise<Readonly<Record<string, string>>>,
): Caller {
  async function once(path: string, ask: Ask, own: Readonly<Record<string, string>>, isAnew: boolean) {
    const payload = ask.raw ?? (ask.body === undefined ? null : JSON.stringify(ask.body));
    const json = ask.body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${origin}${path}`, {
      method: ask.method ?? (payload === null ? "GET" : "POST"),
      headers: { ...json, ...own, ...(await authorize(isAnew)), ...ask.headers },
      body: payload,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Null: nobody answered. */
  async function tried(path: string, ask: Ask, own: Readonly<Record<string, string>>, isAnew: boolean) {
    const reply: Reply | null = await once(path, ask, own, isAnew).catch(() => null);
    count(tally, reply === null ? "no answer" : String(reply.status));
    return reply;
  }

  async function ask(path: string, asked: Ask = {}): Promise<unknown> {
    const own: Readonly<Record<string, string>> = asked.keyed ? { "idempotency-key": randomUUID() } : {};
    const untilMs = Date.now() + patienceMs;
    for (let isAnew = false; ; ) {
      const reply: Reply | null = await tried(path, asked, own, isAnew);
      if (reply !== null && reply.status < 400) return answerOf(reply);
      const isTokenOver: boolean = reply?.status === 401 && !isAnew;
      if (Date.now() > untilMs || !(isTokenOver || reply === null || isPassing(reply))) {
        throw new Error(`${path} answered ${reply?.status} ${reply?.text.slice(0, 300)}`);
      }
      isAnew = isTokenOver;
      await pause(retryMs);
    }
  }
  return { ask };
}

const nobody = async () => ({});

/** Proves who calls by a token, which is kept until it is refused. */
export function byToken(origin: string, tally: Tally, who: Credentials) {
  let token: string | null = null;
  return async (isAnew: boolean) => {
    if (token === null || isAnew) {
      const answer = await createCaller(origin, tally, nobody).ask("/api/auth/token", { body: who });
      token = String(answer.access_token);
    }
    return { authorization: `Bearer ${token}` };
  };
}

/** The same for the console: by its cookie. */
export function byCookie(origin: string, tally: Tally, who: Credentials) {
  let cookie: string | null = null;
  return async (isAnew: boolean) => {
    if (cookie === null || isAnew) {
      const raw = new URLSearchParams({ ...who }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const reply = await createCaller(origin, tally, nobody).ask("/sign-in", { raw, headers });
      const set: string[] = reply.headers.getSetCookie();
      cookie = set.map((text) => text.split(";")[0]).join("; ");
    }
    return { cookie };
  };
}
