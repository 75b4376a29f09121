/** Reading a JSON body from a client that may lie: type, size, encoding, depth and syntax, in that order. */
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { Problem } from "./problem.ts";

const jsonType = /^application\/([\w.-]+\+)?json$/i;
/** Deeper nesting than any of our requests has; it would only cost whoever walks it. */
const maxDepth = 16;

const tooLarge = (maxBytes: number) =>
  new Problem(413, "content_too_large", `The body must not exceed ${maxBytes} bytes.`);
const malformed = (detail: string) => new Problem(400, "malformed_json", detail);

function requireJsonType(c: Context<AppEnv>): void {
  const [mediaType = ""] = (c.req.header("content-type") ?? "").split(";");
  if (jsonType.test(mediaType.trim())) return;
  if (!c.req.raw.body) throw malformed("The request needs a JSON body.");
  throw new Problem(415, "unsupported_media_type", "The body must be application/json.");
}

/** Reads at most `maxBytes`; a declared length over it is refused before anything is read. */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
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

/** How deep the brackets of a JSON text nest, outside of its strings. One pass: a regular expression backtracks. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === quote) place = endOfString(text, place);
    else if (closing.has(code)) depth -= 1;
    else if (opening.has(code)) deepest = Math.max(deepest, ++depth);
  }
  return deepest;
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
  if (depthOf(text) > maxDepth) throw malformed(`The body must not nest deeper than ${maxDepth} levels.`);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("The body is not valid JSON.");
  }
}
