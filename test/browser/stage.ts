/** What browser tests of the console share: a site and a browser, looks, somebody who is signed in, and what troubles a page. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { defaultCredentials } from "../../src/cli/start/banner.ts";
import { type Client, memberOf, numberOf } from "../../src/cli/start/client.ts";
import { findBarriers } from "./axe.ts";
import { type Look, launch, type Visit, visit } from "./browser.ts";
import { findFaintText, sidewaysOverflow } from "./contrast.ts";
import { signIn } from "./pages.ts";
import { type Site, startSite } from "./site.ts";

/** Where pictures are kept, outside git. */
const artifacts = join(import.meta.dirname, "../artifacts");

export const looks: readonly Look[] = [360, 1440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);
export const wide: Look = { width: 1440, scheme: "light" };

export interface Stage {
  readonly site: Site;
  readonly browser: Browser;
}

export async function openStage(): Promise<Stage> {
  await mkdir(artifacts, { recursive: true });
  const [site, browser] = await Promise.all([startSite(), launch()]);
  return { site, browser };
}

export async function closeStage(stage: Stage | undefined): Promise<void> {
  await stage?.browser.close();
  await stage?.site.stop();
}

interface Visiting {
  readonly look: Look;
  readonly scripts: boolean;
  /** The page that asks for the sign-in, and that it leads to. */
  readonly at: string;
  readonly timezoneId?: string;
}

/**
 * Somebody who is signed in. Nothing may be reported of what follows; Chromium's own note of the 401 that asked for the
 * sign-in is no fault of the page.
 */
export async function withVisit(
  { site, browser }: Stage,
  { look, scripts, at, timezoneId = "UTC" }: Visiting,
  work: (visited: Visit) => Promise<void>,
): Promise<void> {
  const visited = await visit(browser, site.origin, look, { scripts, timezoneId });
  visited.page.on("dialog", (dialog) => visited.faults.push(`dialog: ${dialog.message()}`));
  try {
    await signIn(visited.page, at);
    visited.faults.splice(0);
    await work(visited);
    expect(visited.faults).toEqual([]);
  } finally {
    await visited.context.close();
  }
}

/** Keeps a picture of the whole page for people to look at. */
export const keep = (page: Page, name: string, { width, scheme }: Look) =>
  page.screenshot({ path: join(artifacts, `${name}-${width}-${scheme}.png`), fullPage: true });

/** Barriers, faint text, and how many pixels it is too wide; none of a page that is well. */
export async function troublesOf(page: Page): Promise<unknown[]> {
  const sideways = Number(await page.evaluate(sidewaysOverflow));
  const troubles = [await page.evaluate(findFaintText), await findBarriers(page)].flat();
  return sideways > 0 ? [sideways, ...troubles] : troubles;
}

/** As the local account: the client of the command line only reads and posts. */
export async function put({ site }: Stage, path: string, body: object): Promise<void> {
  const send = (where: string, method: string, sent: object, more: object = {}) => {
    const headers = { "content-type": "application/json", ...more };
    return fetch(`${site.origin}${where}`, { method, headers, body: JSON.stringify(sent) });
  };
  const token = (await (await send("/api/auth/token", "POST", defaultCredentials)).json()) as object;
  const authorization = `Bearer ${String(memberOf(token, "access_token"))}`;
  expect((await send(path, "PUT", body, { authorization })).status).toBe(200);
}

/** Runs jobs, each until nothing of it is due. */
export async function finishJobs(client: Client, ...jobs: readonly string[]): Promise<void> {
  for (const job of jobs) {
    while (numberOf(await client.post(`/api/ops/jobs/${job}/runs`), "remaining") > 0);
  }
}
