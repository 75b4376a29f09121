/** Packed bodies. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Parts, tooLarge } from "../bytes.ts";
import { Problem } from "../problem.ts";

/**
 * Unpacks gzip; what comes out is bounded on its own, because a few bytes can stand for very many. Unpacking waits for
 * whoever reads, so that never more than a few blocks of it are in memory.
 * @throws Problem 413 beyond `maxBytes` unpacked, 400 for what is no gzip
 */
export async function* unpacked(parts: Parts, maxBytes: number): Parts {
  const gunzip = createGunzip();
  let failure: unknown;
  pipeline(Readable.from(parts, { objectMode: true, highWaterMark: 1 }), gunzip, (error) => {
    failure ??= error;
  });
  let size = 0;
  try {
    for await (const part of gunzip as AsyncIterable<Uint8Array>) {
      size += part.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield part;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (failure instanceof Problem) throw failure;
    throw new Problem(
      400,
      "malformed_gzip",
      "The body is not gzip, as Content-Encoding says, or is cut short.",
    );
  }
}
