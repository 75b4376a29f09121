/** cs2-log: what a Counter-Strike 2 server (and CS:GO's) posts with `logaddress_add_http`. No plugin is needed. */
import type { Adapter, AdapterInput, AdapterResult, JsonValue } from "./adapter.ts";
import { lastLine, linesOf } from "./bytes.ts";
import { zoneOffsetMs } from "./calendar.ts";
import { cs2Card } from "./cs2/card.ts";
import { explainCs2 } from "./cs2/explain.ts";
import { Cs2Reader, type Memory } from "./cs2/reader.ts";
import { admit, type LogFrame } from "./log-frame.ts";
import { instanceOf, originOf } from "./log-origin.ts";
import { sourceLineOf } from "./source-line.ts";
import { Tally } from "./tally.ts";

type Cs2State = { readonly version: 1; readonly frame: LogFrame; readonly memory: Memory };

const stateOf = (state: JsonValue | null): Cs2State | null =>
  state !== null && typeof state === "object" && "version" in state && state.version === 1
    ? (state as unknown as Cs2State)
    : null;

/** How far the server's clock is ahead of UTC, by the header that shows it; else its clock is taken for UTC. */
function zoneOf({ headers, receivedAtMs }: AdapterInput): number {
  const shown = sourceLineOf(`${headers["x-timestamp"] ?? ""} - `);
  return shown === null ? 0 : zoneOffsetMs(shown.localMs, receivedAtMs);
}

const fresh = (input: AdapterInput): Memory => ({
  origin: originOf(input),
  zoneMs: zoneOf(input),
  build: "",
  mode: "",
  map: "",
  block: null,
  match: null,
  over: false,
});

function read(input: AdapterInput, known: JsonValue | null): AdapterResult {
  const tally = new Tally();
  const state = stateOf(known);
  const admitted = admit(state?.frame ?? null, input, tally);
  const reader = new Cs2Reader(state?.memory ?? fresh(input), input.receivedAtMs, tally);
  // A zone is kept for a whole epoch: a late resend must not shift a match by a quarter of an hour.
  if (admitted.newEpoch) reader.newEpoch(zoneOf(input));
  if (admitted.gap) reader.skip();
  const { lines, carry } = linesOf(admitted.bytes, admitted.frame.carry, tally);
  for (const line of lines) reader.read(line);
  const frame = { ...admitted.frame, carry };
  const next: Cs2State = { version: 1, frame, memory: reader.memory };
  return tally.result({ state: next, sessions: reader.sessions, ack: admitted.ack });
}

/** Closes a match that stopped without an end. The frame stays, so that a late resend is still known. */
function flush(known: JsonValue, nowMs: number): AdapterResult {
  const tally = new Tally();
  const state = stateOf(known);
  if (state === null) return tally.result({ state: null });
  const reader = new Cs2Reader(state.memory, nowMs, tally);
  for (const line of lastLine(state.frame.carry)) reader.read(line);
  reader.abandon();
  const memory: Memory = { ...reader.memory, over: true };
  const next: Cs2State = { version: 1, frame: { ...state.frame, carry: null }, memory };
  return tally.result({ state: next, sessions: reader.sessions });
}

export const cs2Log: Adapter = {
  card: cs2Card,
  streamOf: instanceOf,
  read,
  flush,
  explain: explainCs2,
};
