/**
 * `npm run bench:limiter`: what the limiter costs a request, in CPU of workerd and calls to counters, in direct
 * Miniflare. No request is refused: each caller stays below its limit. One run compares with itself alone.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type BenchService, startBench } from "./miniflare.ts";
import { cpuMs } from "./workerd.ts";

const inFlight = 20;
const requests = Number(process.argv[2] ?? 8_000);

/** Callers by limit: enough of them to stay below it. */
const cases = [
  { limit: 100, perCaller: 80 },
  { limit: 1_000, perCaller: 800 },
  { limit: 100_000_000, perCaller: 800 },
] as const;

/** Requests of a path, so many at once; each caller's follow one another as closely as a game server's would. */
async function send(service: BenchService, path: string, addresses: readonly string[]): Promise<void> {
  const queue = addresses.values();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const address of queue) {
        const reply = await fetch(new URL(path, service.url), { headers: { "cf-connecting-ip": address } });
        if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
        await reply.arrayBuffer();
      }
    }),
  );
}

const callers = (first: number, perCaller: number) =>
  Array.from({ length: requests }, (_, n) => {
    const caller = first + Math.floor(n / perCaller);
    return `10.0.${caller >> 8}.${caller & 255}`;
  });

/** Microseconds of CPU a request, and calls a request. */
async function measure(service: BenchService, path: string, addresses: readonly string[]) {
  const before = { cpuMs: cpuMs(service.pid), calls: service.limiterCalls() };
  await send(service, path, addresses);
  // The last log lines are on their way.
  await pause(500);
  return {
    cpuUs: ((cpuMs(service.pid) - before.cpuMs) * 1_000) / addresses.length,
    calls: (service.limiterCalls() - before.calls) / addresses.length,
  };
}

const rows: { limit: number; free: number; cpuUs: number; calls: number }[] = [];
for (const { limit, perCaller } of cases) {
  const service = await startBench({
    variables: {
      RATE_LIMIT_REQUESTS: String(limit),
      RATE_LIMIT_PERIOD_SECONDS: "3600",
      TRUST_CF_HEADERS: "true",
    },
  });
  try {
    // The machine and the JIT warm up on callers of their own.
    await send(service, "/health", callers(0, requests).slice(0, 2_000));
    await send(service, "/icon.svg", callers(1_000, perCaller).slice(0, 2_000));
    const free = await measure(service, "/health", callers(0, perCaller));
    const limited = await measure(service, "/icon.svg", callers(10_000, perCaller));
    rows.push({ limit, free: free.cpuUs, cpuUs: limited.cpuUs - free.cpuUs, calls: limited.calls });
  } finally {
    await service.stop();
  }
}
const off = rows.at(-1)?.cpuUs ?? 1;
console.table(
  rows.map(({ limit, free, cpuUs, calls }) => ({
    limit,
    requests,
    "us of CPU without limit": Math.round(free),
    "more with it, us": Math.round(cpuUs),
    "as a share of limit 100,000,000": Number((cpuUs / off).toFixed(1)),
    "calls a request": Number(calls.toFixed(4)),
  })),
);
