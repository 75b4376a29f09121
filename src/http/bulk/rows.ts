/** The rows of a bulk request, in whatever format they come. */
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { sha256Hex } from "../../auth/digest.ts";
import type { AppEnv } from "../../env.ts";
import { maxBulkRows } from "../../telemetry/bulk.ts";
import { isJsonType, mediaTypeOf, readJson } from "../body.ts";
import { joined, type Parts, readBytes, tooLarge, wireParts } from "../bytes.ts";
import { Problem, tooManyRows } from "../problem.ts";
import { invalid } from "../validate.ts";
import { csvRows } from "./csv.ts";
import { unpacked } from "./gzip.ts";
import { boundedLines } from "./line-ends.ts";
import { ndjsonRows } from "./ndjson.ts";

/** Bytes on the wire, packed or not; and unpacked of JSON, which is held as a whole, and of CSV, which is slow to read. */
const maxWireBytes = 8 * 1024 * 1024;
/** A row has at most 22 members and 64 metrics; even rows of nothing but short metrics are longer than this a member. */
const maxMembers = maxWireBytes / 8;

interface RowStream {
  /** Bytes that it may unpack to. */
  readonly plainBytes: number;
  read(parts: Parts): AsyncIterable<Iterable<unknown>>;
}

const lines: RowStream = { plainBytes: 4 * maxWireBytes, read: ndjsonRows };
const streams: Readonly<Record<string, RowStream>> = {
  "application/x-ndjson": lines,
  "application/ndjson": lines,
  "text/csv": { plainBytes: maxWireBytes, read: csvRows },
};

/** The rows of a request: how many, where that is known beforehand, and themselves, part by part. */
export interface BulkRows {
  readonly count: number | null;
  readonly parts: AsyncIterable<Iterable<unknown>> | Iterable<Iterable<unknown>>;
}

/** @throws Problem 415 for an encoding that we do not unpack */
function isGzip(c: Context<AppEnv>): boolean {
  const encoding = (c.req.header("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding === "gzip" || encoding === "x-gzip") return true;
  if (encoding === "identity" || encoding === "") return false;
  throw new Problem(415, "unsupported_encoding", "Content-Encoding must be gzip, or none.", {
    headers: { "accept-encoding": "gzip" },
  });
}

/** The body, unpacked, of `plainBytes` at most. */
function partsOf(c: Context<AppEnv>, body: ReadableStream<Uint8Array>, plainBytes: number): Parts {
  if (Number(c.req.header("content-length") ?? 0) > maxWireBytes) throw tooLarge(maxWireBytes);
  const wire = wireParts(body, maxWireBytes);
  return isGzip(c) ? unpacked(wire, plainBytes) : wire;
}

async function jsonRows(c: Context<AppEnv>, member: string): Promise<readonly unknown[]> {
  const { body } = c.req.raw;
  const read = async () => (body ? joined(partsOf(c, body, maxWireBytes)) : new Uint8Array(0));
  const Envelope = z.strictObject({ [member]: z.array(z.unknown()).min(1) });
  const envelope = Envelope.safeParse(await readJson(c, maxWireBytes, { read, maxMembers }));
  if (!envelope.success) throw invalid(envelope.error.issues);
  const rows = envelope.data[member] ?? [];
  if (rows.length > maxBulkRows) throw tooManyRows(maxBulkRows);
  return rows;
}

/** Bytes that are there already, as a body. */
const streamOf = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

/**
 * A stream of rows is read as it is taken. Under an Idempotency-Key it is held first, as it is on the wire: the key is
 * claimed with the digest of the body before anything is written.
 */
async function streamRows(
  c: Context<AppEnv>,
  { read, plainBytes }: RowStream,
): Promise<AsyncIterable<Iterable<unknown>>> {
  const { body } = c.req.raw;
  if (!body) throw new Problem(400, "no_rows", "The request needs a body.");
  const rowsOf = (from: ReadableStream<Uint8Array>) =>
    someRows(read(boundedLines(partsOf(c, from, plainBytes))));
  if (c.req.header("idempotency-key") === undefined) return rowsOf(body);
  const bytes = await readBytes(c.req.raw, maxWireBytes);
  c.set("bodyDigest", await sha256Hex(bytes));
  return rowsOf(streamOf(bytes));
}

/** @throws Problem 400 where the rows end before the first */
async function* someRows(parts: AsyncIterable<Iterable<unknown>>): AsyncGenerator<Iterable<unknown>> {
  let rows = 0;
  function* counted(part: Iterable<unknown>) {
    for (const row of part) {
      rows += 1;
      yield row;
    }
  }
  for await (const part of parts) yield counted(part);
  if (rows === 0) throw new Problem(400, "no_rows", "The request holds no rows.");
}

/** Leaves the request's rows in `c.var.rows`. Put it before `once`. */
export const bulkRows = (
  member: "sessions" | "events",
  { streams: taken = [] }: { readonly streams?: readonly string[] },
): MiddlewareHandler<AppEnv> =>
  createMiddleware<AppEnv>(async (c, next) => {
    const type = mediaTypeOf(c);
    const stream = taken.includes(type) ? streams[type] : undefined;
    if (stream) c.set("rows", { count: null, parts: await streamRows(c, stream) });
    else if (isJsonType(type) || !c.req.raw.body) {
      const rows = await jsonRows(c, member);
      c.set("rows", { count: rows.length, parts: [rows] });
    } else {
      const types = ["application/json", ...taken].join(", ");
      throw new Problem(415, "unsupported_media_type", `The body must be one of ${types}.`);
    }
    await next();
  });
