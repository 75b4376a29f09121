/** Reading a JSON body from a client that may lie: type, size, encoding, depth and syntax, in that order. */
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { readBytes } from "./bytes.ts";
import { Problem } from "./problem.ts";

const jsonType = /^application\/([\w.-]+\+)?json$/i;
/** Deeper nesting than any of our requests has; it would only cost whoever walks it. */
const maxDepth = 16;
/** The longest text that we take is of 2,000 characters, each of which may be written in six. */
const maxString = 16_384;
/** A member of a full bulk row takes about this many bytes; a body may hold as many members as that makes of its size. */
const bytesPerMember = 64;

const malformed = (detail: string) => new Problem(400, "malformed_json", detail);

/** The body's media type without its parameters, in lower case. */
export const mediaTypeOf = (c: Context<AppEnv>): string =>
  ((c.req.header("content-type") ?? "").split(";")[0] ?? "").trim().toLowerCase();
export const isJsonType = (mediaType: string): boolean => jsonType.test(mediaType);

function requireJsonType(c: Context<AppEnv>): void {
  if (isJsonType(mediaTypeOf(c))) return;
  if (!c.req.raw.body) throw malformed("The request needs a JSON body.");
  throw new Problem(415, "unsupported_media_type", "The body must be application/json.");
}

const codeOf = (character: string): number => character.charCodeAt(0);
const quote = codeOf('"');
const backslash = codeOf("\\");
const opening: ReadonlySet<number> = new Set([codeOf("["), codeOf("{")]);
const closing: ReadonlySet<number> = new Set([codeOf("]"), codeOf("}")]);

/** Where a string that begins at `start` ends; the end of the text where it never does. */
function endOfString(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === backslash) place += 1;
    else if (code === quote) return place;
  }
  return text.length;
}

const comma = codeOf(",");

/** What a JSON text would cost whoever parses and walks it. */
export interface Extent {
  /** How deep brackets nest. */
  readonly depth: number;
  /** Members of all objects and arrays together, at most one too many an empty one. */
  readonly members: number;
  /** Characters of the longest string, escapes counted as they are written. */
  readonly longestString: number;
}

/** The extent of a text, before anything parses it. One pass: a regular expression backtracks. */
export function extentOf(text: string): Extent {
  let [depth, deepest, members, longestString] = [0, 0, 0, 0];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === quote) {
      const end = endOfString(text, place);
      longestString = Math.max(longestString, end - place - 1);
      place = end;
    } else if (code === comma) members += 1;
    else if (closing.has(code)) depth -= 1;
    else if (opening.has(code)) {
      members += 1;
      deepest = Math.max(deepest, ++depth);
    }
  }
  return { depth: deepest, members, longestString };
}

/** @throws Problem 400 for a text that no request of ours needs to be */
function requireModest(text: string, maxMembers: number): void {
  const { depth, members, longestString } = extentOf(text);
  if (depth > maxDepth) throw malformed(`The body must not nest deeper than ${maxDepth} levels.`);
  if (members > maxMembers) throw malformed(`The body must not hold more than ${maxMembers} members.`);
  if (longestString > maxString) {
    throw malformed(`No string of the body may be longer than ${maxString} characters.`);
  }
}

export interface JsonOptions {
  /** Gives the body's bytes; the request's own, `maxBytes` of them at most, where nothing else is said. */
  readonly read?: () => Promise<Uint8Array>;
  /** Members of all objects and arrays together. */
  readonly maxMembers?: number;
}

/** The body as text, kept for whoever asks again: Hono's `c.req.text()` and `c.req.json()` answer from it. */
function keepText(c: Context<AppEnv>, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    return text;
  } catch {
    throw malformed("The body is not valid UTF-8.");
  }
}

/**
 * Reads and parses a JSON body.
 * @throws Problem 400 (syntax, encoding, depth), 413 (size), 415 (content type)
 */
export async function readJson(
  c: Context<AppEnv>,
  maxBytes: number,
  options: JsonOptions = {},
): Promise<unknown> {
  requireJsonType(c);
  const { read = () => readBytes(c.req.raw, maxBytes), maxMembers = maxBytes / bytesPerMember } = options;
  const text = keepText(c, await read());
  if (text.trim() === "") throw malformed("The request needs a JSON body.");
  requireModest(text, Math.floor(maxMembers));
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("The body is not valid JSON.");
  }
}
