/** Receivers of webhooks, as functions, and what a test of them needs. */
import { type Courier, courierOf } from "../../src/actions/webhooks/courier.ts";
import { type DomainEvent, emitWrites } from "../../src/actions/webhooks/emit.ts";
import { batch, createDb } from "../../src/db/client.ts";
import { runCron } from "../../src/jobs/run.ts";
import { createService, env, nowMs, type Service } from "./service.ts";

/** A request that a receiver got. */
export interface Got {
  readonly url: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: looked into field by field, as a receiver would
  readonly body: any;
  readonly init: RequestInit;
}

type Behaviour = (got: Got, n: number) => Response | Promise<Response>;

/** An outside world of hosts, each with its behaviour; remembers every request that came. */
export function createWorld(hosts: Readonly<Record<string, Behaviour>>) {
  const got: Got[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    const text = String(init.body);
    const request = { url, id: headers["webhook-id"] ?? "", headers, text, body: JSON.parse(text), init };
    got.push(request);
    const behave = hosts[new URL(url).hostname];
    if (!behave) throw new Error("no such host");
    return behave(
      request,
      got.filter((other) => new URL(other.url).hostname === new URL(url).hostname).length,
    );
  };
  const at = (host: string) => got.filter(({ url }) => new URL(url).hostname === host);
  return { fetch, got, at };
}
export type World = ReturnType<typeof createWorld>;

export const ok: Behaviour = () => new Response(null, { status: 204 });
export const answering =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  () =>
    new Response("no", { status, headers });

/** The middle of every jitter: delays are exactly as documented. */
export const evenly = () => 0.5;

export function serviceOf(world: World, overrides: Parameters<typeof createService>[0] = {}): Service {
  return createService(overrides, { fetch: world.fetch, random: evenly });
}

/** Makes a webhook and answers it, secret included. */
export async function createHook(service: Service, host: string, more: object = {}) {
  const { body, status } = await service.call("/api/webhooks", {
    body: { name: host, url: `https://${host}/hook`, ...more },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

export const emit = async (events: readonly DomainEvent[], atMs = nowMs, d1 = env.DB): Promise<void> => {
  const db = createDb(d1);
  await batch(db, emitWrites(db, atMs, events));
};
export const opened = (n: number, more: Partial<DomainEvent> = {}): DomainEvent => ({
  type: "case.opened",
  game: "cs2",
  data: { case: n, player: { id: n, username: `p${n}` } },
  ...more,
});
export const emitOpened = (n: number, atMs = nowMs) =>
  emit(
    Array.from({ length: n }, (_, i) => opened(i + 1)),
    atMs,
  );

/** One run of the job of every minute; answers its log lines. */
export async function runMinute(
  service: Service,
  world: World,
  DB = env.DB,
): Promise<Record<string, unknown>[]> {
  const log: Record<string, unknown>[] = [];
  const deps = { now: () => service.clock.nowMs, log: (line: Record<string, unknown>) => log.push(line) };
  const run = runCron({ ...env, DB }, "* * * * *", { ...deps, fetch: world.fetch, random: evenly });
  await run.catch((error: unknown) => {
    throw new Error(JSON.stringify(log), { cause: error });
  });
  return log;
}

/** The log line of the job that delivers, in a minute's run. */
export const deliveryMinute = async (service: Service, world: World) =>
  (await runMinute(service, world)).find(({ job }) => job === "webhooks");

/** Minutes, one after the other, until nothing is pending; answers how many it took. */
export async function runMinutes(service: Service, world: World, most: number): Promise<number> {
  for (let minutes = 1; minutes <= most; minutes++) {
    await runMinute(service, world);
    const [row] = (
      await env.DB.prepare(
        "SELECT count(*) AS n FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE d.state = 'pending' AND w.status = 'active'",
      ).all<{ n: number }>()
    ).results;
    if (row?.n === 0) return minutes;
    service.clock.nowMs += 60_000;
  }
  throw new Error(`still pending after ${most} minutes`);
}

/** For runs of jobs that send nothing. */
export const idleCourier: Courier = courierOf(
  env,
  { fetch: () => Promise.reject(new Error("nobody is to be called")), now: () => nowMs, random: evenly },
  0,
);

export const deliveriesOf = async (webhook: number) =>
  (
    await env.DB.prepare("SELECT * FROM deliveries WHERE webhook_id = ? ORDER BY event_id")
      .bind(webhook)
      .all<Record<string, unknown>>()
  ).results;
