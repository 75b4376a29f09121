/** Cases and decisions in a real browser: every page in every look, and the way from the queue to a decision and back. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { type Client, numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { type Look, tabTo, type Visit } from "./browser.ts";
import { follow, hostile, hrefs, measured, pressAndLoad, type Speed } from "./pages.ts";
import {
  closeStage,
  finishJobs,
  keep,
  looks,
  openStage,
  put,
  type Stage,
  troublesOf,
  wide,
  withVisit,
} from "./stage.ts";

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
/** Decided with a decision that was appealed; of a name that nobody wants in a page. */
let appealed = 0;
let decision = 0;
let player = 0;

/** A case that somebody else's words and a stranger's statement stand in. */
async function appealOne(client: Client, player_id: number): Promise<void> {
  player = player_id;
  const note = `${hostile[0]}\n${"x".repeat(1_800)}`;
  appealed = numberOf(await client.post("/api/cases", { player_id, note }), "id");
  const order = { player_id, type: "ban", reason: note, case_id: appealed };
  decision = numberOf(await client.post("/api/decisions", order), "id");
  await client.post(`/api/decisions/${decision}/appeal`, { statement: note });
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
  await finishJobs(client, "rescore", "baselines", "rescore", "baselines");
  for (const player_id of ids.slice(1)) await client.post("/api/cases", { player_id });
  await appealOne(client, ids[0] ?? 0);
}, 240_000);

afterAll(() => closeStage(stage), 30_000);

const visit = (look: Look, scripts: boolean, work: (visited: Visit) => Promise<void>) =>
  withVisit(stage, { look, scripts, at: "/queue" }, work);

/** Opens cases of the riskiest players of the seed, as an analyst would, and answers the most urgent one's path. */
async function openSuspects(page: Page): Promise<string> {
  await page.goto("/players?band=critical");
  const ids = (await hrefs(page, ".players .player-link")).map((href) => Number(href.split("/").at(-1)));
  for (const player_id of ids.slice(0, 4)) {
    await stage.site.client.post("/api/cases", { player_id }).catch(() => undefined);
  }
  await page.goto("/queue");
  return (await hrefs(page, ".cases .player-link"))[0] ?? "";
}

describe("every page", () => {
  it.each(looks)(
    "is clear of barriers, fits and is read at $width in $scheme",
    async (look) => {
      await visit(look, true, async ({ page }) => {
        const first = await openSuspects(page);
        const claimed = `/cases/${first.split("/").at(-1)}`;
        await page.goto(claimed);
        if ((await page.locator("form.verdict").count()) === 0) await follow(page, "[data-key=c]");
        const shots = [
          ["queue", "/queue"],
          ["queue-decided", "/queue?state=decided"],
          ["case", claimed],
          ["case-appealed", `/cases/${appealed}`],
          ["decisions", "/decisions"],
          ["decisions-hint", "/decisions?state=live"],
          ["decision", `/decisions/${decision}`],
          ["player-cases", `/players/${player}?tab=cases`],
          ["player-decisions", `/players/${player}?tab=decisions`],
          ["player-reports", `/players/${player}?tab=reports`],
        ] as const;
        const found: unknown[] = [];
        for (const [name, path] of shots) {
          await page.goto(path);
          await keep(page, name, look);
          const troubles = await troublesOf(page);
          if (troubles.length > 0) found.push({ name, troubles });
        }
        expect(found).toEqual([]);
      });
    },
    240_000,
  );
});

describe("by keyboard", () => {
  it("claims, judges, goes on to the next case, and takes the decision back", async () => {
    const policies = { cheating: { ladder: [{ type: "suspend", days: 30 }, { type: "ban" }] } };
    const settings = { second_review_share: 0, policies };
    await put(stage, "/api/games/default/enforcement", settings);
    await visit(wide, true, async ({ page }) => {
      await openSuspects(page);
      await page.keyboard.press("g");
      await pressAndLoad(page, "q");
      await pressAndLoad(page, "c");
      const judged = new URL(page.url()).pathname;
      expect(judged).toMatch(/^\/cases\/\d+$/);
      await page.keyboard.press("2");
      await page.keyboard.press("1");
      expect(await page.locator("#verdict-confirmed").isChecked()).toBe(true);
      await tabTo(page, "#verdict-reason");
      await page.keyboard.type("Tracks heads through smoke. 2 of 3 rounds, see c.");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Policy");
      await pressAndLoad(page, "Control+Enter");
      const said = await page.locator(".toast").innerText();
      expect(said).toContain("is decided: confirmed. A decision was made.");
      expect(new URL(page.url()).pathname).toMatch(/^\/(cases\/\d+|queue)$/);
      expect(new URL(page.url()).pathname).not.toBe(judged);
      await page.goto(judged);
      expect(await page.locator(".case-notes").innerText()).toContain("Tracks heads through smoke.");
      await follow(page, ".case-notes a[href^='/decisions/']");
      await tabTo(page, ".action summary");
      await page.keyboard.press("Enter");
      await page.selectOption("#end-as", "expunged");
      await page.fill("#end-reason", "It was the wrong player.");
      await follow(page, ".action-form button");
      expect(await page.locator(".toast").innerText()).toContain("is expunged.");
      expect(await page.locator(".action").count()).toBe(0);
    });
  });

  it("lists its shortcuts", async () => {
    await visit(wide, true, async ({ page }) => {
      await page.keyboard.press("?");
      const listed = await page.locator("dialog[open]").innerText();
      for (const text of ["Claim the next case", "Confirmed, cleared, inconclusive", "Give the verdict"]) {
        expect(listed).toContain(text);
      }
    });
  });
});

describe("without scripts", () => {
  it("claims, comments, gives back", async () => {
    await visit({ width: 360, scheme: "dark" }, false, async ({ page }) => {
      await follow(page, ".claim button");
      await page.fill("#comment-text", "<script>alert(1)</script>");
      await follow(page, ".comment-form button");
      expect(await page.locator(".said .notes").first().innerText()).toBe("<script>alert(1)</script>");
      await follow(page, "form[action$='/release'] button");
      expect(await page.locator(".toast").innerText()).toContain("is free again.");
      await follow(page, ".toast button");
      expect(await page.locator(".toast").innerText()).toContain("yours for half an hour");
    });
  });
});

describe("how fast it is", () => {
  it.each(["/queue", "CASE", "/decisions"])(
    "%s: nothing moves, and it is nowhere near slow",
    async (place) => {
      await visit(wide, true, async ({ page }) => {
        const loads: Speed[] = [];
        for (let load = 0; load < 4; load++) {
          await page.goto(place.replace("CASE", `/cases/${appealed}`));
          loads.push((await page.evaluate(measured)) as Speed);
        }
        const best = (of: (speed: Speed) => number) => Math.min(...loads.map(of));
        // The budgets are 300 and 100 ms; a machine with other work may miss them, ten times over says something.
        expect(best((s) => s.paintMs)).toBeLessThan(3_000);
        expect(best((s) => s.taskMs)).toBeLessThanOrEqual(1_000);
        expect(best((s) => s.shift)).toBeLessThan(0.01);
      });
    },
  );
});
