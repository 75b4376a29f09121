/** What the console's pages show, what it costs, and that hostile text stays text. */
import { beforeEach, describe, expect, it } from "vitest";
import { watchedD1 } from "./fault.ts";
import { costOf, createService, env, freshDatabase, type Reply, type Service, tokenFor } from "./service.ts";

const hostileNames = [
  "<script>alert(1)</script>",
  "\u202Egnp.exe",
  "😀".repeat(64),
  `"'><img src=x onerror=x>`,
];

beforeEach(freshDatabase);

const get = (service: Service, path: string, headers = {}) => service.call(path, { role: null, headers });
/** An empty form of another site. */
const post = (service: Service, path: string) =>
  service.call(path, { role: null, method: "POST", raw: "", headers: { origin: "https://evil.example" } });

async function viewerCookie(): Promise<string> {
  const actor = { subject: "security_console", role: "viewer" } as const;
  return `__Host-session=${await tokenFor({ ...actor, audience: "game-security-console" })}`;
}

/** A section of the page by the id of its heading. */
const sectionOf = (body: string, id: string): string =>
  body.split("<section").find((part) => part.startsWith(` aria-labelledby="${id}"`)) ?? "";

async function overview(service: Service): Promise<Reply> {
  return get(service, "/", { cookie: await viewerCookie() });
}

/** A suspect by its log, and everybody named; scored. */
async function play(service: Service, names: readonly string[] = ["Suspect"]): Promise<void> {
  for (const username of names) {
    const created = await service.call("/api/players", { body: { username } });
    const player_id = created.body.player.id;
    const entry = { player_id, action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 };
    expect((await service.call("/api/security/scan-log", { body: { entries: [entry] } })).status).toBe(200);
  }
  expect((await service.call("/api/ops/jobs/rescore/runs", { method: "POST" })).status).toBe(200);
}

/** The database, and how many statements each of its batches had. */
function countCalls() {
  const sizes: number[] = [];
  return { sizes, db: watchedD1(env.DB, (statements) => void sizes.push(statements.length)) };
}

describe("the overview", () => {
  it("says what to do where there is nothing", async () => {
    const { body } = await overview(createService());
    expect(body).toContain("No telemetry yet");
    expect(body).toContain("No escalations yet");
    expect(body).not.toContain("NaN");
  });

  it("says that nobody is at risk where nobody is", async () => {
    const service = createService();
    await service.call("/api/players", { body: { username: "Honest" } });
    const { body } = await overview(service);
    expect(body).toContain("Nobody is at risk 40 or above");
    expect(body).toContain("Every score is up to date");
  });

  it("shows totals, the suspect with its standing, and its escalation", async () => {
    const service = createService();
    await play(service);
    const risk = (await service.call("/api/security/player-risk/1")).body;
    const { body } = await overview(service);
    const [watchlist, escalations] = [sectionOf(body, "watchlist"), sectionOf(body, "escalations")];
    expect(body).toMatch(/<dt>Players<\/dt><dd class="figure-value"><a href="\/players">1<\/a><\/dd>/);
    for (const part of ["Suspect", risk.risk_score.toFixed(2), risk.band, risk.confidence, "uncalibrated"]) {
      expect(watchlist).toContain(part);
    }
    expect(body).toContain('<time datetime="2026-11-01T12:00:00.000Z">2026-11-01 12:00 UTC</time>');
    expect(escalations).toMatch(/Suspect.*badge-low.*badge-(suspicious|critical)/);
  });

  it("puts the elevated below the suspicious, and the low nowhere", async () => {
    const service = createService();
    await play(service, ["High", "Middle", "Low"]);
    const set = env.DB.prepare("UPDATE standings SET risk = ? WHERE player_id = ?");
    await env.DB.batch([set.bind(7_000, 1), set.bind(6_999, 2), set.bind(3_999, 3)]);
    const watchlist = sectionOf((await overview(service)).body, "watchlist");
    expect(watchlist).toMatch(/>High<.*badge-suspicious.*>Middle<.*badge-elevated/s);
    expect(watchlist).not.toContain(">Low<");
  });

  it("takes one round trip and few rows, however many players there are", async () => {
    const service = createService();
    await play(
      service,
      Array.from({ length: 20 }, (_, place) => `Suspect ${place}`),
    );
    const cookie = await viewerCookie();
    const counted = countCalls();
    const page = await get(createService({ DB: counted.db }), "/", { cookie });
    expect(page.body.match(/class="cell-player"/g)).toHaveLength(5 + 6);
    // One more to ask whether the sign-in goes on.
    expect(costOf(page)).toMatchObject({ queries: 9, written: 0 });
    expect(counted.sizes).toEqual([1, 8]);
    expect(costOf(page).read).toBeLessThan(150);
  });

  it("keeps hostile names text, each in a direction of its own", async () => {
    const service = createService();
    await play(service, hostileNames);
    const { body } = await overview(service);
    expect(body).not.toMatch(/<script(?! src="\/console\.js)|<img src=x/i);
    expect(body).toContain("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>");
    expect(body).toContain("<bdi>\u202Egnp.exe</bdi>");
    expect(body).toContain(`<bdi>${"😀".repeat(64)}</bdi>`);
  });
});

describe("every page", () => {
  it("needs no script and no inline style, and its policy allows none", async () => {
    const service = createService();
    await play(service);
    const pages = [
      await get(service, "/"),
      await get(service, "/players"),
      await get(service, "/docs"),
      await post(service, "/sign-in"),
      await post(service, "/sign-out"),
    ];
    for (const { headers, body } of pages) {
      expect(headers.get("content-type")).toMatch(/^text\/html/);
      expect(body).toMatch(/^<!doctype html><html lang="en">/i);
      expect(body).not.toMatch(
        /<script|<style|\sstyle=|\son[a-z]+=|javascript:|(src|href|action)="https?:\/\/(?!localhost)/i,
      );
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toMatch(/unsafe|script-src|\*|https?:/);
    }
  });

  it("for the signed-in runs files of ours alone", async () => {
    const service = createService();
    await play(service);
    const cookie = await viewerCookie();
    for (const path of ["/", "/players", "/players/1", "/players/1?tab=metrics", "/players/99"]) {
      const { headers, body } = await get(service, path, { cookie });
      const scripts = body.match(/<script[^>]*>[^<]*/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts)
        expect(script).toMatch(/^<script src="\/\w+\.js\?v=[0-9a-f]+" defer="">$/);
      expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\/(?!localhost)/i);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'self';.*connect-src 'self'/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  it("finds its stylesheet and its icon, kept for good under their version only", async () => {
    const service = createService();
    const { body } = await get(service, "/");
    const [, href = ""] = /rel="stylesheet" href="([^"]+)"/.exec(body) ?? [];
    const current = await get(service, href);
    expect(current.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(current.headers.get("cache-control")).toContain("immutable");
    expect(current.body).not.toMatch(/url\(|@import/);
    for (const path of ["/console.js", "/charts.js"]) {
      const script = await get(service, path);
      expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(script.body.length).toBeGreaterThan(1_000);
    }
    expect((await get(service, "/console.css?v=old")).headers.get("cache-control")).toBe(
      "public, max-age=300",
    );
    expect((await get(service, "/icon.svg")).headers.get("content-type")).toBe("image/svg+xml");
  });
});
