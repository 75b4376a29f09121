/** What must hold of every answer, whatever was asked and by whom. */
import { expect } from "vitest";
import { accessTable } from "../../../src/http/access.ts";
import { type AnswerSpec, keyOf, type Operation } from "../../../src/http/operation.ts";
import { operations } from "../../../src/http/operations.ts";
import { ProblemDetails } from "../../../src/http/schemas/answers.ts";
import { expectAnswer } from "../../runtime/contract.ts";
import type { Reply } from "../../runtime/service.ts";
import type { FuzzedRequest, Target } from "./requests.ts";
import type { Caller, World } from "./world.ts";

export interface Exchange {
  readonly request: FuzzedRequest;
  readonly caller: Caller;
  readonly reply: Reply;
  /** The log lines of the request; the last is its own. */
  readonly lines: readonly Record<string, unknown>[];
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

const operationOf = new Map((operations as readonly Operation[]).map((each) => [keyOf(each), each]));
const routeOf = ({ lines }: Exchange): string | null => (lines.at(-1)?.route ?? null) as string | null;

/** Headers of every answer, and what they must match. */
const always: Readonly<Record<string, RegExp>> = {
  "x-request-id": /^[0-9a-f-]{36}$/,
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "referrer-policy": /^no-referrer$/,
  "strict-transport-security": /^max-age=\d{7,}/,
  "content-security-policy": /^(?!.*unsafe)default-src 'none'/,
  "cache-control": /^no-store$/,
};

function headerFault({ reply }: Exchange): string | null {
  const wrong = Object.entries(always).find(
    ([name, pattern]) => !pattern.test(reply.headers.get(name) ?? ""),
  );
  if (wrong) return `the header ${wrong[0]} is ${reply.headers.get(wrong[0])}`;
  return reply.headers.has("access-control-allow-origin") ? "an origin is let in" : null;
}

/** One answer a line, each as documented. */
function expectLines(reply: Reply, { schema, contentType = "" }: AnswerSpec): void {
  expect(reply.headers.get("content-type")).toMatch(new RegExp(`^${contentType}`));
  const lines = typeof reply.body === "string" ? reply.body.trimEnd().split("\n") : [reply.body];
  for (const line of lines) {
    const value = typeof line === "string" ? JSON.parse(line) : line;
    expect(schema?.parse(value)).toEqual(value);
  }
}

/** Text of the type that is documented, to its last line. */
function expectText({ headers, body }: Reply, contentType: string): void {
  expect(headers.get("content-type")?.startsWith(contentType), headers.get("content-type") ?? "").toBe(true);
  expect(String(body).endsWith("\n")).toBe(true);
}

function expectDocumented(reply: Reply, operation: Operation): void {
  const spec = operation.answers[reply.status];
  if (spec?.contentType?.endsWith("ndjson")) expectLines(reply, spec);
  else if (spec?.contentType !== undefined) expectText(reply, spec.contentType);
  else expectAnswer(reply, operation, reply.status);
}

function shapeFault(exchange: Exchange): string | null {
  const { reply, request } = exchange;
  if (request.method === "HEAD" || reply.status === 204) return null;
  if (reply.status >= 400) {
    if (reply.headers.get("content-type") !== "application/problem+json") return "no problem+json";
    const problem = ProblemDetails.strict().safeParse(reply.body);
    if (!problem.success || reply.body.status !== reply.status) return "a malformed problem";
    return reply.body.request_id === reply.headers.get("x-request-id") ? null : "another request's id";
  }
  const operation = operationOf.get(routeOf(exchange) ?? "");
  if (!operation) return null;
  try {
    expectDocumented(reply, operation);
    return null;
  } catch (error) {
    return `not as documented: ${String(error).slice(0, 500)}`;
  }
}

/** The status must be one that the document names for the operation that the path led to. */
function statusFault(exchange: Exchange, targets: ReadonlyMap<string, Target>): string | null {
  const { status } = exchange.reply;
  // A sender whose earlier part is missing is told to send again.
  const isAwaited = status === 503 && exchange.reply.body?.type?.endsWith("range_missing");
  if (status >= 500 && !isAwaited) return "the service broke";
  const route = routeOf(exchange);
  if (route === null) return [404, 405, 204].includes(status) ? null : "no route, and yet not 404";
  const target = targets.get(route);
  if (!target) return null;
  return Object.hasOwn(target.operation.responses, String(status)) ? null : "an undocumented status";
}

/** Refusals of a caller whom the access table lets in, that the route itself may give. */
const ownRefusals: Readonly<Record<string, readonly string[]>> = {
  "POST /api/auth/token": ["invalid_credentials"],
  "POST /api/auth/refresh": ["invalid_refresh_token"],
  "POST /api/auth/password": ["wrong_password"],
  "GET /api/auth/sessions": ["forbidden"],
};

/** There the key in the path calls, whatever the headers say. */
const byPathKey = "POST /api/telemetry/adapters/:adapter/:key";

function pathKeyFault({ reply, request }: Exchange, pathKey: string): string | null {
  const isGood = request.path.split(/[/?]/).slice(4, 6).join() === `cs2-log,${pathKey}`;
  const isRefused = [401, 403].includes(reply.status);
  return isGood === isRefused ? `a ${isGood ? "good" : "bad"} key in the path` : null;
}

function accessFault(exchange: Exchange, { pathKey }: World): string | null {
  const route = routeOf(exchange);
  const access = route === null ? undefined : accessTable[route];
  if (route === null || !access) return null;
  if (route === byPathKey) return pathKeyFault(exchange, pathKey);
  const { reply, caller, request } = exchange;
  const expected = caller.refusal(access, request.path);
  if (expected !== null) return reply.status === expected ? null : `the table says ${expected}`;
  if (![401, 403].includes(reply.status)) return null;
  // Without its body a refusal does not say which it is.
  if (request.method === "HEAD") return null;
  const code = String(reply.body.type).split(":").at(-1);
  const isReach = code === "game_out_of_reach" && caller.name.startsWith("key of");
  return isReach || ownRefusals[route]?.includes(code ?? "") ? null : "the table lets the caller in";
}

/** A spent refresh token that is shown again is an event of its own, and writes down that it was seen. */
const mayWrite = (reply: Reply, table: string) =>
  table === "audit_entries" && String(reply.body?.type).endsWith("invalid_refresh_token");

function rowFault({ reply, before, after }: Exchange): string | null {
  if (reply.status < 400) return null;
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  const wrong = changed.filter((table) => !mayWrite(reply, table));
  return wrong.length === 0 ? null : `a refused request wrote to ${wrong.join()}`;
}

/** Shorter texts are in every log line by chance. */
const telling = 10;
/** Texts that are ours as much as the client's. */
const ours = /^the-(viewer|analyst|admin|ingest)$/;

function secrecyFault({ reply, request, lines }: Exchange, { secrets }: World): string | null {
  const answer = JSON.stringify([reply.body, [...reply.headers]]);
  const told = secrets.find((secret) => answer.includes(secret));
  if (told !== undefined) return `the answer holds a secret: ${told.slice(0, 12)}…`;
  const log = JSON.stringify(lines);
  const logged = [...secrets, ...request.said].find(
    (text) => text.length >= telling && !ours.test(text) && log.includes(JSON.stringify(text).slice(1, -1)),
  );
  return logged === undefined ? null : `the log holds what was said: ${logged.slice(0, 40)}`;
}

/** Passwords come in with requests, and must not come back. */
function passwordFault({ reply, request }: Exchange): string | null {
  if (reply.status < 400 || !/password/.test(request.body ?? "")) return null;
  const answer = JSON.stringify(reply.body);
  const back = request.said.find((text) => text.length >= telling && answer.includes(text));
  return back === undefined ? null : `the answer says a password back: ${back}`;
}

/** What is wrong with an answer; null: nothing. */
export function faultOf(
  exchange: Exchange,
  world: World,
  targets: ReadonlyMap<string, Target>,
): string | null {
  return (
    statusFault(exchange, targets) ??
    shapeFault(exchange) ??
    accessFault(exchange, world) ??
    headerFault(exchange) ??
    rowFault(exchange) ??
    secrecyFault(exchange, world) ??
    passwordFault(exchange)
  );
}
