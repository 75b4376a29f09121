/** Bodies that are too long and do not say so: refused, but heard out, so that their sender hears the refusal. */
import { beforeEach, describe, expect, it } from "vitest";
import { complaintAbout, endpoints, populate, service, stored } from "./refusal.ts";

beforeEach(populate);

const chunkBytes = 256 * 1024;

/** A body of `chunks` chunks that declares no length, and how it ended. */
function streamOf(chunks: number) {
  const end = { sent: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (end.sent === chunks) return controller.close();
        end.sent += 1;
        controller.enqueue(new Uint8Array(chunkBytes).fill(0x20));
      },
      cancel() {
        end.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, end };
}

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded", origin: "http://localhost" };

describe("10 MB without a length", () => {
  it.each(endpoints)("$path", async ({ path, good: _, ...call }) => {
    const before = await stored();
    const { stream, end } = streamOf(40);
    const reply = await service.call(path, { method: "POST", ...call, raw: stream, headers: json });
    expect(reply.status).toBe(413);
    expect(complaintAbout(reply)).toBeNull();
    expect(end).toEqual({ sent: 40, cancelled: false });
    expect(await stored()).toEqual(before);
  });

  it("/sign-in", async () => {
    const { stream, end } = streamOf(40);
    const reply = await service.call("/sign-in", { method: "POST", role: null, raw: stream, headers: form });
    expect(reply.status).toBe(413);
    expect(end).toEqual({ sent: 40, cancelled: false });
  });
});

it("a body without end is cut off", async () => {
  const { stream, end } = streamOf(Number.POSITIVE_INFINITY);
  const reply = await service.call("/api/security/report", { method: "POST", raw: stream, headers: json });
  expect(reply.status).toBe(413);
  expect(end.cancelled).toBe(true);
  expect(end.sent * chunkBytes).toBeLessThan(40 * 1024 * 1024);
});
