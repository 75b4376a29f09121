/** A crowd that the list of players is asked for, and how tests read the pages. */
import { expect } from "vitest";
import { visit } from "./console-pages.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

export const hourMs = 3_600_000;
export const crowd = 130;
export const hostile = [
  "<script>alert(1)</script>",
  "‮gnp.exe",
  '=HYPERLINK("https://evil.example")',
  'a,"b"',
];
export let service: Service;

/** For `beforeAll`: players of three games with names, ids of their own, risks and times that tell them apart. */
export async function fillPlayers(): Promise<void> {
  await freshDatabase();
  service = createService();
  const rows = Array.from({ length: crowd }, (_, n) =>
    sessionRow(n, `7656-${String(n).padStart(3, "0")}`, { game: ["cs2", "rust", "tf2"][n % 3] }),
  );
  await send(service, rows);
  for (const [n, username] of hostile.entries()) {
    await service.call("/api/players", { body: { username, ref: `hostile-${n}` } });
  }
  await runJobs(service);
  await env.DB.batch([
    env.DB.prepare(
      "UPDATE players SET username = 'Player ' || substr('000' || id, -3), name_key = 'player ' || substr('000' || id, -3) WHERE id <= ?",
    ).bind(crowd),
    env.DB.prepare("UPDATE players SET last_seen_at = ? - id * ?").bind(nowMs, hourMs),
    env.DB.prepare(
      "UPDATE standings SET risk = 10000 - player_id * 70, confidence = iif(player_id % 2, 'sufficient', 'insufficient')",
    ),
  ]);
}

/** The ids that a page lists, in its order. */
export const idsOf = (body: string): number[] =>
  [...body.matchAll(/class="player-link" href="\/players\/(\d+)"/g)].map(([, id]) => Number(id));
export const linkOf = (body: string, rel: "next" | "prev"): string | null =>
  new RegExp(`<a href="([^"]+)" rel="${rel}">`).exec(body)?.[1]?.replaceAll("&amp;", "&") ?? null;

export async function list(path: string): Promise<{ ids: number[]; body: string }> {
  const { status, body } = await visit(service, path);
  expect([path, status]).toEqual([path, 200]);
  return { ids: idsOf(body), body };
}

/** All pages from the first to the last. */
export async function walk(path: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let next: string | null = path; next !== null; ) {
    const { ids, body } = await list(next);
    pages.push(ids);
    next = linkOf(body, "next");
  }
  return pages;
}

export const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, place) => place + from);
