/** The API as a game's backend uses it: sessions in batches, and typed calls. */
import { createBookmark } from "./bookmark.ts";
import { type Decided, ingest } from "./ingest.ts";
import { sendPatiently } from "./patience.ts";
import type { Answer, Call, Target } from "./send.ts";
import { createSessionQueue, type QueueOptions, type SessionQueue } from "./session-queue.ts";
import type { PlayerList, PlayerRisk, PlayersQuery, Report, ReportRecorded, SessionRow } from "./types.ts";
import { systemWorld, type World } from "./world.ts";

export interface ClientOptions extends Partial<World> {
  /** Where the service lives, such as `https://security.studio.example`. */
  readonly url: string;
  /** An API key, `gsk_...`. */
  readonly key: string;
  /** How often a call is sent before its failure is told; default 5. Batches of sessions are sent until they are decided. */
  readonly attempts?: number;
  /** A request without an answer after this has failed; default 30,000. */
  readonly timeoutMs?: number;
  readonly sessions?: QueueOptions;
}

/** Our id, or the game's own id as text. */
export type PlayerName = number | string;
export interface InGame {
  /** The game of a player named by the game's own id; left out, the key's own. */
  readonly game?: string;
}

export interface Client {
  /** Sessions to be sent in batches. */
  readonly sessions: SessionQueue;
  /** Sends rows now, up to 1,000, and tells of each what became of it. */
  sendSessions(rows: readonly SessionRow[]): Promise<Decided>;
  playerRisk(player: PlayerName, options?: InGame): Promise<PlayerRisk>;
  players(query?: PlayersQuery): Promise<PlayerList>;
  report(report: Report, options?: InGame): Promise<ReportRecorded>;
  /**
   * Sends what is queued and takes no more. Answers the rows that could not be sent within `timeoutMs` (10,000): keep them
   * and add them again, they count once.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<{ readonly unsent: readonly SessionRow[] }>;
}

function queryOf(query: object): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) given.append(name, String(value));
  const text = given.toString();
  return text === "" ? "" : `?${text}`;
}

const segmentOf = (player: PlayerName): string =>
  typeof player === "number" ? String(player) : `@${encodeURIComponent(player)}`;

/** @throws TypeError for what is no address of a service */
export function targetOf(url: string, key: string, timeoutMs: number): Target {
  const parsed = new URL(url);
  if (!/^https?:$/.test(parsed.protocol)) throw new TypeError(`${url} is no http or https address.`);
  return { url: `${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`, key, timeoutMs };
}

/** 128 random bits; `crypto.randomUUID` is missing in pages without TLS. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** A write: sent again after a failure it has the same key, so that it happens once. */
const write = (path: string, body: string): Call => ({
  method: "POST",
  path,
  body,
  headers: { "content-type": "application/json", "idempotency-key": newKey() },
});

const sessionsCall = (rows: readonly string[]): Call =>
  write("/api/telemetry/sessions", `{"sessions":[${rows.join(",")}]}`);

export function createClient(options: ClientOptions): Client {
  const { url, key, attempts = 5, timeoutMs = 30_000 } = options;
  const { fetch, now, random, schedule } = { ...systemWorld, ...options };
  const world: World = { fetch, now, random, schedule };
  const target = targetOf(url, key, timeoutMs);
  const seen = createBookmark();
  const call = async <T>(made: Call): Promise<T> => {
    const answer: Answer = await sendPatiently(world, target, made, { attempts, countsLimits: true });
    seen.note(answer.headers);
    return answer.body as T;
  };
  const read = <T>(path: string): Promise<T> => call({ method: "GET", path, headers: seen.headers() });
  const untilDecided = async (rows: readonly string[], signal: AbortSignal): Promise<unknown> => {
    const patience = { attempts: Number.POSITIVE_INFINITY, countsLimits: false, stop: signal, abort: signal };
    const answer = await sendPatiently(world, target, sessionsCall(rows), patience);
    seen.note(answer.headers);
    return answer.body;
  };
  const queue = createSessionQueue(
    world,
    (rows, signal) => ingest((part) => untilDecided(part, signal), rows),
    options.sessions,
  );
  return {
    sessions: queue,
    sendSessions: (rows) =>
      ingest(
        (part) => call(sessionsCall(part)),
        rows.map((row) => JSON.stringify(row)),
      ),
    playerRisk: (player, inGame = {}) =>
      read(`/api/security/player-risk/${segmentOf(player)}${queryOf(inGame)}`),
    players: (query = {}) => read(`/api/players${queryOf(query)}`),
    report: (report, inGame = {}) =>
      call(write(`/api/security/report${queryOf(inGame)}`, JSON.stringify(report))),
    close: async ({ timeoutMs: limitMs = 10_000 } = {}) => ({ unsent: await queue.close(limitMs) }),
  };
}
