/** The trail and the settings in a real browser: every page in every look, and the ways through by keyboard and mouse. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Client } from "../../src/cli/start/client.ts";
import { type Look, tabTo, type Visit } from "./browser.ts";
import { follow, hostile, pressAndLoad, settingsShots } from "./pages.ts";
import { closeStage, keep, looks, openStage, put, type Stage, troublesOf, wide, withVisit } from "./stage.ts";

const password = "plum orbit canvas ninety";

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;

/** Something of each kind, of names that nobody wants in a page. */
async function fill(client: Client): Promise<void> {
  const metric = {
    name: "grenade_rate",
    label: hostile[0],
    kind: "rate",
    unit: "per minute",
    range: [0, 10],
    direction: "high",
    exposure: "minutes",
    group: "aim",
  };
  await client.post("/api/auth/users", { username: "ann", password, role: "analyst" });
  await client.post("/api/auth/token", { username: "ann", password });
  const scopes = ["telemetry:write", "players:read", "games:write"];
  const limits = { bulk: { requests: 500, period_seconds: 60 } };
  await client.post("/api/auth/keys", { name: "eu-west match servers", scopes, games: ["cs2"], limits });
  for (const name of hostile) await client.post("/api/auth/keys", { name, adapter: "cs2-log" });
  await client.post("/api/webhooks", { name: "Bans to the lobby", url: "http://127.0.0.1:9/hook" });
  await client.post("/api/webhooks", { name: hostile[0], url: "http://127.0.0.1:9/b", format: "slack" });
  await put(stage, "/api/games/cs2", { modes: ["premier", "wingman"], metrics: [metric] });
  const policies = { cheating: { ladder: [{ type: "suspend", days: 30 }, { type: "ban" }] } };
  const automation = { ban: { enabled: true, policy: "cheating" }, watch: { days: null } };
  await put(stage, "/api/games/cs2/enforcement", { policies, automation });
  await fetch(`${stage.site.origin}/api/audit`, { headers: { authorization: "Bearer nobody" } });
  await client.post("/api/ops/jobs/audit/runs");
}

beforeAll(async () => {
  stage = await openStage();
  await fill(stage.site.client);
}, 240_000);

afterAll(() => closeStage(stage), 30_000);

const visit = (look: Look, scripts: boolean, work: (visited: Visit) => Promise<void>) =>
  withVisit(stage, { look, scripts, at: "/settings" }, work);

/** Chromium reports the page's own status as an error of the console. */
const withoutStatus = (faults: string[]) =>
  faults.splice(0).filter((fault) => !/status of 4\d\d/.test(fault));

describe("every page", () => {
  it.each(looks)(
    "is clear of barriers, fits and is read at $width in $scheme",
    async (look) => {
      await visit(look, true, async ({ page, faults }) => {
        const found: unknown[] = [];
        for (const { name, path, prepare } of settingsShots) {
          await page.goto(path);
          await prepare?.(page);
          await keep(page, name, look);
          const troubles = await troublesOf(page);
          if (troubles.length > 0) found.push({ name, troubles });
        }
        await page.goto("/settings/keys");
        await page.locator(".panel summary").first().click();
        await keep(page, "settings-new-key", look);
        // Without a choice of what it may do.
        await page.fill("#new-key-name", "nothing");
        await follow(page, ".panel button");
        await keep(page, "settings-refused", look);
        found.push(...(await troublesOf(page)), ...withoutStatus(faults));
        expect(found).toEqual([]);
      });
    },
    240_000,
  );
});

describe("by keyboard", () => {
  it("makes a key, sees it once, and never again", async () => {
    await visit(wide, true, async ({ page, faults }) => {
      await page.keyboard.press("g");
      await pressAndLoad(page, "e");
      await tabTo(page, '.tabs a[href="/settings/keys"]');
      await pressAndLoad(page, "Enter");
      await tabTo(page, ".panel summary");
      await page.keyboard.press("Enter");
      await tabTo(page, "#new-key-name");
      await page.keyboard.type("lobby");
      await tabTo(page, 'input[value="decisions:read"]');
      await page.keyboard.press("Space");
      await tabTo(page, ".panel button");
      await pressAndLoad(page, "Enter");
      const secret = await page.locator("#secret").inputValue();
      expect(secret).toMatch(/^gsk_/);
      expect(
        await page.locator("#secret").evaluate((field) => field === field.ownerDocument.activeElement),
      ).toBe(true);
      expect(page.url()).not.toContain(secret);
      await keep(page, "settings-secret", wide);
      expect(await troublesOf(page)).toEqual([]);
      // The browser sends the form again: no other key is made, and the first is not shown.
      await page.reload();
      expect(await page.getByRole("alert").innerText()).toContain("This form was sent already");
      expect(await page.content()).not.toContain(secret);
      expect(withoutStatus(faults)).toEqual([]);
      await page.goto("/settings/keys");
      expect(await page.content()).not.toContain(secret);
      expect(await page.locator(".keys-list").getByText("lobby", { exact: true }).count()).toBe(1);
      const works = await fetch(`${stage.site.origin}/api/auth/me`, { headers: { "x-api-key": secret } });
      expect(works.status).toBe(200);
    });
  });
});

describe("by mouse", () => {
  it("creates a user, disables them, and takes that back", async () => {
    await visit(wide, true, async ({ page, faults }) => {
      await page.goto("/settings/users");
      await page.getByText("New user", { exact: true }).click();
      await page.fill("#new-user-username", "bob");
      await page.fill("#new-user-password", "bob orbit canvas ninety");
      await follow(page, ".panel button");
      expect(await page.locator("#new-user-password-fault").innerText()).toContain(
        "must not hold the user's name",
      );
      expect(await page.inputValue("#new-user-username")).toBe("bob");
      expect(await page.inputValue("#new-user-password")).toBe("");
      expect(withoutStatus(faults)).toEqual([]);
      await page.fill("#new-user-password", password);
      await follow(page, ".panel button");
      expect(await page.locator(".toast").innerText()).toContain("bob can sign in as viewer.");
      await follow(page, "form[action$='/access'] button");
      expect(await page.locator(".toast").innerText()).toContain("bob is disabled.");
      await keep(page, "settings-disabled", wide);
      await follow(page, ".toast button");
      expect(await page.locator(".toast").innerText()).toContain("bob is enabled.");
      await follow(page, ".part-head a[href^='/audit']");
      expect(await page.locator("h1").innerText()).toBe("Audit");
    });
  });

  it("follows the trail by an action, and takes it away as a file", async () => {
    await visit(wide, true, async ({ page, faults }) => {
      await page.goto("/audit?action=key.create");
      const listed = await page.locator(".trail [data-row]").count();
      expect(listed).toBeGreaterThanOrEqual(5);
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(".exports a")]);
      expect(download.suggestedFilename()).toBe("audit.ndjson");
      expect(faults.splice(0).filter((fault) => !fault.includes("/audit/export"))).toEqual([]);
      await follow(page, ".trail .quiet-link");
      expect(new URL(page.url()).searchParams.get("target")).toMatch(/^key:\d+$/);
    });
  });
});

describe("without scripts", () => {
  it("declares a metric, is told what is wrong with it, and takes the declaration back", async () => {
    await visit({ width: 360, scheme: "dark" }, false, async ({ page, faults }) => {
      await page.goto("/settings/games?game=rust");
      expect(new URL(page.url()).pathname).toBe("/settings/games/rust");
      await page.fill("#profile-modes", "solo\nduo");
      await follow(page, "#profile > div > button");
      await page.locator(".panel summary").last().click();
      await page.fill("#profile-metrics-0-name", "rockets");
      await page.fill("#profile-metrics-0-unit", "per minute");
      await page.fill("#profile-metrics-0-range-0", "10");
      await page.fill("#profile-metrics-0-range-1", "1");
      await follow(page, "#profile > div > button");
      expect(await page.locator(".panel[open] .fault").first().innerText()).toContain("range must rise");
      await keep(page, "settings-metric-refused", { width: 360, scheme: "dark" });
      expect(withoutStatus(faults)).toEqual([]);
      await page.fill("#profile-metrics-0-range-0", "0");
      await follow(page, "#profile > div > button");
      expect(await page.locator(".toast").innerText()).toContain("Declared as version 2.");
      await follow(page, ".toast button");
      expect(await page.locator(".toast").innerText()).toContain("Declared as version 3.");
      expect(await page.locator("#profile-metrics-0-name").inputValue()).toBe("");
      expect(await page.locator("#profile-modes").inputValue()).toBe("solo\nduo");
    });
  });
});
