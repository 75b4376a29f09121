/** The console in a real browser, against the built Worker: by keyboard, without scripts, narrow and wide. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSeed } from "../../seed/generate.ts";
import { defaultCredentials } from "../../src/cli/start/banner.ts";
import { type Client, numberOf } from "../../src/cli/start/client.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { type Look, launch, tabTo, type Visit, visit } from "./browser.ts";
import { findFaintText, sidewaysOverflow } from "./contrast.ts";
import { type Site, startSite } from "./site.ts";

const artifacts = join(import.meta.dirname, "../artifacts");
const suspects = [
  "Suspect One",
  "<script>alert(1)</script>",
  "\u202Egnp.exe",
  "😀".repeat(64),
  "W".repeat(64),
];
const looks: readonly Look[] = [360, 1440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);
/** Where layouts change, and beyond. */
const otherWidths = [361, 480, 768, 1024, 1119, 1121, 1280, 2560];
const wide: Look = { width: 1440, scheme: "light" };

let site: Site;
let browser: Browser;

beforeAll(async () => {
  await mkdir(artifacts, { recursive: true });
  [site, browser] = await Promise.all([startSite(), launch()]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
}, 30_000);

/** Logs that the classic service marks too, for players with names that nobody wants in a page. */
async function playSuspects(client: Client): Promise<void> {
  for (const username of suspects) {
    const player_id = numberOf(await client.post("/api/players", { username }), "player", "id");
    const entry = { player_id, action: "aimbot_lock", headshot_rate: 0.95, reaction_time_ms: 80 };
    await client.post("/api/security/scan-log", { entries: [entry] });
  }
  while (numberOf(await client.post("/api/ops/jobs/rescore/runs"), "remaining") > 0);
}

/** As somebody without a mouse would. */
async function signIn(page: Page, password: string = defaultCredentials.password): Promise<void> {
  await page.goto("/");
  await tabTo(page, "#username");
  await page.keyboard.type(defaultCredentials.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** A picture to look at: of the whole page unless it is too tall for one. */
async function keep(page: Page, name: string, { width, scheme }: Look, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(artifacts, `${name}-${width}-${scheme}.png`), fullPage });
}

/** What must hold for every page in every look. */
async function inspect({ page, faults }: Visit, name: string, look: Look): Promise<void> {
  const { width, scheme } = look;
  await keep(page, name, look, !name.startsWith("docs"));
  expect([name, width, await page.evaluate(sidewaysOverflow)]).toEqual([name, width, 0]);
  expect([name, scheme, await page.evaluate(findFaintText)]).toEqual([name, scheme, []]);
  expect([name, faults]).toEqual([name, []]);
}

/** No width makes the page scroll sideways. */
async function expectToFit(page: Page): Promise<void> {
  for (const width of otherWidths) {
    await page.setViewportSize({ width, height: 800 });
    expect([width, await page.evaluate(sidewaysOverflow)]).toEqual([width, 0]);
  }
}

async function withVisit(look: Look, run: (visited: Visit) => Promise<void>): Promise<void> {
  const visited = await visit(browser, site.origin, look);
  try {
    await run(visited);
  } finally {
    await visited.context.close();
  }
}

describe("before any telemetry", () => {
  it("says what to do next", async () => {
    for (const look of looks) {
      await withVisit(look, async (visited) => {
        await visited.page.goto("/");
        await inspect(visited, "sign-in", look);
        await signIn(visited.page);
        expect(await visited.page.getByText("No telemetry yet").isVisible()).toBe(true);
        await inspect(visited, "empty", look);
      });
    }
  }, 60_000);
});

describe("with players", () => {
  beforeAll(async () => {
    await sendSeed(site.client, generateSeed({ nowMs: Date.now(), seed: 1 }));
    await playSuspects(site.client);
  }, 120_000);

  it("shows totals, the suspects and their escalations, in every look", async () => {
    for (const look of looks) {
      await withVisit(look, async (visited) => {
        const { page } = visited;
        await signIn(page);
        expect(new URL(page.url()).pathname).toBe("/");
        const figures = await page.locator(".figures").innerText();
        expect(figures).toMatch(/Players\s+55\s/);
        for (const name of suspects) {
          const row = page.locator(".escalations tr").filter({ has: page.getByText(name, { exact: true }) });
          expect([name, await row.count()]).toEqual([name, 1]);
        }
        expect(await page.locator(".watchlist").innerText()).toMatch(/uncalibrated/);
        await inspect(visited, "overview", look);
        await expectToFit(page);
      });
    }
  }, 60_000);

  it("signs out by keyboard, and stays out", async () => {
    await withVisit(wide, async ({ page, context, faults }) => {
      await signIn(page);
      const cookies = await context.cookies();
      expect(cookies.map(({ name }) => name).sort()).toEqual(["__Host-device", "__Host-session"]);
      for (const cookie of cookies) {
        expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
      }
      await tabTo(page, ".account button");
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
      expect(await page.locator("h1").innerText()).toBe("Sign in");
      // The device stays known; it proves nothing.
      expect((await context.cookies()).map(({ name }) => name)).toEqual(["__Host-device"]);
      await page.goto("/");
      expect(await page.locator("h1").innerText()).toBe("Sign in");
      expect(faults).toEqual([]);
    });
  });

  it("says that the password is wrong", async () => {
    const look = looks[1] ?? wide;
    await withVisit(look, async ({ page, context, faults }) => {
      await signIn(page, "wrong");
      expect(await page.getByRole("alert").innerText()).toContain("wrong password");
      expect(await page.title()).toContain("Sign-in failed");
      expect(await context.cookies()).toEqual([]);
      await keep(page, "wrong-password", look);
      // Chromium reports the page's own status as an error of the console; nothing else went wrong.
      expect(faults.filter((fault) => !fault.includes("status of 401"))).toEqual([]);
    });
  });

  it("is not moved by a form on another site", async () => {
    await withVisit(wide, async ({ page, context }) => {
      await signIn(page);
      await page.goto(`${site.origin.replace("localhost", "127.0.0.1")}/`);
      const elsewhere = `<form method="post" action="${site.origin}/sign-out"><button>x</button></form>`;
      await page.route("**/elsewhere", (route) =>
        route.fulfill({ contentType: "text/html", body: elsewhere }),
      );
      await page.goto(`${site.origin.replace("localhost", "127.0.0.1")}/elsewhere`);
      await Promise.all([page.waitForEvent("load"), page.locator("button").click()]);
      expect(await page.locator("h1").innerText()).toBe("That did not work");
      const kept = (await context.cookies(site.origin)).map(({ name }) => name);
      expect(kept).toContain("__Host-session");
    });
  });
});

describe("the documentation", () => {
  it("reads well in every look, and its contents lead to each operation", async () => {
    for (const look of looks) {
      await withVisit(look, async (visited) => {
        const { page } = visited;
        await page.goto("/docs");
        await inspect(visited, "docs", look);
        await page.locator('.contents a[href="#post_api_security_scan_log"]').click();
        const target = page.locator("section:target");
        expect(await target.getAttribute("id")).toBe("post_api_security_scan_log");
        await keep(page, "docs-operation", look);
        await expectToFit(page);
      });
    }
  }, 60_000);
});
