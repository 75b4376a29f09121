/** What adapters of line logs share: frame and memory between requests, a reader over the new lines. */

import type { SessionRow } from "../session.ts";
import type { Adapter, AdapterCard, AdapterInput, AdapterResult, Explained, JsonValue } from "./adapter.ts";
import { lastLine, linesOf, storable } from "./bytes.ts";
import { zoneOffsetMs } from "./calendar.ts";
import { admit, type LogFrame } from "./log-frame.ts";
import { instanceOf } from "./log-origin.ts";
import { sourceLineOf } from "./source-line.ts";
import { Tally } from "./tally.ts";

/** Reads the lines of one server in their order, between a memory and the next. */
export interface LogReader<Memory extends JsonValue> {
  readonly sessions: readonly SessionRow[];
  readonly memory: Memory;
  read(line: string): void;
  /** Bytes are missing here. */
  missRange(): void;
  /** The log ended: what is open is over, and a later line does not reopen it. */
  abandon(): void;
  /** The log began anew; `zoneMs` holds from here on. */
  newEpoch(zoneMs: number): void;
}

export interface LogFormat<Memory extends JsonValue> {
  readonly card: AdapterCard;
  readonly fresh: (input: AdapterInput, zoneMs: number) => Memory;
  readonly reader: (memory: Memory, receivedAtMs: number, tally: Tally) => LogReader<Memory>;
  readonly explain: (body: Uint8Array) => readonly Explained[];
}

type LogState<Memory extends JsonValue> = {
  readonly version: 1;
  readonly frame: LogFrame;
  readonly memory: Memory;
};

/** How far the server's clock is ahead of UTC, by the header that shows it; else its clock is taken for UTC. */
function zoneOf({ headers, receivedAtMs }: AdapterInput): number {
  const shown = sourceLineOf(`${headers["x-timestamp"] ?? ""} - `);
  return shown === null ? 0 : zoneOffsetMs(shown.localMs, receivedAtMs);
}

const stateOf = <Memory extends JsonValue>(state: JsonValue | null): LogState<Memory> | null =>
  state !== null && typeof state === "object" && "version" in state && state.version === 1
    ? (state as unknown as LogState<Memory>)
    : null;

function readWith<Memory extends JsonValue>(
  format: LogFormat<Memory>,
  input: AdapterInput,
  known: JsonValue | null,
): AdapterResult {
  const tally = new Tally();
  const state = stateOf<Memory>(known);
  const admitted = admit(state?.frame ?? null, input, tally);
  const memory = state?.memory ?? format.fresh(input, zoneOf(input));
  const reader = format.reader(memory, input.receivedAtMs, tally);
  // A zone is kept for a whole epoch: a late resend must not shift a match by a quarter of an hour.
  if (admitted.newEpoch) reader.newEpoch(zoneOf(input));
  if (admitted.gap) reader.missRange();
  const { lines, carry } = linesOf(admitted.bytes, admitted.frame.carry, tally);
  for (const line of lines) reader.read(line);
  const next: LogState<Memory> = {
    version: 1,
    frame: { ...admitted.frame, carry: storable(carry, tally) },
    memory: reader.memory,
  };
  return tally.result({ state: next, sessions: reader.sessions, ack: admitted.ack });
}

/** Closes a match that stopped without an end. The frame stays, so that a late resend is still known. */
function flushWith<Memory extends JsonValue>(
  format: LogFormat<Memory>,
  known: JsonValue,
  nowMs: number,
): AdapterResult {
  const tally = new Tally();
  const state = stateOf<Memory>(known);
  if (state === null) return tally.result({ state: null });
  const reader = format.reader(state.memory, nowMs, tally);
  for (const line of lastLine(state.frame.carry)) reader.read(line);
  reader.abandon();
  const next: LogState<Memory> = {
    version: 1,
    frame: { ...state.frame, carry: state.frame.carry === "" ? "" : null },
    memory: reader.memory,
  };
  return tally.result({ state: next, sessions: reader.sessions });
}

export function logAdapter<Memory extends JsonValue>(format: LogFormat<Memory>): Adapter {
  return {
    card: format.card,
    streamOf: instanceOf,
    read: (input, state) => readWith(format, input, state),
    flush: (state, nowMs) => flushWith(format, state, nowMs),
    explain: format.explain,
  };
}
