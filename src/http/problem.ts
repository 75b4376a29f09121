/** RFC 9457 problems: the one shape of every error. */

/** One thing wrong with a request: where (JSON pointer, or the parameter's name) and why. */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal error",
  503: "Service unavailable",
  507: "Insufficient storage",
};

export interface ProblemOptions {
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body (RFC 9457, 3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The unexpected error behind it: for the log, never for the answer. */
  readonly cause?: unknown;
}

/** Thrown by routes and actions; `onError` writes it. `code` is stable and ends the problem's `type` URI. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.faults = options.faults ?? [];
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }

  /** The same problem, with more to say. */
  withMembers(members: Readonly<Record<string, unknown>>): Problem {
    const { faults, headers, cause } = this;
    return new Problem(this.status, this.code, this.message, { faults, headers, cause, members });
  }

  /** The body; `error` is the text that classic clients read. */
  toJson(requestId: string) {
    return {
      type: `urn:game-security:problem:${this.code}`,
      title: titles[this.status] ?? "Error",
      status: this.status,
      detail: this.message,
      error: this.message,
      request_id: requestId,
      ...(this.faults.length > 0 ? { errors: this.faults } : {}),
      ...this.members,
    };
  }

  toResponse(requestId: string): Response {
    return new Response(JSON.stringify(this.toJson(requestId)), {
      status: this.status,
      headers: { ...this.headers, "content-type": "application/problem+json", "cache-control": "no-store" },
    });
  }
}

export const notFound = (what: string) => new Problem(404, "not_found", `${what} was not found.`);
export const conflict = (code: string, detail: string) => new Problem(409, code, detail);

/** A fault in the request that only the store could show, in the same shape as a failed validation. */
export const badRequest = (faults: readonly Fault[]) =>
  new Problem(400, "invalid_request", faults.map((fault) => fault.detail).join(" "), { faults });

export const tooManyRows = (most: number) =>
  new Problem(413, "too_many_rows", `A request must not hold more than ${most} rows.`);

/** What needs the sealer, where none is bound. */
export const notSealed = () =>
  new Problem(503, "not_configured", "No sealer of the audit trail is bound (AUDIT_SEALER).");

/** Losing the same race again and again: the caller may try again. */
export const busy = () =>
  new Problem(503, "busy", "Other writes kept changing the same rows. Try again.", {
    headers: { "retry-after": "1" },
  });

/** The database's size limit is reached. What is read is still answered; what is written waits until there is room. */
export const storeFull = (cause?: unknown) =>
  new Problem(
    507,
    "store_full",
    "The store is full: it answers reads and takes no writes until it has room.",
    {
      headers: { "retry-after": "300" },
      ...(cause === undefined ? {} : { cause }),
    },
  );
