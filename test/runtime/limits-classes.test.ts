/** Limits of single classes, of rows, and the leases behind high limits, through the service. */
import { beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "./contract.ts";
import { sessionRow } from "./samples.ts";
import { createService, freshDatabase, type Service } from "./service.ts";

beforeAll(freshDatabase);

let next = 1;
const subject = () => `class-subject-${next++}`;
const rows = (count: number) => Array.from({ length: count }, () => sessionRow(next++));
const bulk = (to: Service, who: string, count: number) =>
  to.call("/api/telemetry/sessions", { subject: who, body: { sessions: rows(count) } });

describe("rows of bulk telemetry", () => {
  const limited = { RATE_LIMIT_ROWS: "5", RATE_LIMIT_PERIOD_SECONDS: "86400" };

  it("are permits: a request has as many as it has rows, all or none", async () => {
    const service = createService(limited);
    const who = subject();
    const statuses: number[] = [];
    for (const count of [3, 3, 2, 1]) statuses.push((await bulk(service, who, count)).status);
    expect(statuses).toEqual([200, 429, 200, 429]);
    const refused = await bulk(service, who, 1);
    expectProblem(refused, 429);
    expect(refused.headers.get("ratelimit-policy")).toBe('"rows";q=5;w=86400');
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(service.log.at(-1)).toMatchObject({ rows_written: 0 });
  });

  it("that are refused leave the Idempotency-Key free", async () => {
    const service = createService(limited);
    const who = subject();
    await bulk(service, who, 4);
    const body = { sessions: rows(2) };
    const headers = { "idempotency-key": `rows-${who}` };
    const call = { subject: who, body, headers };
    expect((await service.call("/api/telemetry/sessions", call)).status).toBe(429);
    const later = createService({ ...limited, RATE_LIMIT_ROWS: "50" });
    expect((await later.call("/api/telemetry/sessions", call)).status).toBe(200);
  });

  it("cost at most one call to a counter in ten requests", async () => {
    const service = createService({ RATE_LIMIT_ROWS: "20000" });
    const who = subject();
    for (let n = 0; n < 100; n++) await bulk(service, who, 20);
    const calls = service.log.reduce((sum, line) => sum + Number(line.limiter_calls), 0);
    // Two limits are asked for each request: the requests' and the rows'.
    expect(calls).toBeLessThanOrEqual(20);
  });
});

describe("classes", () => {
  it.each([
    { text: '{"login":{"requests":1,"period_seconds":86400}}', statuses: [401, 429, 429] },
    { text: '{"read":{"requests":1,"period_seconds":86400}}', statuses: [401, 401, 401] },
    { text: '{"login_account":{"requests":1}}', statuses: [401, 401, 401] },
  ])("RATE_LIMIT_POLICIES $text: sign-ins answer $statuses", async ({ text, statuses }) => {
    const service = createService({ RATE_LIMIT_POLICIES: text });
    const call = {
      role: null,
      body: { username: `nobody-${next++}`, password: "wrong password" },
      headers: { "cf-connecting-ip": `192.0.2.${100 + next++}` },
    };
    const seen: number[] = [];
    for (const _ of statuses) seen.push((await service.call("/api/auth/token", call)).status);
    expect(seen).toEqual(statuses);
  });
});

describe("at a limit of 1,000 and more", () => {
  it("the answers count down and most requests ask no counter", async () => {
    const service = createService({ RATE_LIMIT_REQUESTS: "1000", RATE_LIMIT_PERIOD_SECONDS: "86400" });
    const who = subject();
    for (let n = 1; n <= 300; n++) {
      const { headers } = await service.call("/api/detectors", { subject: who });
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"read";r=${1_000 - n};t=\\d+$`));
    }
    const calls = service.log.reduce((sum, line) => sum + Number(line.limiter_calls), 0);
    expect(calls).toBeLessThanOrEqual(30);
  });

  it("several isolates together let in exactly as many, and no more", async () => {
    const isolates = Array.from({ length: 3 }, () =>
      createService({ RATE_LIMIT_REQUESTS: "1000", RATE_LIMIT_PERIOD_SECONDS: "86400" }),
    );
    const who = subject();
    let admitted = 0;
    for (let round = 0; round < 30; round++) {
      const replies = await Promise.all(
        Array.from({ length: 45 }, (_, n) => isolates[n % 3]?.call("/api/detectors", { subject: who })),
      );
      admitted += replies.filter((reply) => reply?.status === 200).length;
    }
    expect(admitted).toBeLessThanOrEqual(1_000);
    expect(admitted).toBeGreaterThanOrEqual(900);
  });
});
