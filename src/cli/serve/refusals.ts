/** What is answered here, in place of the Worker: problems (RFC 9457) as it writes them, without a request id. */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
}

const refusals = {
  overloaded: {
    status: 503,
    title: "Service unavailable",
    code: "overloaded",
    detail: "The service has as much to do as it can. Try again.",
  },
  restarting: {
    status: 503,
    title: "Service unavailable",
    code: "restarting",
    detail: "The service starts again. Try again; what was asked may have been done.",
  },
  tooLong: {
    status: 413,
    title: "Content too large",
    code: "content_too_large",
    detail: "The body must not exceed 8388608 bytes.",
  },
  malformed: {
    status: 400,
    title: "Bad request",
    code: "malformed_request",
    detail: "The request is not HTTP/1.1 as it should be.",
  },
  timedOut: {
    status: 408,
    title: "Request timeout",
    code: "request_timeout",
    detail: "The request took too long to arrive.",
  },
  headersTooLong: {
    status: 431,
    title: "Request header fields too large",
    code: "headers_too_large",
    detail: "The headers must not exceed 16384 bytes.",
  },
} as const satisfies Readonly<Record<string, Refusal>>;

const contentType = "application/problem+json";

function bodyOf({ status, title, code, detail }: Refusal): string {
  return JSON.stringify({ type: `urn:game-security:problem:${code}`, title, status, detail, error: detail });
}

/** `retrySeconds` null: the same request would be refused again. */
export function refuse(
  response: ServerResponse,
  reason: keyof typeof refusals,
  retrySeconds: number | null,
): void {
  const refusal = refusals[reason];
  const retry = retrySeconds === null ? {} : { "retry-after": String(retrySeconds) };
  response.writeHead(refusal.status, { "content-type": contentType, "cache-control": "no-store", ...retry });
  response.end(bodyOf(refusal));
}

const reasonOf = (code: string | undefined): keyof typeof refusals =>
  code === "HPE_HEADER_OVERFLOW"
    ? "headersTooLong"
    : code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? "timedOut"
      : "malformed";

/** Whoever does not end its side by then would keep the connection, and what it holds, for good. */
const lingerMs = 1_000;

/** Answers what is no request, and ends its connection. `code`: Node's, of the error. */
export function refuseConnection(socket: Duplex, code: string | undefined): void {
  // After headers that went out already ours would pass for part of their answer.
  const { _httpMessage: answer } = socket as { readonly _httpMessage?: ServerResponse | null };
  if (code === "ECONNRESET" || !socket.writable || answer?.headersSent) return void socket.destroy();
  const refusal = refusals[reasonOf(code)];
  const body = bodyOf(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${refusal.title}`,
    "connection: close",
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
