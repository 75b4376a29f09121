/** Counted refusals: an attacker from everywhere fills no table, and nobody is miscounted. */
import { beforeEach, describe, expect, it } from "vitest";
import { createService, freshDatabase, nowMs, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

interface Row {
  readonly who: string;
  readonly kind: string;
  readonly count: number;
}

const denials = (kind: string) =>
  all<Row>(`SELECT who, kind, count FROM audit_denials WHERE kind = '${kind}' ORDER BY who`);
const refused = (address: string, token?: string) =>
  service.call("/api/players", {
    role: null,
    headers: { "cf-connecting-ip": address, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  });
const addressOf = (n: number) => `198.51.${100 + Math.floor(n / 250)}.${n % 250}`;
const sum = (rows: readonly Row[]) => rows.reduce((total, { count }) => total + count, 0);

it("two hundred addresses in a minute have rows of their own; whoever comes later shares one", async () => {
  const addresses = Array.from({ length: 230 }, (_, n) => addressOf(n));
  for (let from = 0; from < 230; from += 46) {
    await Promise.all(addresses.slice(from, from + 46).map((address) => refused(address)));
  }
  const rows = await denials("no_credentials");
  expect(rows).toHaveLength(201);
  expect(rows.find(({ who }) => who === "others")?.count).toBe(30);
  expect(sum(rows)).toBe(230);
  // Those who have a row keep it.
  await refused(addressOf(0));
  await refused(addressOf(229));
  const after = await denials("no_credentials");
  expect(after).toHaveLength(201);
  expect(after.find(({ who }) => who === addressOf(0))?.count).toBe(2);
  expect(after.find(({ who }) => who === "others")?.count).toBe(31);
}, 60_000);

describe("counts", () => {
  it("are right under concurrency, by kind, address and minute", async () => {
    // Twice, because one address may have 32 requests at work at once.
    for (let wave = 0; wave < 2; wave++) {
      await Promise.all([
        ...Array.from({ length: 20 }, () => refused("192.0.2.1")),
        ...Array.from({ length: 10 }, () => refused("192.0.2.2")),
        ...Array.from({ length: 5 }, () => refused("192.0.2.1", "a.b.c")),
      ]);
    }
    expect(await denials("no_credentials")).toMatchObject([
      { who: "192.0.2.1", count: 40 },
      { who: "192.0.2.2", count: 20 },
    ]);
    expect(sum(await all<Row>("SELECT count FROM audit_denials WHERE kind <> 'no_credentials'"))).toBe(10);
    service.clock.nowMs += 60_000;
    await refused("192.0.2.1");
    const minutes = await all(
      "SELECT minute, count FROM audit_denials WHERE who = '192.0.2.1' AND kind = 'no_credentials'",
    );
    expect(minutes).toEqual([
      { minute: nowMs / 60_000, count: 40 },
      { minute: nowMs / 60_000 + 1, count: 1 },
    ]);
  });

  it("a failed sign-in is counted and leaves no entry", async () => {
    for (let n = 0; n < 3; n++) {
      await service.call("/api/auth/token", {
        role: null,
        body: { username: "security_console", password: "wrong" },
        headers: { "cf-connecting-ip": "192.0.2.9" },
      });
    }
    expect(await denials("sign_in_failed")).toMatchObject([{ who: "192.0.2.9", count: 3 }]);
    expect(await all("SELECT * FROM audit_entries")).toEqual([]);
  });
});
