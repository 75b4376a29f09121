/** Cases and decisions in a real browser: every page in every look, and the way from the queue to a decision and back. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { defaultCredentials } from "../../src/cli/start/banner.ts";
import { type Client, memberOf, numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { findBarriers } from "./axe.ts";
import { type Look, launch, tabTo, type Visit, visit } from "./browser.ts";
import { findFaintText, sidewaysOverflow } from "./contrast.ts";
import { follow, hostile, hrefs, measured, pressAndLoad, type Speed, signIn } from "./pages.ts";
import { type Site, startSite } from "./site.ts";

const artifacts = join(import.meta.dirname, "../artifacts");
const looks: readonly Look[] = [360, 1440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);
const wide: Look = { width: 1440, scheme: "light" };

vi.setConfig({ testTimeout: 60_000 });

let site: Site;
let browser: Browser;
/** Decided with a decision that was appealed; of a name that nobody wants in a page. */
let appealed = 0;
let decision = 0;
let player = 0;

/** As the local account: the client of the command line only reads and posts. */
async function declare(settings: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const send = (path: string, method: string, body: object, more: object = {}) =>
    fetch(`${site.origin}${path}`, { method, headers: { ...headers, ...more }, body: JSON.stringify(body) });
  const token = (await (await send("/api/auth/token", "POST", defaultCredentials)).json()) as object;
  const authorization = `Bearer ${String(memberOf(token, "access_token"))}`;
  const reply = await send("/api/games/default/enforcement", "PUT", settings, { authorization });
  expect(reply.status).toBe(200);
}

async function run(client: Client, job: string): Promise<void> {
  while (numberOf(await client.post(`/api/ops/jobs/${job}/runs`), "remaining") > 0);
}

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
  for (const job of ["rescore", "baselines", "rescore", "baselines"]) await run(client, job);
  for (const player_id of ids.slice(1)) await client.post("/api/cases", { player_id });
  await appealOne(client, ids[0] ?? 0);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
}, 30_000);

async function withVisit(
  look: Look,
  scripts: boolean,
  work: (visited: Visit) => Promise<void>,
): Promise<void> {
  const visited = await visit(browser, site.origin, look, { scripts });
  visited.page.on("dialog", (dialog) => visited.faults.push(`dialog: ${dialog.message()}`));
  try {
    await signIn(visited.page, "/queue");
    visited.faults.splice(0);
    await work(visited);
    expect(visited.faults).toEqual([]);
  } finally {
    await visited.context.close();
  }
}

/** Opens cases of the riskiest players of the seed, as an analyst would, and answers the most urgent one's path. */
async function openSuspects(page: Page): Promise<string> {
  await page.goto("/players?band=critical");
  const ids = (await hrefs(page, ".players .player-link")).map((href) => Number(href.split("/").at(-1)));
  for (const player_id of ids.slice(0, 4)) {
    await site.client.post("/api/cases", { player_id }).catch(() => undefined);
  }
  await page.goto("/queue");
  return (await hrefs(page, ".cases .player-link"))[0] ?? "";
}

describe("every page", () => {
  it.each(looks)(
    "is clear of barriers, fits and is read at $width in $scheme",
    async (look) => {
      await withVisit(look, true, async ({ page }) => {
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
          const picture = join(artifacts, `${name}-${look.width}-${look.scheme}.png`);
          await page.screenshot({ path: picture, fullPage: true });
          const sideways = Number(await page.evaluate(sidewaysOverflow));
          const troubles = [await page.evaluate(findFaintText), await findBarriers(page)].flat();
          if (sideways > 0 || troubles.length > 0) found.push({ name, sideways, troubles });
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
    await declare(settings);
    await withVisit(wide, true, async ({ page }) => {
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
    await withVisit(wide, true, async ({ page }) => {
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
    await withVisit({ width: 360, scheme: "dark" }, false, async ({ page }) => {
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
      await withVisit(wide, true, async ({ page }) => {
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
