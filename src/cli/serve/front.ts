/**
 * What stands before workerd: it takes every connection, lets only so many requests through at once, keeps as many more in
 * line and answers the rest 503 at once. Bodies arrive here first, so that a slow one holds nobody up.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { createProxyServer } from "httpxy";
import { type Body, createBodyStore, hasBody } from "./body.ts";
import { type Bounds, bounds, callerOf, createLane, type Lane, type LaneName, laneOf } from "./lanes.ts";

export interface FrontOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The origin of workerd. */
  readonly target: string;
  /** Whether `CF-Connecting-IP` is the word of a proxy; otherwise it is overwritten with the address of the connection. */
  readonly trustsAddressHeader: boolean;
  readonly bounds?: Readonly<Record<LaneName, Bounds>>;
  /** Of all bodies that are held at once. */
  readonly maxBodyBytes?: number;
  /** Told at most once in ten seconds, with how many there were since. */
  onRefused(count: number): void;
}

export interface Front {
  readonly url: string;
  /** Takes no new connection, lets the requests under way end, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const nothing: Body = { bytes: 0, isWhole: true, stream: () => Readable.from([]), release: () => {} };
const addressHeader = "cf-connecting-ip";
/** workerd ends an idle connection after five seconds; ours must be the side that ends it, or requests would be lost. */
const idleMs = 3_000;
/** Of an answer that is held here for a slow client, in bytes; what is longer streams. */
const heldBytes = 256 * 1_024;
/** Half a gigabyte of held answers at the very most. */
const maxConnections = 2_048;
const tellEveryMs = 10_000;

const titles = {
  400: "Bad request",
  408: "Request timeout",
  431: "Request header fields too large",
} as const;

/** A problem (RFC 9457) as the Worker writes them, without a request id: it never saw the request. */
const problemOf = (status: number, title: string, code: string, detail: string) =>
  JSON.stringify({ type: `urn:game-security:problem:${code}`, title, status, detail, error: detail });

const problemHeaders = { "content-type": "application/problem+json", "cache-control": "no-store" };

/** What speaks of this connection alone (RFC 9110, 7.6.1). A `100-continue` was answered here. */
function dropHopByHop(headers: IncomingHttpHeaders): void {
  const isLast = /(^|,)\s*close\s*(,|$)/i.test(headers.connection ?? "");
  for (const name of ["connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"]) {
    delete headers[name];
  }
  if (isLast) headers.connection = "close";
}

function refuse(response: ServerResponse, retrySeconds: number, code: string, detail: string): void {
  response.writeHead(503, { ...problemHeaders, "retry-after": String(retrySeconds) });
  response.end(problemOf(503, "Service unavailable", code, detail));
}

/** Tells of the first at once, then at most once in ten seconds how many there were since. */
function createTeller(tell: (count: number) => void): () => void {
  let since = 0;
  let isSilent = false;
  function speak(): void {
    isSilent = since > 0;
    if (!isSilent) return;
    tell(since);
    since = 0;
    setTimeout(speak, tellEveryMs).unref();
  }
  return () => {
    since += 1;
    if (!isSilent) speak();
  };
}

/** workerd is gone, and starts again: what was under way may have been done or not. */
function answerLost(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else
    refuse(
      response,
      1,
      "restarting",
      "The service starts again. Try again; what was asked may have been done.",
    );
}

function createHandler({ target, trustsAddressHeader, onRefused, ...options }: FrontOptions) {
  const chosen = options.bounds ?? bounds;
  const bodies = createBodyStore(options.maxBodyBytes);
  const lanes: Readonly<Record<LaneName, Lane>> = {
    alive: createLane(chosen.alive),
    long: createLane(chosen.long),
    bulk: createLane(chosen.bulk),
    work: createLane(chosen.work),
  };
  const countRefusal = createTeller(onRefused);
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const proxy = createProxyServer({ target, agent });
  proxy.on("error", (_, __, response) => answerLost(response as ServerResponse));

  function refuseForNow(response: ServerResponse): void {
    countRefusal();
    // One to three seconds: whoever was refused together must not come back together.
    const seconds = 1 + Math.floor(Math.random() * 3);
    refuse(response, seconds, "overloaded", "The service has as much to do as it can. Try again.");
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, socket, url = "" } = request;
    if (!trustsAddressHeader) headers[addressHeader] = socket.remoteAddress;
    dropHopByHop(headers);
    const body = hasBody(request) ? await bodies.receive(request) : nothing;
    if (body === null) {
      response.setHeader("connection", "close");
      return refuseForNow(response);
    }
    const place = lanes[laneOf(url, body.bytes)].enter(
      callerOf(String(headers[addressHeader] ?? socket.remoteAddress)),
    );
    response.once("close", () => {
      body.release();
      place?.leave();
    });
    if (place === null) return refuseForNow(response);
    await place.turn;
    if (body !== nothing && body.isWhole) {
      delete headers["transfer-encoding"];
      headers["content-length"] = String(body.bytes);
    }
    await proxy.web(request, response, body === nothing ? {} : { buffer: body.stream() });
  }
  return {
    handle: (request: IncomingMessage, response: ServerResponse) =>
      void handle(request, response).catch(() => response.destroy()),
    end: () => agent.destroy(),
  };
}

/** Starts it; it listens when this resolves. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { handle, end } = createHandler(options);
  const server = createServer(
    {
      highWaterMark: heldBytes,
      // Longer than those of common load balancers, who must be the side that ends an idle connection.
      keepAliveTimeout: 75_000,
      headersTimeout: 15_000,
      requestTimeout: 60_000,
    },
    handle,
  );
  server.maxConnections = maxConnections;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    const status =
      error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
    const body = problemOf(
      status,
      titles[status],
      "malformed_request",
      "The request is not HTTP/1.1 as it should be.",
    );
    socket.end(
      `HTTP/1.1 ${status} ${titles[status]}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      // An answer that goes out meanwhile leaves an idle connection behind.
      const sweeper = setInterval(() => server.closeIdleConnections(), 50);
      const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweeper);
      clearTimeout(deadline);
      end();
    },
  };
}
