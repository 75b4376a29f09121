/** Bodies that are not JSON: lines, CSV, packed, and in parts. */
import type { Reply, Service } from "./service.ts";

export const linesOf = (rows: readonly unknown[], end = "\n"): string =>
  rows.map((row) => `${JSON.stringify(row)}${end}`).join("");

type Row = Readonly<Record<string, unknown>>;

/** A row with its metrics as columns of their own. */
const flat = ({ metrics, ...row }: Row): Row => ({
  ...row,
  ...Object.fromEntries(Object.entries(metrics ?? {}).map(([name, value]) => [`metrics.${name}`, value])),
});

const cellOf = (value: unknown): string => {
  const text = value == null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function csvOf(rows: readonly Row[]): string {
  const all = rows.map(flat);
  const header = [...new Set(all.flatMap((row) => Object.keys(row)))];
  const records = all.map((row) => header.map((name) => cellOf(row[name])).join(","));
  return `${[header.join(","), ...records].join("\n")}\n`;
}

export const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

export async function gzip(data: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes in parts of a size; `onSent` is told how many have gone. */
export function streamOf(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  onSent: (bytes: number) => void = () => {},
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
        onSent(Math.min(at, bytes.length));
      },
    },
    { highWaterMark: 0 },
  );
}

export const sendStream = (
  service: Service,
  type: string,
  raw: BodyInit,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> =>
  service.call("/api/telemetry/sessions", {
    method: "POST",
    raw,
    headers: { "content-type": type, ...headers },
  });
