/** The trail in the console: filters in the address, pages, details as text, seals, refusals, the export, the cost. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOfPage, visit } from "./console-pages.ts";
import { createService, freshDatabase, nowMs, type Service } from "./service.ts";
import { all, append, appendBulk, dropTriggers, run, trail } from "./trail.ts";

const hostile = "<script>alert(1)</script>";
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const nextOf = (body: string) =>
  /<a href="([^"]+)" rel="next">/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;
const idsOf = (body: string) =>
  [...body.matchAll(/<dt class="muted small">entry<\/dt><dd><bdi>(\d+)<\/bdi>/g)].map(([, id]) => Number(id));
const look = (path: string) => visit(service, path, "admin");

async function walk(path: string): Promise<number[]> {
  const ids: number[] = [];
  for (let next: string | null = path; next !== null; ) {
    const { status, body } = await look(next);
    expect([next, status]).toEqual([next, 200]);
    ids.push(...idsOf(body));
    next = nextOf(body);
  }
  return ids;
}

describe("entries", () => {
  it("has each once, newest first, over all pages", async () => {
    await append(100);
    expect(await walk("/audit")).toEqual(Array.from({ length: 100 }, (_, i) => 100 - i));
  });

  it("is filtered by one of actor, action and target, and by time", async () => {
    await append(10);
    await appendBulk(3, nowMs - 86_400_000);
    expect(await walk("/audit?actor=user:ann")).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await walk("/audit?action=job.run")).toEqual([13, 12, 11]);
    expect(await walk("/audit?target=player:2")).toEqual([10, 3]);
    expect(await walk("/audit?until=2026-10-31T12:00")).toEqual([13, 12, 11]);
    expect(await walk("/audit?action=job.run&since=2026-11-01T00:00")).toEqual([]);
    expect((await look("/audit?actor=user:nobody")).body).toContain("No entries");
  });

  it("says that two of the three do not go together, and leads to each", async () => {
    await append(1);
    const { status, body } = await look("/audit?actor=user:ann&action=key.create");
    expect(status).toBe(200);
    expect(body).toContain("No index serves these together");
    expect(body).toContain('href="/audit?action=key.create"');
    expect(body).toContain('href="/audit?actor=user%3Aann"');
  });

  it.each(["/audit?after=x", "/audit?after=WyJ4Il0"])("refuses a place that is none: %s", async (path) => {
    expect((await look(path)).status).toBe(400);
  });

  it("shows what changed as text, cut where it is long, and never the salt", async () => {
    await append(1);
    await dropTriggers();
    const payload = JSON.stringify({ salt: "pepper", address: null, name: hostile, long: "x".repeat(5_000) });
    await run(`UPDATE audit_entries SET actor = 'user:${hostile}', payload = '${payload}'`);
    const { body } = await look("/audit");
    expect(body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(body).not.toContain("<script>alert");
    expect(body).not.toContain("pepper");
    expect(body).toContain("x …");
    expect(body.length).toBeLessThan(20_000);
  });

  it("says how far the seals go", async () => {
    expect((await look("/audit")).body).toContain("Nothing is sealed yet.");
    await append(5);
    await trail.seal(3);
    const { body } = await look("/audit");
    expect(body).toContain("Sealed up to entry 3");
    expect(body).toContain("2 wait for the next seal");
    expect(body.match(/not sealed yet/g)).toHaveLength(2);
  });
});

describe("the export", () => {
  it("is what is filtered, as NDJSON, and leaves an entry of its own", async () => {
    await append(7);
    const reply = await look("/audit/export?target=player:2");
    expect(reply.headers.get("content-disposition")).toContain("audit.ndjson");
    expect(reply.headers.get("cache-control")).toBe("no-store");
    const lines = (typeof reply.body === "string" ? reply.body : "").trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ exported: 1, next_cursor: null });
    const [last] = await all("SELECT action, actor FROM audit_entries ORDER BY id DESC LIMIT 1");
    expect(last).toEqual({ action: "audit.export", actor: "user:pat" });
  });
});

describe("refusals", () => {
  it("are counted by minute, and paged", async () => {
    expect((await look("/audit/refusals")).body).toContain("Nobody was refused");
    await run(`INSERT INTO audit_denials (minute, kind, who, count, last_at)
      WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 150)
      SELECT 29000000 + i, 'sign_in_failed', '${hostile}', i, 0 FROM c`);
    const first = await look("/audit/refusals");
    expect(first.body).toContain("sign in failed");
    expect(first.body).not.toContain("<script>alert");
    const second = await look(nextOf(first.body) ?? "");
    expect([first.body, second.body].map((body) => body.match(/<th scope="row">/g)?.length)).toEqual([
      100, 50,
    ]);
    expect(nextOf(second.body)).toBeNull();
  });
});

describe("verification", () => {
  it("says that the seals hold, and goes on page by page", async () => {
    expect((await look("/audit/verify")).body).toContain("Nothing is sealed yet.");
    await appendBulk(1_300);
    await trail.seal(2_000);
    const { body } = await look("/audit/verify");
    expect(body).toContain("as it was sealed");
    expect(body).toContain("More of the chain follows");
    const rest = await look(/href="(\/audit\/verify\?after=\d+)"/.exec(body)?.[1] ?? "");
    expect(rest.body).toContain("Verify again");
  });

  it("says what does not hold", async () => {
    await append(5);
    await trail.seal(5);
    await dropTriggers();
    await run("UPDATE audit_entries SET actor = 'user:eve' WHERE id = 3");
    const { body } = await look("/audit/verify");
    expect(body).toContain("The trail is not as it was sealed.");
    expect(body).toMatch(/<th scope="row">3<\/th><td>altered<\/td>/);
  });
});

describe("who may look", () => {
  it.each(["/audit", "/audit/export", "/audit/refusals", "/audit/verify"])(
    "%s is for admins",
    async (path) => {
      for (const role of ["viewer", "analyst"] as const) {
        expect((await visit(service, path, role)).status).toBe(403);
      }
      expect((await visit(service, "/players", "analyst")).body).not.toContain('href="/audit"');
      expect((await look("/players")).body).toContain('href="/audit"');
    },
  );
});

describe("the cost", () => {
  it.each(["/audit", "/audit?action=player.rename", "/audit?target=player:2", "/audit/refusals"])(
    "%s: two round trips, 300 rows, 100 KB",
    async (path) => {
      await append(120);
      await appendBulk(3_000);
      await trail.seal(1_000);
      await run(`INSERT INTO audit_denials (minute, kind, who, count, last_at)
        WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500) SELECT i, 'k', 'w', 1, 0 FROM c`);
      for (let next: string | null = path, pages = 0; next !== null && pages < 3; pages++) {
        const { trips, read, gzipped, reply } = await costOfPage(next);
        expect([next, reply.status]).toEqual([next, 200]);
        expect(trips).toBeLessThanOrEqual(2);
        expect(read).toBeLessThanOrEqual(300);
        expect(gzipped).toBeLessThan(100_000);
        next = nextOf(reply.body);
      }
    },
  );
});
