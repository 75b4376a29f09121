/** The overview in a real browser: in every look with much in it, and the ways that its numbers lead. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { type Look, tabTo, type Visit } from "./browser.ts";
import { sidewaysOverflow } from "./contrast.ts";
import { follow, hostile, measured, pressAndLoad, type Speed } from "./pages.ts";
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

vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;

/** As cron does: what the overview counts, it counts then. */
async function runCron(expression: string): Promise<void> {
  const path = `/cdn-cgi/local/scheduled?cron=${encodeURIComponent(expression)}`;
  expect((await fetch(`${stage.site.origin}${path}`)).status).toBe(200);
}

beforeAll(async () => {
  stage = await openStage();
  const { client } = stage.site;
  await sendSeed(client, generateSeed({ nowMs: Date.now(), seed: 1 }));
  const ids: number[] = [];
  for (const username of hostile) {
    ids.push(numberOf(await client.post("/api/players", { username }), "player", "id"));
    const entries = [{ player_id: ids.at(-1), action: "aimbot_lock" }];
    await client.post("/api/security/scan-log", { entries });
  }
  await finishJobs(client, "rescore", "baselines", "rescore");
  for (const player_id of ids) await client.post("/api/cases", { player_id });
  const decisions = [
    { player_id: ids[0], type: "ban" },
    { player_id: ids[1], type: "ban" },
    { player_id: ids[2], type: "watch" },
  ];
  for (const decision of decisions) await client.post("/api/decisions", { ...decision, reason: "Seen." });
  for (const expression of ["*/5 * * * *", "* * * * *", "17 * * * *"]) await runCron(expression);
}, 300_000);

afterAll(() => closeStage(stage), 30_000);

const visit = (look: Look, scripts: boolean, work: (visited: Visit) => Promise<void>) =>
  withVisit(stage, { look, scripts, at: "/players", timezoneId: "America/Los_Angeles" }, async (visited) => {
    await visited.page.goto("/");
    await work(visited);
  });

describe("the overview", () => {
  it.each(looks)("is clear of barriers, fits and is read at $width in $scheme", async (look) => {
    await visit(look, true, async ({ page }) => {
      expect(await page.locator(".plot canvas").count()).toBe(2);
      await keep(page, "overview-full", look);
      expect(await troublesOf(page)).toEqual([]);
      for (const width of [480, 768, 1024, 1121, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        expect([width, await page.evaluate(sidewaysOverflow)]).toEqual([width, 0]);
      }
    });
  });

  it("leads from its numbers to what they count, by mouse", async () => {
    await visit(wide, true, async ({ page }) => {
      const cases = await page.locator(".figure-value a").first().innerText();
      await follow(page, ".figure-value a");
      expect(page.url()).toContain("/queue?state=open");
      expect(await page.locator(".cases [data-row]").count()).toBe(Number(cases));
      await page.goBack();
      const bans = page.locator(".week tr").filter({ hasText: "ban" }).locator("a").first();
      expect(await bans.innerText()).toBe("2");
      await Promise.all([page.waitForEvent("load"), bans.click()]);
      expect(await page.locator(".decisions [data-row]").count()).toBe(2);
      expect(await page.locator("select[name=type]").inputValue()).toBe("ban");
    });
  });

  it("is gone through by keyboard", async () => {
    await visit(wide, true, async ({ page }) => {
      await tabTo(page, ".figure-value a");
      await pressAndLoad(page, "Enter");
      expect(await page.locator("h1").innerText()).toBe("Queue");
      await page.keyboard.press("g");
      await pressAndLoad(page, "o");
      await page.keyboard.press("j");
      await pressAndLoad(page, "Enter");
      expect(new URL(page.url()).pathname).toMatch(/^\/cases\/\d+$/);
    });
  });

  it("reads off a day what the table says of it, in UTC wherever the viewer is", async () => {
    await visit(wide, true, async ({ page }) => {
      const plot = page.locator(".plot-days").first();
      const { width, height } = (await plot.boundingBox()) ?? { width: 0, height: 0 };
      await plot.hover({ position: { x: width - 20, y: height / 2 } });
      const last = page.locator("figure").first().locator("tr[data-x]").last();
      const [day, count] = await last.locator("th, td").allTextContents();
      expect(await plot.locator(".readout").innerText()).toBe(`${day} · sessions ${count}`);
      expect(day).toBe(
        new Date(Number(await last.getAttribute("data-x")) * 86_400_000).toISOString().slice(0, 10),
      );
    });
  });

  it("says all of it without scripts", async () => {
    await visit(wide, false, async ({ page }) => {
      expect(await page.locator(".plot").first().isVisible()).toBe(false);
      await page.locator(".numbers-behind summary").first().click();
      expect(await page.locator("figure").first().locator("tr[data-x]").count()).toBe(28);
      expect(await page.locator(".jobs tbody tr").count()).toBe(9);
    });
  });

  it("moves nothing as it loads", async () => {
    await visit(wide, true, async ({ page }) => {
      const { shift } = await page.evaluate<Speed>(measured);
      expect(shift).toBeLessThan(0.01);
    });
  });
});
