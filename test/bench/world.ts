/** A service over a database of so many sessions, and what requests need to know of it. */
import { request } from "undici";
import type { BuiltWorker } from "../../src/cli/serve/built.ts";
import { type BenchClient, createClient } from "./client.ts";
import { account, type BenchService, startBench } from "./miniflare.ts";
import { casesMade } from "./state.ts";

export interface World {
  readonly service: BenchService;
  readonly client: BenchClient;
  /** Headers of an API call, and of a page. */
  readonly api: Readonly<Record<string, string>>;
  readonly page: Readonly<Record<string, string>>;
  /** Pending cases by player; all are open and held by nobody, or by the local account. */
  readonly cases: Map<number, number>;
  /** Another number each time. */
  next(): number;
}

/** Players that are only read, and players that are only written to: the same in every database. */
export const readPlayers = Array.from({ length: casesMade }, (_, place) => place + 1);
export const writtenPlayers = [21, 22, 23, 24, 25, 26];

async function cookieOf(url: string): Promise<string> {
  const { statusCode, headers } = await request(new URL("/sign-in", url), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams(account).toString(),
  });
  const set = [headers["set-cookie"] ?? []].flat().find((cookie) => cookie.startsWith("__Host-session="));
  if (statusCode !== 303 || set === undefined) throw new Error(`sign-in: ${statusCode}`);
  return set.slice(0, set.indexOf(";"));
}

interface ListedCase {
  readonly id: number;
  readonly state: string;
}

/** The pending case of each player that is read, opened where there is none. */
export async function openCases({ service, cases }: Pick<World, "service" | "cases">): Promise<void> {
  for (const player of readPlayers.filter((id) => !cases.has(id))) {
    const listed = await service.call("GET", `/api/cases?player=${player}`);
    const pending = (listed.cases as ListedCase[]).find(({ state }) => state !== "decided");
    const found = pending ?? (await service.call("POST", "/api/cases", { player_id: player }));
    cases.set(player, Number(found.id));
  }
}

export async function startWorld(worker: BuiltWorker, stateDir: string, inFlight: number): Promise<World> {
  const service = await startBench({ worker, stateDir });
  const json = { "content-type": "application/json" };
  let last = 0;
  const world = {
    service,
    client: createClient(service.url, inFlight),
    api: { authorization: `Bearer ${service.token}`, ...json },
    page: { cookie: await cookieOf(service.url) },
    cases: new Map<number, number>(),
    next: () => ++last,
  };
  // A case of which somebody else must give a second verdict could not be used again.
  await service.call("PUT", "/api/games/sim/enforcement", { second_review_share: 0 });
  await openCases(world);
  return world;
}
