/** The bulk route as far as an importer can tell: rows known by their ids, bad ones rejected, requests refused as a whole. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json, problem } from "../../client/api.ts";

export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What stands in for the service's own answer; null lets it answer, "drop" cuts the connection. */
export type Whim = Response | "drop" | "answer lost" | null;

interface Sent {
  readonly session_id?: string;
  readonly poison?: boolean;
}

function rowsOf({ headers, body }: Asked): Sent[] {
  const text = String(body);
  const isStream = headers["content-type"] === "application/x-ndjson";
  return isStream ? text.split("\n").map((line) => JSON.parse(line)) : JSON.parse(text).sessions;
}

export class FakeService {
  /** How often each session was newly stored. */
  readonly stored = new Map<string, number>();
  readonly asked: Asked[] = [];
  /** Decides about the n-th request, from 1. */
  whim: (n: number, asked: Asked) => Whim = () => null;
  log = Buffer.alloc(0);

  private ingest(asked: Asked): Response {
    const rows = rowsOf(asked);
    if (rows.some(({ poison }) => poison)) return problem(400, "malformed_json", "Nested too deep.");
    let accepted = 0;
    const rejected: object[] = [];
    rows.forEach(({ session_id: id }, index) => {
      if (id === undefined) {
        rejected.push({
          index,
          code: "missing",
          pointer: `/sessions/${index}/session_id`,
          detail: "Required.",
        });
      } else if (!this.stored.has(id)) {
        if (!asked.url.includes("dry_run")) this.stored.set(id, (this.stored.get(id) ?? 0) + 1);
        accepted += 1;
      }
    });
    const duplicates = rows.length - accepted - rejected.length;
    return json(200, { accepted, duplicates, rejected, players_created: 0 });
  }

  /** Only what continues the log is new, as with an adapter's frame; a gap is sent back. */
  private append({ headers, body }: Asked): Response {
    const begin = Number(headers["x-logbytes-beginoffset"]);
    if (begin > this.log.length) return problem(503, "gap", "Send it again.");
    this.log = Buffer.concat([this.log.subarray(0, begin), body, this.log.subarray(begin + body.length)]);
    return json(200, { accepted: 1, duplicates: 0, rejected: [] });
  }

  answer(asked: Asked): Response {
    return asked.url.startsWith("/api/telemetry/adapters/") ? this.append(asked) : this.ingest(asked);
  }

  /** The answer, or null where the connection ends without one. */
  respond(asked: Asked): Response | null {
    this.asked.push(asked);
    const whim = this.whim(this.asked.length, asked);
    if (whim === "drop") return null;
    if (whim instanceof Response) return whim;
    const answer = this.answer(asked);
    return whim === "answer lost" ? null : answer;
  }
}

async function serve(
  service: FakeService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const answer = service.respond({ url: request.url ?? "", headers, body: Buffer.concat(parts) });
  if (answer === null) return void request.socket.destroy();
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}

/** Serves it on a loopback port. */
export async function listen(service: FakeService) {
  const server = createServer((request, response) => void serve(service, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
