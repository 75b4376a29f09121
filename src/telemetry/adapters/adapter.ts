/**
 * What an adapter is: a card, and pure functions that turn what a game server already emits into our own rows.
 *
 * The caller (a route) does, for each request:
 * 1. `streamOf(input)`: which state the request continues, or null where it continues none;
 * 2. load the state of (key, adapter, stream), `read(input, state)`, and in one batch, under the state's old
 *    revision, store the new state with the rows; where another request was first, load and read again;
 * 3. answer `card.okStatus` when `ack` is "stored"; with "again" keep the state too, and answer 503: the sender
 *    repeats the range, and the second time it is taken as it is;
 * 4. a job calls `flush(state, nowMs)` for streams that have been silent for `card.idleMs`: it closes what was
 *    abandoned. A state that comes back as null can be deleted.
 *
 * Rows may come twice and are the same then: their ids depend on the source's own words, never on the request.
 * States are JSON of at most `maxStateBytes`; the caller bounds the number of streams a key may open. Nothing here
 * throws for data. What must not be stored is dropped before anything else, in `unparsed` and `explain` too.
 */
import type { EventSource, Severity } from "../../detection/evidence.ts";
import type { SessionRow } from "../session.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export const maxStateBytes = 160_000;

export interface AdapterInput {
  readonly body: Uint8Array;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  /** What the owner calls this server (of the key or the URL), where they call it anything. */
  readonly server?: string | undefined;
  /** The key's own game; it overrides what the adapter would guess. */
  readonly game?: string | undefined;
}

/** One event in our bulk wire format; `source` says how far detection trusts it. */
export interface AdapterEvent {
  readonly player: string;
  readonly event_id: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly game: string;
  readonly source: Exclude<EventSource, "report">;
  readonly severity: Severity;
  readonly session_id?: string;
  readonly server?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** A shape of lines or messages that was not understood; names, quoted text, numbers and addresses are blanked. */
export interface Unparsed {
  readonly pattern: string;
  readonly count: number;
}

export interface ReadCounts {
  /** Lines of a log, messages of a webhook, events of a batch. */
  readonly read: number;
  readonly parsed: number;
  /** Known, and of no use here. */
  readonly ignored: number;
  readonly neverStored: number;
  readonly unparsed: number;
  /** Bytes that an earlier request had brought. */
  readonly repeatedBytes: number;
  /** Ranges of bytes that never came. */
  readonly gaps: number;
  /** Summaries in the source that agreed, or not, with what its lines had added up to. */
  readonly checksEqual: number;
  readonly checksUnequal: number;
}

export interface AdapterResult<State extends JsonValue = JsonValue> {
  readonly state: State | null;
  readonly sessions: readonly SessionRow[];
  readonly events: readonly AdapterEvent[];
  /** At most 20 patterns a request; `counts.unparsed` counts all. */
  readonly unparsed: readonly Unparsed[];
  readonly counts: ReadCounts;
  readonly ack: "stored" | "again";
  /** What the sender expects to read in the answer, where it reads it. */
  readonly reply?: JsonValue;
}

export type Verdict = "parsed" | "ignored" | "never-stored" | "unparsed";

/** What became of one line; the line itself is not repeated. */
export interface Explained {
  /** From 1. */
  readonly line: number;
  readonly kind: string;
  readonly verdict: Verdict;
  /** Fields and metrics of a session, or types of event, that the line goes into. */
  readonly feeds: readonly string[];
}

/** A field or metric that an adapter yields, and the detectors it feeds; none where it is kept for people alone. */
export interface Yield {
  readonly name: string;
  readonly feeds: readonly string[];
}

export interface AdapterCard {
  readonly id: string;
  readonly title: string;
  readonly games: readonly string[];
  readonly contentTypes: readonly string[];
  /** The header that carries the key, where the sender can send one; else the key is in the path. */
  readonly keyHeader: string | null;
  /** Senders are particular about it: a CS2 server takes anything but 200 as a refusal. */
  readonly okStatus: 200 | 204;
  readonly maxBodyBytes: number;
  /** Silence after which `flush` closes what is open; null where there is no state. */
  readonly idleMs: number | null;
  readonly yields: readonly Yield[];
  /** What is assumed and not seen in recorded traffic. */
  readonly unverified: readonly string[];
  /** Heading in docs/adapters.md. */
  readonly docs: string;
}

export interface Adapter {
  readonly card: AdapterCard;
  /** At most 128 plain characters, unique within the key; null where the request continues nothing. */
  readonly streamOf: (input: AdapterInput) => string | null;
  readonly read: (input: AdapterInput, state: JsonValue | null) => AdapterResult;
  readonly flush: (state: JsonValue, nowMs: number) => AdapterResult;
  readonly explain: (body: Uint8Array) => readonly Explained[];
}
