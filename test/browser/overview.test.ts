/** The overview in a real browser: in every look with much in it, and the ways that its numbers lead. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { findBarriers } from "./axe.ts";
import { type Look, launch, tabTo, type Visit, visit } from "./browser.ts";
import { findFaintText, sidewaysOverflow } from "./contrast.ts";
import { follow, hostile, measured, pressAndLoad, type Speed, signIn } from "./pages.ts";
import { type Site, startSite } from "./site.ts";

const artifacts = join(import.meta.dirname, "../artifacts");
const looks: readonly Look[] = [360, 1440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);
const wide: Look = { width: 1440, scheme: "light" };

vi.setConfig({ testTimeout: 120_000 });

let site: Site;
let browser: Browser;

/** As cron does: what the overview counts, it counts then. */
async function runCron(expression: string): Promise<void> {
  const path = `/cdn-cgi/local/scheduled?cron=${encodeURIComponent(expression)}`;
  expect((await fetch(`${site.origin}${path}`)).status).toBe(200);
}

beforeAll(async () => {
  await mkdir(artifacts, { recursive: true });
  [site, browser] = await Promise.all([startSite(), launch()]);
  const { client } = site;
  await sendSeed(client, generateSeed({ nowMs: Date.now(), seed: 1 }));
  const ids: number[] = [];
  for (const username of hostile) {
    ids.push(numberOf(await client.post("/api/players", { username }), "player", "id"));
    const entries = [{ player_id: ids.at(-1), action: "aimbot_lock" }];
    await client.post("/api/security/scan-log", { entries });
  }
  for (const job of ["rescore", "baselines", "rescore"]) {
    while (numberOf(await client.post(`/api/ops/jobs/${job}/runs`), "remaining") > 0);
  }
  for (const player_id of ids) await client.post("/api/cases", { player_id });
  const decisions = [
    { player_id: ids[0], type: "ban" },
    { player_id: ids[1], type: "ban" },
    { player_id: ids[2], type: "watch" },
  ];
  for (const decision of decisions) await client.post("/api/decisions", { ...decision, reason: "Seen." });
  for (const expression of ["*/5 * * * *", "* * * * *", "17 * * * *"]) await runCron(expression);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
}, 30_000);

async function withVisit(
  look: Look,
  scripts: boolean,
  work: (visited: Visit) => Promise<void>,
): Promise<void> {
  const visited = await visit(browser, site.origin, look, { scripts, timezoneId: "America/Los_Angeles" });
  visited.page.on("dialog", (dialog) => visited.faults.push(`dialog: ${dialog.message()}`));
  try {
    await signIn(visited.page, "/players");
    visited.faults.splice(0);
    await visited.page.goto("/");
    await work(visited);
    expect(visited.faults).toEqual([]);
  } finally {
    await visited.context.close();
  }
}

describe("the overview", () => {
  it.each(looks)("is clear of barriers, fits and is read at $width in $scheme", async (look) => {
    await withVisit(look, true, async ({ page }) => {
      expect(await page.locator(".plot canvas").count()).toBe(2);
      const picture = join(artifacts, `overview-full-${look.width}-${look.scheme}.png`);
      await page.screenshot({ path: picture, fullPage: true });
      expect(await page.evaluate(sidewaysOverflow)).toBe(0);
      expect(await page.evaluate(findFaintText)).toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
      for (const width of [480, 768, 1024, 1121, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        expect([width, await page.evaluate(sidewaysOverflow)]).toEqual([width, 0]);
      }
    });
  });

  it("leads from its numbers to what they count, by mouse", async () => {
    await withVisit(wide, true, async ({ page }) => {
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
    await withVisit(wide, true, async ({ page }) => {
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
    await withVisit(wide, true, async ({ page }) => {
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
    await withVisit(wide, false, async ({ page }) => {
      expect(await page.locator(".plot").first().isVisible()).toBe(false);
      await page.locator(".numbers-behind summary").first().click();
      expect(await page.locator("figure").first().locator("tr[data-x]").count()).toBe(28);
      expect(await page.locator(".jobs tbody tr").count()).toBe(9);
    });
  });

  it("moves nothing as it loads", async () => {
    await withVisit(wide, true, async ({ page }) => {
      const { shift } = await page.evaluate<Speed>(measured);
      expect(shift).toBeLessThan(0.01);
    });
  });
});
