/**
 * The limiter under load, in the real Durable Object: 50 keys, 40 clients at once on four isolates, evictions and
 * deaths at random, 30 windows by an injected clock. Seeds are fixed.
 */
import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { createLeaseBook, type LeaseBook } from "../../src/rate-limit/lease-book.ts";
import { createLimiter } from "../../src/rate-limit/limiter.ts";
import type { Policy } from "../../src/rate-limit/policy.ts";
import { type Admission, busiest } from "../rate-limit/lease-model.ts";
import { env } from "./service.ts";

const startMs = 1_800_000_000_000;
const keys = 50;
const clients = 40;
const isolates = 4;
const windows = 30;
const periodMs = 60_000;
/** The share of the clients that call in one step, all of them at once. */
const activity = 0.4;

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Load {
  readonly policy: Policy;
  readonly seed: number;
  /** The first keys are in demand: so many more requests go to each of them. */
  readonly hotKeys: number;
  /** Requests of one client for a hot key in one step, and for another. */
  readonly hotRequests: number;
  readonly coldRequests: number;
  readonly stepsPerWindow: number;
}

async function run({ policy, seed, hotKeys, hotRequests, coldRequests, stepsPerWindow }: Load) {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const books: LeaseBook[] = Array.from({ length: isolates }, () => createLeaseBook());
  const admissions: Admission[][] = Array.from({ length: keys }, () => []);
  const cost = { requests: 0, calls: 0, evictions: 0, deaths: 0 };
  const onCall = () => {
    cost.calls += 1;
  };

  async function client(place: number, atMs: number): Promise<void> {
    if (random() > activity) return;
    const book = books[place % isolates] ?? createLeaseBook();
    const limiter = createLimiter(env.RATE_LIMITER, { book, now: () => atMs, nowMs: atMs, onCall });
    const isHot = random() < 0.9;
    const key = isHot ? below(hotKeys) : hotKeys + below(keys - hotKeys);
    for (let n = 0; n < (isHot ? hotRequests : coldRequests); n++) {
      cost.requests += 1;
      const { allowed } = await limiter.take(`load-${key}`, policy);
      if (allowed) admissions[key]?.push({ atMs, permits: 1 });
    }
  }

  async function mishap(): Promise<void> {
    if (random() < 0.25) {
      cost.evictions += 1;
      const name = `${policy.name}:load-${below(keys)}`;
      await evictDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name))).catch(() => {});
    }
    if (random() < 0.01) {
      cost.deaths += 1;
      books[below(isolates)] = createLeaseBook();
    }
  }

  for (let step = 0; step < windows * stepsPerWindow; step++) {
    const atMs = startMs + Math.floor(((step + random()) * periodMs) / stepsPerWindow);
    await mishap();
    await Promise.all(Array.from({ length: clients }, (_, place) => client(place, atMs)));
  }
  const highest = Math.max(...admissions.map((one) => busiest(one, periodMs)));
  const ofHot = admissions.slice(0, hotKeys).reduce((sum, one) => sum + one.length, 0);
  const used = ofHot / (hotKeys * windows * policy.limit);
  return { ...cost, highest, used, callsPerRequest: cost.calls / cost.requests };
}

it.each([
  {
    policy: { name: "exact", limit: 10, periodSeconds: 60 },
    seed: 4,
    hotKeys: 8,
    hotRequests: 1,
    coldRequests: 1,
    stepsPerWindow: 12,
    calls: 1,
  },
  {
    policy: { name: "leased", limit: 1_000, periodSeconds: 60 },
    seed: 5,
    hotKeys: 1,
    hotRequests: 10,
    coldRequests: 3,
    stepsPerWindow: 12,
    calls: 0.1,
  },
])(
  "limit $policy.limit: never one too many, and what is permitted is used",
  async ({ calls, ...load }) => {
    const { highest, used, callsPerRequest, ...cost } = await run(load);
    console.log(`limit ${load.policy.limit}:`, JSON.stringify({ ...cost, highest, used, callsPerRequest }));
    expect(highest).toBeLessThanOrEqual(load.policy.limit);
    expect(used).toBeGreaterThanOrEqual(0.9);
    expect(callsPerRequest).toBeLessThanOrEqual(calls);
    expect(cost.evictions).toBeGreaterThan(50);
  },
  240_000,
);
