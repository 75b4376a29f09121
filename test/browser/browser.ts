/** A Chromium for tests, and a page that remembers everything it should not have done. */
import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"];
const system = "/usr/bin/chromium";

/** CHROMIUM_PATH, or the one from npm, or the system's. */
async function executable(): Promise<string> {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  try {
    return await sparticuz.executablePath();
  } catch (error) {
    if (existsSync(system)) return system;
    throw error;
  }
}

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), headless: true, args: flags });
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors (violations of the policy among them), script errors, failed and foreign requests. */
  readonly faults: string[];
}

export interface Look {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A new visitor. Scripts are off unless asked for, so whatever works does so without. */
export async function visit(
  browser: Browser,
  origin: string,
  look: Look,
  { scripts = false, timezoneId = "UTC" } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: origin,
    javaScriptEnabled: scripts,
    timezoneId,
    locale: "en-GB",
    colorScheme: look.scheme,
    viewport: { width: look.width, height: 800 },
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`foreign request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => faults.push(`failed request: ${request.url()}`));
  return { context, page, faults };
}

/** Presses Tab until the element that matches has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if (await page.locator(`${selector}:focus-visible`).count()) return;
  }
  throw new Error(`Tab never reached ${selector}.`);
}
