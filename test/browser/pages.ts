/** What tests of the console's pages share: signing in, following links, which pages there are, how fast they are. */
import type { Page } from "playwright-core";
import { defaultCredentials } from "../../src/cli/start/banner.ts";

/** Names that nobody wants in a page. */
export const hostile = ["<script>alert(1)</script>", "‮gnp.exe", "😀".repeat(64), "W".repeat(64)];

/** Asks for a page and signs in on the way. */
export async function signIn(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.fill("#username", defaultCredentials.username);
  await page.fill("#password", defaultCredentials.password);
  await Promise.all([page.waitForEvent("load"), page.click("main button[type=submit]")]);
}

export const hrefs = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
export const follow = (page: Page, selector: string) =>
  Promise.all([page.waitForEvent("load"), page.locator(selector).first().click()]);
export const pressAndLoad = (page: Page, key: string) =>
  Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);

/** Opens the table behind the first chart, where there is one. */
async function openNumbers(page: Page): Promise<void> {
  const numbers = page.locator(".numbers-behind summary");
  if ((await numbers.count()) > 0) await numbers.first().click();
}

interface Shot {
  readonly name: string;
  readonly path: string;
  prepare?(page: Page): Promise<void>;
}

const sendForm = async (page: Page) => {
  await Promise.all([page.waitForEvent("load"), page.click("main button[type=submit]")]);
};

/** Every page of this part, of a suspect with a long record and of somebody whom nobody knows. */
export const shotsOf = (suspect: number, unknown: number): readonly Shot[] => [
  { name: "players", path: "/players" },
  { name: "players-search", path: "/players?q=player-00" },
  { name: "players-nobody", path: "/players?q=nobody+here" },
  { name: "players-hint", path: "/players?q=k&band=critical" },
  {
    name: "player-score",
    path: `/players/${suspect}`,
    prepare: (page) => page.locator(".waterfall summary").first().click(),
  },
  {
    name: "player-actions",
    path: `/players/${suspect}`,
    prepare: (page) => page.locator(".action summary").last().click(),
  },
  { name: "player-metrics", path: `/players/${suspect}?tab=metrics` },
  { name: "player-sessions", path: `/players/${suspect}?tab=sessions` },
  { name: "player-events", path: `/players/${suspect}?tab=events` },
  { name: "player-audit", path: `/players/${suspect}?tab=audit` },
  { name: "player-new", path: `/players/${unknown}` },
  { name: "player-hostile", path: `/players/${unknown - hostile.length}?tab=events` },
  { name: "player-wide-name", path: `/players/${unknown - 1}` },
  { name: "players-mode", path: "/players?mode=ranked" },
  { name: "players-mode-nobody", path: "/players?mode=nobody&band=critical" },
  { name: "try-read", path: "/docs/try/get_api_players", prepare: sendForm },
  { name: "try-write", path: "/docs/try/post_api_players" },
  { name: "try-secret", path: "/docs/try/post_api_auth_keys" },
  { name: "overview-scripted", path: "/" },
  { name: "detectors", path: "/detectors" },
  { name: "detectors-scope", path: "/detectors?game=default&mode=ranked" },
  {
    name: "detector",
    path: "/detectors/reaction.floor?game=default&mode=ranked",
    prepare: openNumbers,
  },
  { name: "detector-everywhere", path: "/detectors/aim.change" },
  { name: "scopes", path: "/scopes" },
  { name: "scopes-nothing", path: "/scopes?game=nobody" },
  { name: "scope", path: "/scopes/default/ranked", prepare: openNumbers },
  { name: "shortcuts", path: "/players?q=k", prepare: (page) => page.keyboard.press("?") },
];

/** The trail and the settings, once there are a user, a key, a webhook and a game that declares something. */
export const settingsShots: readonly Shot[] = [
  {
    name: "audit",
    path: "/audit",
    prepare: (page) => page.locator(".entry summary").first().click(),
  },
  { name: "audit-hint", path: "/audit?actor=a&action=b" },
  { name: "audit-refusals", path: "/audit/refusals" },
  { name: "audit-verify", path: "/audit/verify" },
  { name: "settings-account", path: "/settings" },
  { name: "settings-users", path: "/settings/users" },
  { name: "settings-user", path: "/settings/users/ann" },
  { name: "settings-keys", path: "/settings/keys" },
  { name: "settings-key", path: "/settings/keys/1" },
  { name: "settings-webhooks", path: "/settings/webhooks" },
  { name: "settings-webhook", path: "/settings/webhooks/1" },
  { name: "settings-games", path: "/settings/games" },
  {
    name: "settings-game",
    path: "/settings/games/cs2",
    prepare: (page) => page.locator(".panel summary").first().click(),
  },
  {
    name: "settings-enforcement",
    path: "/settings/games/cs2/enforcement",
    prepare: async (page) => {
      await page.locator(".panel summary").first().click();
      await page.locator(".panel summary").last().click();
    },
  },
  { name: "settings-retention", path: "/settings/retention" },
];

/** Runs in the page: first paint (ms), the longest task (ms; 0: none over 50), and how far things moved (share). */
export const measured = `new Promise((resolve) => {
  const found = { paintMs: 0, taskMs: 0, shift: 0 };
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("paint", ({ name, startTime }) => { if (name === "first-contentful-paint") found.paintMs = startTime; });
  observe("longtask", ({ duration }) => { found.taskMs = Math.max(found.taskMs, duration); });
  observe("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) found.shift += value; });
  setTimeout(() => resolve(found), 400);
})`;
export interface Speed {
  readonly paintMs: number;
  readonly taskMs: number;
  readonly shift: number;
}
