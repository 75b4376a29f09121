/**
 * Where a request's bytes belong in a server's log. A CS2 server numbers the bytes it posts; the numbers start again
 * at each map load while the token stays (an epoch), and a range that was not acknowledged comes again from the same
 * begin, perhaps longer. What was read before is cut off, by a high-water mark per epoch.
 */
import type { AdapterInput } from "./adapter.ts";
import { type Carry, decoded, headOf } from "./bytes.ts";
import { sourceLineOf } from "./source-line.ts";
import type { Tally } from "./tally.ts";

/** Earlier maps whose repeated first post is still known. */
const rememberedEpochs = 4;

export type LogFrame = {
  /** How the epoch's log began, as fingerprints; empty where its begin was not seen. */
  readonly head: string;
  readonly earlier: readonly string[];
  /** Bytes of the epoch read so far. */
  readonly high: number;
  readonly carry: Carry;
  /** Begin of a range that left a gap and was sent back once. */
  readonly gapAt: number | null;
  /** First tick of the last range, and where it began: for CS:GO, which numbers ticks alone. */
  readonly tick: number | null;
  readonly tickBegin: number;
  /** Local times of the epoch's first line and of the last line read. */
  readonly beganMs: number;
  readonly newestMs: number;
};

export const emptyFrame: LogFrame = {
  head: "",
  earlier: [],
  high: 0,
  carry: "",
  gapAt: null,
  tick: null,
  tickBegin: 0,
  beganMs: 0,
  newestMs: 0,
};

export interface Admitted {
  readonly frame: LogFrame;
  /** What is new. */
  readonly bytes: Uint8Array;
  readonly newEpoch: boolean;
  readonly gap: boolean;
  readonly ack: "stored" | "again";
}

function numberIn(headers: AdapterInput["headers"], name: string): number | null {
  const value = headers[name];
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** Local time of the first line that shows its time. */
function firstTimeOf(bytes: Uint8Array): number | null {
  for (const line of decoded(bytes.subarray(0, 2_048)).split("\n").slice(0, 3)) {
    const found = sourceLineOf(line);
    if (found) return found.localMs;
  }
  return null;
}

/** Local time of the last line that shows its time, whole or not. */
function lastTimeOf(bytes: Uint8Array): number | null {
  for (const line of decoded(bytes.subarray(-4_096)).split("\n").reverse()) {
    const found = sourceLineOf(line);
    if (found) return found.localMs;
  }
  return firstTimeOf(bytes);
}

const isSameHead = (a: string, b: string): boolean =>
  a !== "" && b !== "" && (a.startsWith(b) || b.startsWith(a));

const none = new Uint8Array();

/** A request of which nothing is read; `again` asks the sender to repeat it. */
const nothing = (frame: LogFrame, ack: Admitted["ack"]): Admitted => ({
  frame,
  bytes: none,
  newEpoch: false,
  gap: false,
  ack,
});

interface Range {
  readonly frame: LogFrame;
  readonly begin: number;
  readonly newEpoch: boolean;
}

/** The begin of an epoch. One whose first bytes were not seen may begin with half a line. */
function epochOf(frame: LogFrame, head: string, begin: number, firstMs: number | null): Range {
  const earlier = [frame.head, ...frame.earlier].filter((known) => known !== "").slice(0, rememberedEpochs);
  const beganMs = firstMs ?? frame.newestMs;
  const carry = begin === 0 ? "" : null;
  return { frame: { ...emptyFrame, head, earlier, high: begin, beganMs, carry }, begin, newEpoch: true };
}

/** The range of a CS:GO post, or of a sender that numbers nothing: behind what is known, or again what came last. */
function unnumbered(frame: LogFrame, input: AdapterInput): Range | null {
  const tick = numberIn(input.headers, "x-tick-start");
  if (tick === null) {
    const first = sourceLineOf(decoded(input.body.subarray(0, 160)));
    const newEpoch = first?.text.startsWith("Log file started") === true;
    return { frame: newEpoch ? { ...frame, carry: "" } : frame, begin: frame.high, newEpoch };
  }
  if (tick === frame.tick) return { frame, begin: frame.tickBegin, newEpoch: false };
  const firstMs = firstTimeOf(input.body);
  // Ticks restart at map load; older ones with older lines are a late repetition.
  if (frame.tick !== null && tick < frame.tick && firstMs !== null && firstMs < frame.newestMs) return null;
  return { frame: { ...frame, tick, tickBegin: frame.high }, begin: frame.high, newEpoch: false };
}

function firstRange(frame: LogFrame, body: Uint8Array): Range | null {
  const head = headOf(body);
  if (frame.earlier.some((known) => isSameHead(known, head))) return null;
  if (!isSameHead(frame.head, head)) return epochOf(frame, head, 0, firstTimeOf(body));
  const longer = head.length > frame.head.length ? head : frame.head;
  return { frame: { ...frame, head: longer }, begin: 0, newEpoch: false };
}

/** Null where the range is of an epoch that is over. */
function numbered(frame: LogFrame, begin: number, body: Uint8Array): Range | null {
  if (begin === 0) return firstRange(frame, body);
  const firstMs = firstTimeOf(body);
  if (frame === emptyFrame) return epochOf(frame, "", begin, firstMs);
  // A range that continues the epoch needs no look at its time; clocks are set back once a year.
  if (begin === frame.high) return { frame, begin, newEpoch: false };
  if (firstMs !== null && firstMs < (begin > frame.high ? frame.newestMs : frame.beganMs)) return null;
  // Bytes below the mark and newer than all that was read: the log began again, and its first post was lost.
  const isNewer = begin + body.length <= frame.high && firstMs !== null && firstMs > frame.newestMs;
  return isNewer ? epochOf(frame, "", begin, firstMs) : { frame, begin, newEpoch: false };
}

/** Says what of a request's body is new. The frame in the result has taken it in, but for the carry. */
export function admit(known: LogFrame | null, input: AdapterInput, tally: Tally): Admitted {
  const frame = known ?? emptyFrame;
  const { body } = input;
  const claimed = numberIn(input.headers, "x-logbytes-beginoffset");
  if (body.length === 0) return nothing(frame, "stored");
  const range = claimed === null ? unnumbered(frame, input) : numbered(frame, claimed, body);
  if (range === null) {
    tally.add("repeatedBytes", body.length);
    return nothing(frame, "stored");
  }
  const { begin, newEpoch } = range;
  const { high, gapAt } = range.frame;
  const gap = begin > high;
  // A gap may be two requests that changed places: the sender repeats this one once, and the other comes between.
  if (gap && gapAt !== begin) return nothing({ ...range.frame, gapAt: begin }, "again");
  if (gap) tally.add("gaps");
  const repeated = Math.min(body.length, Math.max(0, high - begin));
  tally.add("repeatedBytes", repeated);
  const bytes = body.subarray(repeated);
  const taken = {
    ...range.frame,
    high: Math.max(high, begin + body.length),
    carry: gap ? null : range.frame.carry,
    gapAt: null,
    newestMs: (bytes.length > 0 ? lastTimeOf(body) : null) ?? range.frame.newestMs,
  };
  return { frame: taken, bytes, newEpoch, gap, ack: "stored" };
}
