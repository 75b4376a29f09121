/** Players in a real browser: every page in every look, journeys by mouse, by keyboard and without scripts. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { findBarriers } from "./axe.ts";
import { type Look, tabTo, type Visit } from "./browser.ts";
import { follow, hostile, hrefs, measured, pressAndLoad, type Speed, shotsOf } from "./pages.ts";
import {
  closeStage,
  finishJobs,
  keep,
  looks,
  openStage,
  type Stage,
  troublesOf,
  wide,
  withVisit,
} from "./stage.ts";

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
/** A player of the seed with a case to answer, and one whom nobody knows yet. */
let suspect = 0;
let unknown = 0;

beforeAll(async () => {
  stage = await openStage();
  const { client } = stage.site;
  await sendSeed(client, generateSeed({ nowMs: Date.now(), seed: 1 }));
  for (const username of hostile) {
    const player_id = numberOf(await client.post("/api/players", { username }), "player", "id");
    await client.post("/api/security/scan-log", { entries: [{ player_id, action: "aimbot_lock" }] });
    const notes = `${username}\n${"x".repeat(1_800)}`;
    await client.post("/api/security/report", {
      player_id,
      severity: "high",
      notes,
      reporter: username.slice(0, 40),
    });
  }
  unknown = numberOf(await client.post("/api/players", { username: "Newcomer" }), "player", "id");
  await finishJobs(client, "rescore", "baselines", "rescore", "baselines");
}, 240_000);

afterAll(() => closeStage(stage), 30_000);

const visit = (look: Look, scripts: boolean, work: (visited: Visit) => Promise<void>) =>
  withVisit(stage, { look, scripts, at: "/players", timezoneId: "Asia/Tokyo" }, async (visited) => {
    if (suspect === 0)
      suspect = Number((await hrefs(visited.page, ".players .player-link"))[0]?.split("/").at(-1));
    await work(visited);
  });

describe("every page", () => {
  it.each(looks)(
    "is clear of barriers, fits and is read at $width in $scheme",
    async (look) => {
      await visit(look, true, async ({ page }) => {
        const found: unknown[] = [];
        for (const { name, path, prepare } of shotsOf(suspect, unknown)) {
          await page.goto(path);
          await prepare?.(page);
          await keep(page, name, look);
          const troubles = await troublesOf(page);
          if (troubles.length > 0) found.push({ name, troubles });
        }
        expect(found).toEqual([]);
      });
    },
    240_000,
  );

  it("of trouble says what to do, and keeps the way back", async () => {
    await visit(wide, true, async ({ page, faults }) => {
      await page.goto("/players/99999999");
      expect(await page.getByRole("alert").innerText()).toBe("The player was not found.");
      await keep(page, "not-found", wide);
      expect(await findBarriers(page)).toEqual([]);
      await follow(page, "main a[href='/players']");
      expect(await page.title()).toContain("Players");
      expect(faults.splice(0).filter((fault) => !fault.includes("404"))).toEqual([]);
    });
  });
});

describe("by mouse", () => {
  it("searches while typing, opens a player and its evidence, renames it and takes that back", async () => {
    await visit(wide, true, async ({ page }) => {
      const field = page.locator("[data-search]");
      await field.pressSequentially("ember");
      await page.waitForURL("**/players?q=ember");
      expect(await page.locator(".players [data-row]").count()).toBe(1);
      expect(await page.locator("[data-announce]").innerText()).toBe("1 player");
      expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
      await follow(page, ".player-link");
      expect(await page.locator("h1").innerText()).toBe("Ember_Fox");
      await page.locator(".waterfall summary").first().click();
      expect(await page.locator(".evidence").first().isVisible()).toBe(true);
      await page.getByText("Rename", { exact: true }).first().click();
      await page.fill("#rename-name", "Ember");
      await page.fill("#rename-reason", "as the player asked");
      await follow(page, ".action-form button");
      expect(await page.getByRole("status").innerText()).toContain("Renamed from Ember_Fox to Ember.");
      expect(await page.locator("h1").innerText()).toBe("Ember");
      await follow(page, ".toast button");
      expect(await page.locator("h1").innerText()).toBe("Ember_Fox");
      await follow(page, ".tabs a[href*='tab=audit']");
      expect(await page.locator(".audit").innerText()).toContain("as the player asked");
    });
  });

  it("reports a player", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.goto(`/players/${unknown}`);
      await page.getByText("Report", { exact: true }).first().click();
      await page.selectOption("#report-severity", "high");
      await page.fill("#report-notes", "<script>alert(1)</script>\nTwice.");
      await follow(page, "details[open] .action-form button");
      expect(await page.locator(".notes").innerText()).toBe("<script>alert(1)</script>\nTwice.");
    });
  });

  it("exports what is listed", async () => {
    await visit(wide, true, async ({ page, faults }) => {
      await page.goto("/players?band=critical");
      const listed = await page.locator(".players [data-row]").count();
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(".exports a")]);
      expect(download.suggestedFilename()).toBe("players.csv");
      // Chromium's word for an answer that it keeps as a file.
      expect(faults.splice(0).filter((fault) => !fault.includes("/players/export"))).toEqual([]);
      const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
      expect(lines).toHaveLength(listed + 1);
    });
  });

  it("reads off a chart what its table says", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.goto(`/players/${suspect}?tab=metrics`);
      const plot = page.locator(".plot").first();
      await plot.hover();
      expect(await plot.locator(".readout").innerText()).toMatch(
        /^2\d{3}-\d\d-\d\d \d\d:\d\d · value [\d.]+ %.* · median /,
      );
    });
  });

  it("tells times in the viewer's zone, and UTC when pointed at", async () => {
    await visit(wide, true, async ({ page }) => {
      const time = page.locator("time").first();
      const iso = (await time.getAttribute("datetime")) ?? "";
      const tokyo = new Date(Date.parse(iso) + 9 * 3_600_000).toISOString();
      expect(await time.innerText()).toBe(`${tokyo.slice(0, 10)} ${tokyo.slice(11, 16)}`);
      expect(await time.getAttribute("title")).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`);
      expect(await page.locator("[data-zone]").innerText()).toBe("Asia/Tokyo");
    });
  });
});

describe("by keyboard", () => {
  it("goes, searches, steps through rows, opens a player and its evidence", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.keyboard.press("g");
      await pressAndLoad(page, "o");
      expect(await page.locator("h1").innerText()).toBe("Overview");
      await page.keyboard.press("g");
      await pressAndLoad(page, "p");
      await page.keyboard.press("/");
      await page.keyboard.type("k");
      await page.waitForURL("**/players?q=k");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      expect(await page.locator("[data-row] .player-link:focus-visible").count()).toBe(1);
      const name = await page.locator(".player-link:focus").innerText();
      await pressAndLoad(page, "Enter");
      expect(await page.locator("h1").innerText()).toBe(name);
      await page.goto(`/players/${suspect}`);
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      expect(await page.locator(".evidence").first().isVisible()).toBe(true);
    });
  });

  it("shows the list of shortcuts, and leaves off when told so", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.keyboard.press("?");
      const dialog = page.locator("dialog[open]");
      expect(await dialog.innerText()).toContain("Search players");
      await page.getByLabel("Use these shortcuts").uncheck();
      await page.keyboard.press("Escape");
      expect(await dialog.count()).toBe(0);
      await page.keyboard.press("?");
      expect(await dialog.count()).toBe(0);
    });
  });

  it("renames without a mouse", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.goto(`/players/${unknown}`);
      await tabTo(page, ".action summary");
      await page.keyboard.press("Enter");
      await tabTo(page, "#rename-reason");
      await page.keyboard.type("typo");
      await pressAndLoad(page, "Enter");
      expect(await page.getByRole("status").innerText()).toBe("The name is as it was.");
    });
  });
});

describe("how fast it is", () => {
  it.each(["/", "/players", "SUSPECT", "SUSPECT?tab=metrics", "SUSPECT?tab=sessions"])(
    "%s: nothing moves, and it is nowhere near slow",
    async (place) => {
      await visit(wide, true, async ({ page }) => {
        const path = place.replace("SUSPECT", `/players/${suspect}`);
        const loads: Speed[] = [];
        // The best of some: the machine has other work, the page has not.
        for (let load = 0; load < 4; load++) {
          await page.goto(path);
          loads.push((await page.evaluate(measured)) as Speed);
        }
        const best = (of: (speed: Speed) => number) => Math.min(...loads.map(of));
        const speed = {
          paintMs: best((s) => s.paintMs),
          taskMs: best((s) => s.taskMs),
          shift: best((s) => s.shift),
        };
        expect(speed.paintMs).toBeGreaterThan(0);
        // The budgets are 300 and 100 ms; a machine with other work may miss them, ten times over says something.
        expect(speed.paintMs).toBeLessThan(3_000);
        expect(speed.taskMs).toBeLessThanOrEqual(1_000);
        expect(speed.shift).toBeLessThan(0.01);
      });
    },
  );
});

describe("without scripts", () => {
  it("filters, sorts, pages, opens evidence and numbers, renames", async () => {
    await visit({ width: 360, scheme: "dark" }, false, async ({ page }) => {
      await follow(page, ".pager a[rel=next]");
      await follow(page, ".pager a[rel=prev]");
      await page.selectOption("select[name=band]", "critical");
      await follow(page, ".filters button");
      expect(new URL(page.url()).searchParams.get("band")).toBe("critical");
      await follow(page, ".player-link");
      await page.locator(".waterfall summary").first().click();
      expect(await page.locator(".evidence").first().isVisible()).toBe(true);
      expect(await page.locator(".plot").first().isVisible()).toBe(false);
      await page.locator(".numbers-behind summary").first().click();
      expect(await page.locator(".scroll td").first().isVisible()).toBe(true);
      expect(await page.locator(".foot").isVisible()).toBe(false);
      await keep(page, "player-unscripted", { width: 360, scheme: "dark" });
      await page.locator(".action summary").first().click();
      await page.fill("#rename-reason", "typo");
      await follow(page, ".action-form button");
      expect(await page.getByRole("status").innerText()).toBe("The name is as it was.");
    });
  });
});
