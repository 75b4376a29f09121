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
import { watchConnections } from "./connections.ts";
import {
  type Bounds,
  bounds,
  callerOf,
  createLane,
  type Lane,
  type LaneName,
  laneOf,
  type Place,
} from "./lanes.ts";
import { refuse, refuseConnection } from "./refusals.ts";

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
  /** What a request may take to arrive; its headers a quarter of it. */
  readonly arrivalMs?: number;
  readonly maxConnections?: number;
  /** Of an answer that is held here for a slow client, in bytes; what is longer streams. */
  readonly heldBytes?: number;
  /** Told at most once in ten seconds, with how many there were since. */
  onRefused(count: number): void;
}

export interface Front {
  readonly url: string;
  /** Takes no new connection, lets the requests under way end, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const nothing: Body = { bytes: 0, stream: () => Readable.from([]), release: () => {} };
const addressHeader = "cf-connecting-ip";
/** workerd ends an idle connection after five seconds; ours must be the side that ends it, or requests would be lost. */
const idleMs = 3_000;
/** Longer than those of common load balancers, who must be the side that ends an idle connection. */
const keepAliveMs = 75_000;
/** Of a connection on which nothing moves: longer than any answer lets wait for itself. */
const stillMs = 60_000;
const tellEveryMs = 10_000;

/** What speaks of this connection alone (RFC 9110, 7.6.1). A `100-continue` was answered here. */
function dropHopByHop(headers: IncomingHttpHeaders): void {
  const isLast = /(^|,)\s*close\s*(,|$)/i.test(headers.connection ?? "");
  for (const name of ["connection", "expect", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"]) {
    delete headers[name];
  }
  if (isLast) headers.connection = "close";
}

/** Makes a request's head what the Worker is to see. @returns whom it counts for */
function readHead(request: IncomingMessage, trustsAddressHeader: boolean): string {
  const { headers, socket } = request;
  // The absolute form (RFC 9112, 3.2.2): for us it is the path alone.
  request.url = request.url?.replace(/^https?:\/\/[^/?#]*/i, "");
  if (!trustsAddressHeader) headers[addressHeader] = socket.remoteAddress;
  dropHopByHop(headers);
  return callerOf(String(headers[addressHeader] ?? socket.remoteAddress));
}

/** Packed sessions are so many times longer once they are unpacked; measured on those of the bench. */
const packedTimes = 12;

const weightOf = (headers: IncomingHttpHeaders, { bytes }: Body) =>
  headers["content-encoding"] === undefined ? bytes : bytes * packedTimes;

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
  // Headers of the lost answer may be here already; under a problem they would lie.
  if (response.headersSent || response.getHeaderNames().length > 0) response.destroy();
  else refuse(response, "restarting", 1);
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
  const places = new WeakMap<object, Place>();
  // The rest of the answer goes out from here: workerd is done.
  proxy.on("end", (_, response) => places.get(response)?.leave());
  proxy.on("error", (_, __, response) => answerLost(response as ServerResponse));

  function refuseForNow(response: ServerResponse): void {
    countRefusal();
    // One to three seconds: whoever was refused together must not come back together.
    refuse(response, "overloaded", 1 + Math.floor(Math.random() * 3));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    const caller = readHead(request, trustsAddressHeader);
    const body = hasBody(request) ? await bodies.receive(request, caller) : nothing;
    if (typeof body === "string") {
      // Of a very long one nobody reads the rest.
      response.setHeader("connection", "close");
      return body === "tooLong" ? refuse(response, body, null) : refuseForNow(response);
    }
    const place = lanes[laneOf(request.url ?? "/", weightOf(headers, body))].enter(caller);
    response.once("close", () => {
      body.release();
      place?.leave();
    });
    if (place === null) return refuseForNow(response);
    places.set(response, place);
    await place.turn;
    if (body === nothing) return void (await proxy.web(request, response));
    delete headers["transfer-encoding"];
    headers["content-length"] = String(body.bytes);
    await proxy.web(request, response, { buffer: body.stream() });
  }

  return {
    handle: (request: IncomingMessage, response: ServerResponse) =>
      void handle(request, response).catch(() => response.destroy()),
    end: () => agent.destroy(),
  };
}

/** Starts it; it listens when this resolves. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { arrivalMs = 60_000, maxConnections = 2_048, heldBytes = 256 * 1_024 } = options;
  const { handle, end } = createHandler(options);
  const server = createServer({
    highWaterMark: heldBytes,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: arrivalMs / 4,
    requestTimeout: arrivalMs,
    connectionsCheckingInterval: arrivalMs / 12,
  });
  server.maxConnections = maxConnections;
  server.timeout = stillMs;
  // Behind a proxy all of them are its own.
  const mostOfAddress = options.trustsAddressHeader ? maxConnections : maxConnections / 2;
  const connections = watchConnections(server, mostOfAddress);
  server.on("request", (request, response) => {
    if (!server.listening) request.headers.connection = "close";
    handle(request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuseConnection(socket, error.code));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      connections.endSilent();
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
