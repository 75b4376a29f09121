/** Rounds in which the databases and the bare routes take turns, so that whatever else the machine does burdens all. */
import { type BenchClient, type Call, createClient, type Sent } from "./client.ts";
import type { Endpoint } from "./endpoints.ts";
import type { BenchService } from "./miniflare.ts";
import { cpuMs } from "./workerd.ts";
import type { World } from "./world.ts";

/** One variant of one endpoint over all rounds. */
export interface Figures {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** User and system time of workerd a request: the median of the rounds. */
  readonly cpuUs: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface Measured {
  readonly endpoint: Endpoint;
  /** By the number of sessions stored. */
  readonly bySize: readonly Figures[];
  /** CPU over that of the smallest database, and over a bare route with one read: medians of the rounds' ratios. */
  readonly overSmallest: number;
  readonly overBareRead: readonly number[];
}

export interface Plan {
  readonly rounds: number;
  /** Of an endpoint with a share of 1. */
  readonly requestsARound: number;
}

interface Round extends Sent {
  readonly cpuUs: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
};

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

async function runRound(
  { service: { pid }, client }: { readonly service: Pick<BenchService, "pid">; readonly client: BenchClient },
  calls: readonly Call[],
): Promise<Round> {
  const before = cpuMs(pid);
  const sent = await client.sendAll(calls);
  return { ...sent, cpuUs: ((cpuMs(pid) - before) * 1_000) / calls.length };
}

function figuresOf(rounds: readonly Round[]): Figures {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs);
  const requests = latenciesMs.length;
  return {
    requests,
    perSecond: requests / sum(rounds.map(({ seconds }) => seconds)),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuUs: median(rounds.map(({ cpuUs }) => cpuUs)),
    rowsRead: sum(rounds.map(({ rowsRead }) => rowsRead)) / requests,
    rowsWritten: sum(rounds.map(({ rowsWritten }) => rowsWritten)) / requests,
  };
}

const ratios = (of: readonly Round[], over: readonly Round[]): number =>
  median(of.map(({ cpuUs }, place) => cpuUs / (over[place]?.cpuUs ?? Number.NaN)));

export interface Bare {
  readonly service: BenchService;
  readonly client: BenchClient;
}

export const bareOf = (service: BenchService, inFlight: number): Bare => ({
  service,
  client: createClient(service.url, inFlight),
});

const bareCalls = (path: string, count: number): Call[] =>
  Array.from({ length: count }, () => ({ method: "GET", path, headers: {} }));
export const bareRead = "/read/1";

/** Measures one endpoint in all databases; the first round warms up and is not counted. */
export async function measureEndpoint(
  endpoint: Endpoint,
  worlds: readonly World[],
  bare: Bare,
  { rounds, requestsARound }: Plan,
): Promise<Measured> {
  const count = Math.max(5, Math.round(requestsARound * endpoint.share));
  const kept = worlds.map((): Round[] => []);
  const reads: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? worlds : worlds.toReversed();
    const bareRound = await runRound(bare, bareCalls(bareRead, requestsARound));
    if (round > 0) reads.push(bareRound);
    for (const world of order) {
      const calls = await endpoint.prepare(world, count);
      const measured = await runRound(world, calls);
      if (round > 0) kept[worlds.indexOf(world)]?.push(measured);
    }
  }
  return {
    endpoint,
    bySize: kept.map(figuresOf),
    overSmallest: ratios(kept.at(-1) ?? [], kept[0] ?? []),
    overBareRead: kept.map((own) => ratios(own, reads)),
  };
}

/** The bare routes by themselves. */
export async function measureBare(
  bare: Bare,
  path: string,
  { rounds, requestsARound }: Plan,
): Promise<Figures> {
  const kept: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const measured = await runRound(bare, bareCalls(path, 2 * requestsARound));
    if (round > 0) kept.push(measured);
  }
  return figuresOf(kept);
}
