/** What goes out: caches, pages that hold what attackers wrote, and where to tell us of a hole. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { createPlayer, scan, sessionRow } from "../runtime/samples.ts";
import {
  type Call,
  createService,
  freshDatabase,
  nowMs,
  type Service,
  tokenFor,
} from "../runtime/service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

/** The same for everybody who asks: the only answers that a cache may keep. */
const forEverybody = [
  "/console.css",
  "/console.js",
  "/charts.js",
  "/icon.svg",
  "/docs",
  "/.well-known/security.txt",
];

describe("caches", () => {
  it.each(Object.keys(accessTable))("%s is for nobody's cache unless it is for everybody", async (key) => {
    const [method = "", pattern = ""] = key.split(" ");
    const path = pattern.replaceAll(/:[a-z]+/g, "1");
    const calls: Call[] = [{ method }, { method, role: null }, { method, role: "ingest" }];
    for (const call of calls) {
      const { headers, status } = await service.call(path, call);
      const policy = headers.get("cache-control");
      if (forEverybody.includes(path)) expect(policy, key).toMatch(/^public, max-age=/);
      else expect({ key, status, policy }).toEqual({ key, status, policy: "no-store" });
      expect(headers.get("set-cookie") === null || policy === "no-store", key).toBe(true);
    }
  });
});

describe("what attackers write", () => {
  const script = "<script>alert(1)</script>";
  const image = `"'><img src=x onerror=alert(1)>`;

  it("stays text on every page", async () => {
    const id = await createPlayer(service, { username: script });
    await createPlayer(service, { username: image, ref: script });
    const report = { player_id: id, reason: image, notes: script, reporter: image, severity: "critical" };
    expect((await service.call("/api/security/report", { body: report })).status).toBe(201);
    const entry = { player_id: id, action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 };
    await scan(service, [entry, { ...entry, action: image }]);
    const sessions = [sessionRow(1, image, { server: script, build: image })];
    await service.call("/api/telemetry/sessions", { body: { sessions } });
    await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
    const actor = { subject: script, role: "viewer", audience: "game-security-console" } as const;
    const cookie = `__Host-session=${await tokenFor(actor)}`;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const pages = [
      await service.call("/", { role: null, headers: { cookie } }),
      await service.call("/players", { role: null, headers: { cookie } }),
      ...(await Promise.all(
        ["score", "metrics", "sessions", "events"].map((tab) =>
          service.call(`/players/${id}?tab=${tab}`, { role: null, headers: { cookie } }),
        ),
      )),
      await service.call("/docs", { role: null, headers: { cookie } }),
      await service.call("/sign-in", {
        role: null,
        raw: `username=${encodeURIComponent(script)}&password=${encodeURIComponent(image)}`,
        headers: form,
      }),
    ];
    expect(pages[0]?.body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    for (const { body, headers } of pages) {
      const ours = /<script src="\/\w+\.js\?v=[0-9a-f]+" defer=""><\/script>/g;
      expect(body.replaceAll(ours, "")).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>/i);
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
    }
  });

  it("goes out as JSON that no browser takes for a page", async () => {
    const id = await createPlayer(service, { username: script });
    for (const path of [`/api/players/${id}`, "/api/players", `/api/games/${encodeURIComponent(script)}`]) {
      const { headers } = await service.call(path);
      expect(headers.get("content-type")).toMatch(/^application\/(problem\+)?json$/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("is not said back by the page of an error, nor by a path that is not there", async () => {
    for (const path of [`/${script}`, `/docs?q=${script}`, `/nothing?${image}`, `/sign-in/${script}`]) {
      const { body } = await service.call(encodeURI(path), { role: null });
      expect(JSON.stringify(body)).not.toMatch(/alert\(1\)/);
    }
  });
});

describe("security.txt (RFC 9116)", () => {
  const read = async (SECURITY_CONTACT?: string) =>
    (await createService(SECURITY_CONTACT ? { SECURITY_CONTACT } : {}).call("/.well-known/security.txt", {
      role: null,
    })) as { body: string; headers: Headers };

  it("has one Contact and one Expires within a year, as plain text in UTF-8", async () => {
    const { body, headers } = await read("mailto:security@studio.example");
    expect(headers.get("content-type")?.toLowerCase()).toBe("text/plain; charset=utf-8");
    const fields = body
      .trimEnd()
      .split("\n")
      .map((line) => /^([A-Za-z-]+): (\S.*)$/.exec(line)?.slice(1) as [string, string]);
    const all = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
    expect(all("Contact")).toEqual(["mailto:security@studio.example"]);
    const [expires = ""] = all("Expires");
    expect(all("Expires")).toHaveLength(1);
    expect(Date.parse(expires)).toBeGreaterThan(nowMs);
    expect(Date.parse(expires)).toBeLessThan(nowMs + 366 * 86_400_000);
    expect(new URL(all("Canonical")[0] ?? "").pathname).toBe("/.well-known/security.txt");
  });

  it("names a URI as its contact, whatever is configured", async () => {
    for (const contact of [undefined, "mailto:a@b.example", "https://studio.example/security"]) {
      const [, found = ""] = /^Contact: (.*)$/m.exec((await read(contact)).body) ?? [];
      expect(URL.canParse(found), found).toBe(true);
    }
  });

  it("takes no second line from its contact", async () => {
    const { body } = await read("mailto:a@b.example\nContact: mailto:evil@evil.example");
    expect(body.match(/^Contact:/gm)).toHaveLength(1);
  });
});
