/** Reading a JSON body from a client that may lie: type, size, encoding, depth and syntax, in that order. */
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { Problem } from "./problem.ts";

const jsonType = /^application\/([\w.-]+\+)?json$/i;
/** Deeper nesting than any of our requests has; it would only cost whoever walks it. */
const maxDepth = 16;
/** The longest text that we take is of 2,000 characters, each of which may be written in six. */
const maxString = 16_384;
/** A member of a full bulk row takes about this many bytes; a body may hold as many members as that makes of its size. */
const bytesPerMember = 64;

/** Four times the largest body that any operation takes. */
const heardBytes = 32 * 1024 * 1024;

const tooLarge = (maxBytes: number) =>
  new Problem(413, "content_too_large", `The body must not exceed ${maxBytes} bytes.`);
const malformed = (detail: string) => new Problem(400, "malformed_json", detail);

function requireJsonType(c: Context<AppEnv>): void {
  const [mediaType = ""] = (c.req.header("content-type") ?? "").split(";");
  if (jsonType.test(mediaType.trim())) return;
  if (!c.req.raw.body) throw malformed("The request needs a JSON body.");
  throw new Problem(415, "unsupported_media_type", "The body must be application/json.");
}

/**
 * Keeps at most `maxBytes`; a declared length over it is refused before anything is read. A body without a length is
 * heard out before it is refused, as far as `heardBytes`: cut off while it still sends, a client loses the connection
 * and never sees the 413, and `wrangler dev` ends.
 * @throws Problem 413
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size <= maxBytes) parts.push(part);
    else if (size > heardBytes) break;
  }
  if (size > maxBytes) throw tooLarge(maxBytes);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
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
function requireModest(text: string, maxBytes: number): void {
  const { depth, members, longestString } = extentOf(text);
  const maxMembers = Math.floor(maxBytes / bytesPerMember);
  if (depth > maxDepth) throw malformed(`The body must not nest deeper than ${maxDepth} levels.`);
  if (members > maxMembers) throw malformed(`The body must not hold more than ${maxMembers} members.`);
  if (longestString > maxString) {
    throw malformed(`No string of the body may be longer than ${maxString} characters.`);
  }
}

/** The body as text, kept for whoever asks again: Hono's `c.req.text()` and `c.req.json()` answer from it. */
async function readText(c: Context<AppEnv>, maxBytes: number): Promise<string> {
  const bytes = await readBytes(c.req.raw, maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw malformed("The body is not valid UTF-8.");
  }
}

/**
 * Reads and parses a JSON body.
 * @throws Problem 400 (syntax, encoding, depth), 413 (size), 415 (content type)
 */
export async function readJson(c: Context<AppEnv>, maxBytes: number): Promise<unknown> {
  requireJsonType(c);
  const text = await readText(c, maxBytes);
  Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  if (text.trim() === "") throw malformed("The request needs a JSON body.");
  requireModest(text, maxBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("The body is not valid JSON.");
  }
}
