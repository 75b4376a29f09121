/** The bytes of a request, part by part: bounded, and heard out. */
import { Problem } from "./problem.ts";

/** Four times the largest body that any operation takes. */
const heardBytes = 32 * 1024 * 1024;

export const tooLarge = (maxBytes: number) =>
  new Problem(413, "content_too_large", `The body must not exceed ${maxBytes} bytes.`);

type Reader = ReadableStreamDefaultReader<Uint8Array>;
export type Parts = AsyncIterable<Uint8Array>;

const incomplete = () => new Problem(400, "body_incomplete", "The body broke off before its end.");

/** Reads on to the end of a body that nobody wants any more: cut off, its sender would never see the answer. */
async function hearOut(reader: Reader, heard: number): Promise<void> {
  try {
    for (let size = heard; size <= heardBytes; ) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // It broke off by itself: there is nobody left to be heard out.
  }
}

/**
 * Reads a body that nobody has begun to read, such as that of a request that was refused by its headers. workerd resets a
 * connection on which bytes are left, and with it the answer.
 */
export async function hearOutUnread({ body }: Request): Promise<void> {
  if (body !== null && !body.locked) await hearOut(body.getReader(), 0);
}

/**
 * The body as it comes in. One that is too long is heard out before it is refused, as far as `heardBytes`: cut off
 * while it still sends, a client loses the connection and never sees the 413, and `wrangler dev` ends.
 * @throws Problem 413 beyond `maxBytes`, 400 where it breaks off
 */
export async function* wireParts(body: ReadableStream<Uint8Array>, maxBytes: number): Parts {
  const reader = body.getReader();
  let size = 0;
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw incomplete();
      });
      ended = done;
      if (done) return;
      size += value.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield value;
    }
  } finally {
    if (!ended) await hearOut(reader, size);
  }
}

/** All parts in one piece. */
export async function joined(parts: Parts): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    all.push(part);
    size += part.byteLength;
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const part of all) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

/**
 * The body in one piece; a declared length over `maxBytes` is refused before anything is read.
 * @throws Problem 413, 400
 */
export async function readBytes(
  { headers, body }: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return body ? joined(wireParts(body, maxBytes)) : new Uint8Array(0);
}
