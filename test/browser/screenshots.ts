/** `npm run screenshots`: the pictures of docs/images, of the seed of `npm start`, by the same browser as the tests. */
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { generateSeed } from "../../seed/generate.ts";
import { type Client, memberOf, numberOf } from "../../src/cli/start/client.ts";
import { fireCron, readCrons } from "../../src/cli/start/crons.ts";
import { projectRoot } from "../../src/cli/start/project.ts";
import { sendSeed } from "../../src/cli/start/send-seed.ts";
import { seedNumber } from "../../src/cli/start/stage.ts";
import { launch, visit } from "./browser.ts";
import { signIn } from "./pages.ts";
import { type Site, startSite } from "./site.ts";

const folder = join(projectRoot, "docs/images");
/** What a picture may weigh in a README. */
const maxBytes = 80_000;
/** At most so many cases stand in the picture of the queue, and decisions in theirs. */
const [openedCases, madeDecisions] = [9, 4];

interface Picture {
  readonly name: string;
  readonly path: string;
  prepare?(page: Page): Promise<void>;
}

const listOf = (answer: unknown, name: string): unknown[] => {
  const found = memberOf(answer, name);
  if (!Array.isArray(found)) throw new Error(`No list of ${name}.`);
  return found;
};

/** The riskiest players' ids: cases are opened of them, and some of these are decided. */
async function work(client: Client): Promise<{ readonly player: number; readonly heldCase: number }> {
  const answer = await client.get(`/api/players?sort=risk&limit=${openedCases + madeDecisions}`);
  const ids = listOf(answer, "players").map((player) => numberOf(player, "id"));
  // The sweep may have opened it already.
  for (const player_id of ids.slice(0, openedCases))
    await client.post("/api/cases", { player_id }).catch(() => undefined);
  for (const [n, player_id] of ids.slice(openedCases).entries()) {
    const type = n % 2 === 0 ? "trust_pool" : "watch";
    await client.post("/api/decisions", { player_id, type, reason: "Seen in three clips of the finals." });
  }
  const heldCase = numberOf(await client.post("/api/cases/claim", {}), "case", "id");
  const [player] = ids;
  if (player === undefined) throw new Error("Nobody is seeded.");
  return { player, heldCase };
}

const picturesOf = ({ player, heldCase }: Awaited<ReturnType<typeof work>>): readonly Picture[] => [
  { name: "overview", path: "/" },
  {
    name: "player",
    path: `/players/${player}`,
    prepare: (page) => page.locator(".waterfall summary").first().click(),
  },
  { name: "case", path: `/cases/${heldCase}` },
  { name: "queue", path: "/queue" },
  { name: "try", path: "/docs/try/get_api_players_player_behavior", prepare: (page) => send(page, player) },
];

async function send(page: Page, player: number): Promise<void> {
  await page.fill("[name='path.player']", String(player));
  await Promise.all([page.waitForEvent("load"), page.click("main button[type=submit]")]);
}

/** As few colours as keep it under the limit: pages are flat, so a palette hardly shows. */
async function store(name: string, png: Buffer): Promise<number> {
  const file = join(folder, `${name}.png`);
  for (const colours of [256, 128, 64, 32]) {
    await sharp(png).png({ palette: true, colours, effort: 10, compressionLevel: 9, dither: 0 }).toFile(file);
    const { size } = await stat(file);
    if (size <= maxBytes) return size;
  }
  throw new Error(`${name} is larger than ${maxBytes} bytes.`);
}

async function photograph(site: Site, pictures: readonly Picture[]): Promise<void> {
  const browser = await launch();
  try {
    const { page } = await visit(browser, site.origin, { width: 1280, scheme: "light" }, { scripts: true });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await signIn(page, "/queue");
    for (const { name, path, prepare } of pictures) {
      await page.goto(path, { waitUntil: "networkidle" });
      await prepare?.(page);
      const bytes = await store(name, await page.screenshot({ animations: "disabled", caret: "hide" }));
      console.log(`docs/images/${name}.png  ${bytes.toLocaleString("en-GB")} bytes`);
    }
  } finally {
    await browser.close();
  }
}

await mkdir(folder, { recursive: true });
const site = await startSite();
try {
  await sendSeed(site.client, generateSeed({ nowMs: Date.now(), seed: seedNumber }));
  const crons = await readCrons([]);
  for (const cron of crons) await fireCron(site.origin, cron);
  const pictures = picturesOf(await work(site.client));
  for (const cron of crons) await fireCron(site.origin, cron);
  await photograph(site, pictures);
} finally {
  await site.stop();
}
