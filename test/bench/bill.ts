/** A month of the service by Cloudflare's list prices, from what was measured. Pure. */

/**
 * US dollars, Workers Paid. Read on 2026-11-24 in stored copies of developers.cloudflare.com: /d1/platform/pricing,
 * /durable-objects/platform/pricing, and for Workers /workflows/reference/pricing, which repeats theirs.
 */
export const prices = {
  baseMonthly: 5,
  requests: { included: 10e6, perMillion: 0.3 },
  cpuMs: { included: 30e6, perMillion: 0.02 },
  rowsRead: { included: 25e9, perMillion: 0.001 },
  rowsWritten: { included: 50e6, perMillion: 1 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGbSeconds: { included: 400e3, perMillion: 12.5 },
  storageGb: { included: 5, perGb: 0.75 },
} as const;

/** What one of something costs. */
export interface UnitCost {
  readonly cpuUs: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** Measured. */
export interface Units {
  /** A request with one session. */
  readonly single: UnitCost;
  /** A session among 1,000 in one request. */
  readonly bulkSession: UnitCost;
  /** A standing that the sweep scores. */
  readonly standing: UnitCost;
  /** The check of a player who joins. */
  readonly check: UnitCost;
  /** Of D1, all of its tables and indexes over the sessions that it holds. */
  readonly bytesPerSession: number;
}

export interface Load {
  readonly sessionsADay: number;
  /** 1, or 1,000. */
  readonly sessionsARequest: 1 | 1_000;
  readonly retentionDays: number;
  /** Standings that the sweep scores a session: 1 where nobody plays two within five minutes. */
  readonly scoresASession: number;
  /** Joins a session. */
  readonly checksASession: number;
  /** Calls of a counter's Durable Object a request: 1 below limits of 1,000, far less from there on. */
  readonly limiterCallsARequest: number;
}

const daysAMonth = 30;
/** Crons every minute, every five minutes, hourly and daily. */
const cronsADay = 1_440 + 288 + 24 + 1;
/** A counter is awake for about so long a call, with 128 MB. */
const objectCall = { seconds: 0.01, gb: 0.128 } as const;
/** D1's limit. */
export const databaseGb = 10;

/** What a month uses. */
export interface Usage {
  readonly requests: number;
  readonly cpuMs: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly objectRequests: number;
  readonly objectGbSeconds: number;
  /** Once `retentionDays` have passed. */
  readonly storageGb: number;
}

export function usageOf(units: Units, load: Load): Usage {
  const sessions = load.sessionsADay * daysAMonth;
  const posts = sessions / load.sessionsARequest;
  const checks = sessions * load.checksASession;
  const parts: readonly (readonly [number, UnitCost])[] = [
    [sessions, load.sessionsARequest === 1 ? units.single : units.bulkSession],
    [sessions * load.scoresASession, units.standing],
    [checks, units.check],
  ];
  const sum = (of: (cost: UnitCost) => number) =>
    parts.reduce((total, [count, cost]) => total + count * of(cost), 0);
  const objectRequests = (posts + checks) * load.limiterCallsARequest;
  return {
    requests: posts + checks + cronsADay * daysAMonth,
    cpuMs: sum(({ cpuUs }) => cpuUs) / 1_000,
    rowsRead: sum(({ rowsRead }) => rowsRead),
    rowsWritten: sum(({ rowsWritten }) => rowsWritten),
    objectRequests,
    objectGbSeconds: objectRequests * objectCall.seconds * objectCall.gb,
    storageGb: (load.sessionsADay * load.retentionDays * units.bytesPerSession) / 1e9,
  };
}

export interface Bill {
  readonly usage: Usage;
  /** Dollars a month by what they are paid for. */
  readonly dollars: Readonly<Record<keyof Usage | "base", number>>;
  readonly total: number;
  /** D1 databases that the stored sessions fill. */
  readonly databases: number;
}

const beyond = (used: number, { included, perMillion }: { included: number; perMillion: number }): number =>
  (Math.max(0, used - included) * perMillion) / 1e6;

export function billOf(units: Units, load: Load): Bill {
  const usage = usageOf(units, load);
  const dollars = {
    base: prices.baseMonthly,
    requests: beyond(usage.requests, prices.requests),
    cpuMs: beyond(usage.cpuMs, prices.cpuMs),
    rowsRead: beyond(usage.rowsRead, prices.rowsRead),
    rowsWritten: beyond(usage.rowsWritten, prices.rowsWritten),
    objectRequests: beyond(usage.objectRequests, prices.objectRequests),
    objectGbSeconds: beyond(usage.objectGbSeconds, prices.objectGbSeconds),
    storageGb: Math.max(0, usage.storageGb - prices.storageGb.included) * prices.storageGb.perGb,
  };
  const total = Object.values(dollars).reduce((a, b) => a + b, 0);
  return { usage, dollars, total, databases: Math.max(1, Math.ceil(usage.storageGb / databaseGb)) };
}
