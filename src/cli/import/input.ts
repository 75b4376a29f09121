/** A file as a stream of its text's bytes, gzip or not, and what tells it from every other. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../evaluate/input-error.ts";

export interface Identity {
  readonly size: number;
  readonly mtimeMs: number;
  /** SHA-256 of the first MB. */
  readonly sha256: string;
}

export interface Input {
  readonly path: string;
  readonly identity: Identity;
  readonly isGzip: boolean;
  /** First bytes, as they stand in the file. */
  readonly head: Buffer;
}

const identifyingBytes = 1024 * 1024;
const pieceBytes = 256 * 1024;

async function inspect(path: string): Promise<Input> {
  const handle = await open(path);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error(`${path} is not a file`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(identifyingBytes), 0, identifyingBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const sha256 = createHash("sha256").update(head).digest("hex");
    // The magic number of RFC 1952: a name says nothing.
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    return { path, identity: { size: found.size, mtimeMs: found.mtimeMs, sha256 }, isGzip, head };
  } finally {
    await handle.close();
  }
}

/** @throws InputError where there is no readable file */
export async function openInput(path: string): Promise<Input> {
  try {
    return await inspect(path);
  } catch (error) {
    throw new InputError(`Cannot read the file: ${error instanceof Error ? error.message : error}`);
  }
}

export interface Reading {
  /** The text's bytes from the offset on. */
  readonly pieces: AsyncIterable<Buffer>;
  /** Bytes of the file, compressed ones where it is gzip, that were read so far. */
  readonly fileBytes: () => number;
}

async function* skipping(pieces: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const piece of pieces) {
    if (piece.length > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

/** Reads from an offset within the text. What is compressed has to be read from its start to get there. */
export function readFrom({ path, isGzip }: Input, offset: number): Reading {
  const file = createReadStream(path, { start: isGzip ? 0 : offset, highWaterMark: pieceBytes });
  const fileBytes = () => file.bytesRead + (isGzip ? 0 : offset);
  if (!isGzip) return { pieces: file, fileBytes };
  // A failure of either ends both; whoever reads hears of it.
  const text = pipeline(file, createGunzip({ chunkSize: pieceBytes }), () => {});
  return { pieces: skipping(text, offset), fileBytes };
}
