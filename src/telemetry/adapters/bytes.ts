/** Bytes of a log to whole lines, across requests: a line, or a character, cut in two is put together again. */
import { neverStored, secretIn } from "./never-store.ts";
import { sourceLineOf } from "./source-line.ts";
import { maxLineLength, type Tally } from "./tally.ts";
import { fingerprint } from "./text.ts";

/** The unfinished last line of what came before, one character per byte; null inside a line too long to keep. */
export type Carry = string | null;

const newline = 0x0a;
const decoder = new TextDecoder();

/** Bytes as text of one character each, so that JSON can carry them. */
function packed(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const unpacked = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Lengths at which the beginnings of two logs are compared. */
const headLengths = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160];

/**
 * How a log begins, in fingerprints of ever longer beginnings, so that nothing of its words is kept. Of two logs that
 * begin alike, the head of the shorter one is the beginning of the longer one's.
 */
export const headOf = (bytes: Uint8Array): string =>
  headLengths
    .filter((length) => length <= bytes.length)
    .map((length) => fingerprint(packed(bytes.subarray(0, length))).slice(0, 8))
    .join(".");

/** As UTF-8; what is no UTF-8 becomes U+FFFD. */
export const decoded = (bytes: Uint8Array): string => decoder.decode(bytes);

function joined(carry: string, bytes: Uint8Array): Uint8Array {
  if (carry === "") return bytes;
  const whole = new Uint8Array(carry.length + bytes.length);
  whole.set(unpacked(carry));
  whole.set(bytes, carry.length);
  return whole;
}

export interface Lines {
  readonly lines: readonly string[];
  readonly carry: Carry;
}

/** The carry's line, its end having come (or, of a log's last line, having been decided). */
export function lastLine(carry: Carry): readonly string[] {
  return carry === null || carry === "" ? [] : [decoded(unpacked(carry)).replace(/\r$/, "")];
}

/** All lines that end in `bytes`. Lines beyond the longest of any format count as unparsed and are dropped. */
export function linesOf(bytes: Uint8Array, carry: Carry, tally: Tally): Lines {
  const firstEnd = bytes.indexOf(newline);
  if (firstEnd === -1) return carriedOn(bytes, carry, tally);
  const lastEnd = bytes.lastIndexOf(newline);
  const whole =
    carry === null
      ? bytes.subarray(firstEnd + 1, lastEnd + 1)
      : joined(carry, bytes.subarray(0, lastEnd + 1));
  const lines: string[] = [];
  for (const line of decoded(whole).split("\n").slice(0, -1)) {
    if (line.length > maxLineLength) tally.judge("unparsed", "line-too-long");
    else if (line.trim() !== "") lines.push(line.replace(/\r$/, ""));
  }
  return { lines, carry: carriedOn(bytes.subarray(lastEnd + 1), "", tally).carry };
}

/** `L 01/19/2026 - 18:55:38.000 - ` */
const longestTime = 30;

/** The carry as it may be kept between requests: of a line that shows already what it is, the rest is skipped. */
export function storable(carry: Carry, tally: Tally): Carry {
  if (carry === null || carry === "") return carry;
  const line = decoded(unpacked(carry));
  const found = sourceLineOf(line);
  // Cut within its time, a line shows nothing yet.
  if (found === null && line.length < longestTime) return carry;
  const text = found?.text ?? line;
  // A line about a player is read by its own rules, whatever the player is called.
  const isSecret = neverStored(text) !== null || (!text.startsWith('"') && secretIn(text, true) !== null);
  if (!isSecret) return carry;
  tally.judge("never-stored", "cut");
  return null;
}

function carriedOn(bytes: Uint8Array, carry: Carry, tally: Tally): Lines {
  if (carry === null) return { lines: [], carry };
  if (carry.length + bytes.length <= maxLineLength) return { lines: [], carry: carry + packed(bytes) };
  tally.judge("unparsed", "line-too-long");
  return { lines: [], carry: null };
}
