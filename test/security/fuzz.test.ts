/**
 * Every operation of our OpenAPI document, by everybody who may call, with requests that are good, nearly good and
 * hostile. `npm test` sends 1,500; `npm run fuzz` 20,000. FUZZ_RUNS and FUZZ_SEED choose others.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { env, type Reply } from "../runtime/service.ts";
import { faultOf } from "./fuzz/judge.ts";
import { type FuzzedRequest, type OpenApi, requestsFor, type Target, targetsOf } from "./fuzz/requests.ts";
import { type Caller, createWorld, type World } from "./fuzz/world.ts";

const { FUZZ_RUNS, FUZZ_SEED } = env as unknown as { FUZZ_RUNS: string; FUZZ_SEED: string };
const runs = Number(FUZZ_RUNS);
const seed = Number(FUZZ_SEED);

const document = openApiDocument() as unknown as OpenApi;
const targets = targetsOf(document);
const targetByKey = new Map(targets.map((target) => [target.key, target]));
/** Each request of these may cost a password hash. */
const costly = /password|users|token/;

/** How often a failing request is made smaller: it is to be read, not to be the smallest. */
const maxShrinks = 150;

let world: World;
let before: Readonly<Record<string, number>>;
const statuses = new Map<number, number>();

beforeAll(async () => {
  world = await createWorld();
  before = await world.writes();
});

async function send(request: FuzzedRequest, caller: Caller): Promise<Reply | null> {
  const headers = new Headers(await caller.headers());
  try {
    for (const [name, value] of request.headers) headers.append(name, value);
  } catch {
    // No client can send such a header.
    return null;
  }
  const call = { method: request.method, role: null, headers: Object.fromEntries(headers) };
  return world.service.call(request.path, request.body === null ? call : { ...call, raw: request.body });
}

/** What is wrong with one request's answer; null: nothing. */
async function trial(request: FuzzedRequest, caller: Caller): Promise<string | null> {
  world.service.log.length = 0;
  const reply = await send(request, caller);
  if (reply === null) return null;
  statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
  const after = await world.writes();
  const lines = world.service.log;
  const fault = faultOf({ request, caller, reply, lines, before, after }, world, targetByKey);
  const route = String(lines.at(-1)?.route);
  if (reply.status < 300 && /^(?!GET).*\/api\/auth\//.test(route)) {
    await world.restore();
    before = await world.writes();
  } else before = after;
  if (fault === null) return null;
  return `${fault}\n${reply.status} ${JSON.stringify(reply.body).slice(0, 600)}\n${JSON.stringify(lines).slice(0, 900)}`;
}

const shown = (request: FuzzedRequest, caller: Caller) =>
  JSON.stringify({ caller: caller.name, ...request, said: undefined }).slice(0, 2_000);

async function fuzz(target: Target, callers: readonly Caller[], numRuns: number): Promise<void> {
  const requests = requestsFor(target, { schemas: document.components.schemas, known: world.known });
  const by = fc.constantFrom(...callers);
  let shrinks: number | null = null;
  const property = fc.asyncProperty(requests, by, async (request, caller) => {
    if (shrinks !== null && ++shrinks > maxShrinks) return;
    const fault = await trial(request, caller);
    if (fault === null) return;
    shrinks ??= 0;
    throw new Error(`${fault}\n${shown(request, caller)}`);
  });
  await fc.assert(property, { numRuns, seed });
}

describe(`${runs} requests, seed ${seed}`, () => {
  it("are for the operations of the document, which are those of the access table", async () => {
    expect((await world.service.call("/openapi.json", { role: null })).body).toEqual(document);
    const api = Object.keys(accessTable).filter((key) => /^\w+ \/(api\/|health|ready|metrics)/.test(key));
    expect(targets.map(({ key }) => key).sort()).toEqual(api.sort());
  });

  it.each(targets)("$key", { timeout: 600_000 }, async (target) => {
    const access = accessTable[target.key];
    if (!access) throw new Error(`${target.key} is not in the access table`);
    const share = (runs / targets.length) * (costly.test(target.key) ? 0.5 : 1.1);
    const each = Math.max(1, Math.floor(share / 4 / world.callers.length));
    for (const caller of world.callers) await fuzz(target, [caller], each);
    const admitted = world.callers.filter((caller) => caller.refusal(access, target.template) === null);
    await fuzz(target, admitted, Math.max(10, Math.ceil(share - each * world.callers.length)));
  });

  afterAll(() => {
    const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`);
    console.log(`fuzz: seed ${seed}, ${total} requests: ${parts.join(", ")}`);
    expect(total).toBeGreaterThanOrEqual(Math.min(runs, 1_000));
  });

  it("were watched by an eye on the rows that is open: what is taken is seen to be written", async () => {
    const sessions = [{ player: "watched", session_id: "1", recorded_at: "2026-10-29T00:16:56Z" }];
    const events = [{ player: "watched", event_id: "1", type: "seen", occurred_at: "2026-10-29T00:16:56Z" }];
    const start = await world.writes();
    for (const [path, body] of Object.entries({ sessions: { sessions }, events: { events } })) {
      const reply = await world.service.call(`/api/telemetry/${path}`, { body });
      expect(reply.body).toMatchObject({ accepted: 1 });
    }
    const end = await world.writes();
    for (const table of ["players", "sessions", "events", "audit_entries"]) {
      expect(end[table], table).toBeGreaterThan(start[table] ?? 0);
    }
  });
});
