/** The front before a server in workerd's place, which answers when it is told to. */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, vi } from "vitest";
import { type Front, type FrontOptions, startFront } from "../../../src/cli/serve/front.ts";

export interface Call {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Whether on a connection of its own. */
  readonly fresh?: boolean;
}

const small = { atOnce: 2, room: 4 };
export const bounds = { alive: small, long: small, bulk: small, work: small };
const agent = new Agent({ keepAlive: true });
/** Of a proxy that is trusted with it. */
export const from = (address: string) => ({ "cf-connecting-ip": address });

export const ok = ({ response }: Call) => void response.end("ok");

/** A front of a test's own; it ends with the test. */
export async function stage(more: Partial<FrontOptions> = {}) {
  const calls: Call[] = [];
  const refusals: number[] = [];
  let answer: (call: Call) => void = ok;
  const behind: Server = createServer((message, response) => {
    const parts: Buffer[] = [];
    message.on("data", (part) => parts.push(part));
    message.on("end", () => {
      const call = { message, response, body: Buffer.concat(parts).toString() };
      calls.push(call);
      answer(call);
    });
  });
  await new Promise<void>((resolve) => void behind.listen(0, "127.0.0.1", resolve));
  const front: Front = await startFront({
    host: "127.0.0.1",
    port: 0,
    target: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
    trustsAddressHeader: true,
    bounds,
    onRefused: (count) => refusals.push(count),
    ...more,
  });
  const end = () => {
    behind.closeAllConnections();
    behind.close();
  };
  ends.push(async () => {
    await front.stop(0);
    end();
  });

  function open(path: string, { method = "GET", headers = {}, fresh = false }: Asking = {}) {
    const sent = request(`${front.url}${path}`, { method, headers, agent: fresh ? false : agent });
    const answered = new Promise<Answer>((resolve, reject) => {
      sent.on("error", reject);
      sent.on("response", (reply) => {
        let body = "";
        reply.on("data", (part) => {
          body += part;
        });
        reply.on("error", reject);
        reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
      });
    });
    answered.catch(() => {});
    return { sent, answered };
  }

  return {
    front,
    calls,
    refusals,
    open,
    /** What the server behind does with each call from now on. */
    answerWith(way: (call: Call) => void) {
      answer = way;
    },
    /** Calls are answered by the test. */
    hold() {
      answer = () => {};
    },
    /** Answers those that are held, and from now on each. */
    letGo() {
      answer = ok;
      for (const call of calls) if (!call.response.writableEnded) ok(call);
    },
    /** Nothing is behind the front any more. */
    vanish: end,
    ask(path: string, { body, ...options }: Asking & { readonly body?: string } = {}) {
      const { sent, answered } = open(path, options);
      sent.end(body);
      return answered;
    },
    /** Waits until so many calls came through. */
    reached: (count: number) => vi.waitFor(() => expect(calls).toHaveLength(count)),
    /** What comes back until the connection ends. */
    async sendText(text: string): Promise<string> {
      const socket = connect(Number(new URL(front.url).port), "127.0.0.1");
      let got = "";
      socket.on("data", (part) => {
        got += part;
      });
      socket.write(text);
      await new Promise((resolve) => socket.once("close", resolve));
      return got;
    },
  };
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
