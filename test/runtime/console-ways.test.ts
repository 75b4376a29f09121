/** Where the overview and the bar lead: each role finds a page behind every link, and every place has its key. */
import { beforeEach, describe, expect, it } from "vitest";
import { placesOf } from "../../src/console/navigation.ts";
import { visit } from "./console-pages.ts";
import { countNow } from "./overview-crowd.ts";
import { blatantEntry, createPlayer, scan } from "./samples.ts";
import { createService, freshDatabase, nowMs, type Service } from "./service.ts";

const roles = ["viewer", "analyst", "admin"] as const;

beforeEach(freshDatabase);

/** A suspect in a case and under a decision, counted as cron counts. */
async function fill(service: Service): Promise<void> {
  const player_id = await createPlayer(service, { username: "Suspect" });
  await scan(service, [{ ...blatantEntry, player_id }]);
  for (const job of ["rescore", "baselines", "rescore"]) {
    expect((await service.call(`/api/ops/jobs/${job}/runs`, { method: "POST" })).status).toBe(200);
  }
  expect((await service.call("/api/cases", { body: { player_id } })).status).toBe(201);
  const decision = { player_id, type: "watch", reason: "Seen." };
  expect((await service.call("/api/decisions", { body: decision })).status).toBe(201);
  await countNow(nowMs);
}

const hrefsOf = (body: string): readonly string[] => [
  ...new Set(
    [...body.matchAll(/<a [^>]*?href="(\/[^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&")),
  ),
];

describe.each(roles)("the overview of a %s", (role) => {
  it("leads to pages that are there", async () => {
    const service = createService();
    await fill(service);
    const hrefs = hrefsOf((await visit(service, "/", role)).body);
    for (const kind of ["/queue?", "/players?", "/decisions?", "/cases/", "/detectors/"]) {
      expect(
        hrefs.some((href) => href.startsWith(kind)),
        kind,
      ).toBe(true);
    }
    const missing: string[] = [];
    for (const href of hrefs) {
      const { status } = await visit(service, href.split("#")[0] ?? "", role);
      if (status !== 200) missing.push(`${href}: ${status}`);
    }
    expect(missing).toEqual([]);
  });

  it("names each place in the bar and in the list of shortcuts", async () => {
    const { body } = await visit(createService(), "/", role);
    const subject = { subject: "pat", role } as Parameters<typeof placesOf>[0];
    for (const { title, path, shortcut } of placesOf(subject)) {
      expect(body).toContain(`<a href="${path}"`);
      expect(body).toContain(`<kbd>g</kbd> <kbd>${shortcut}</kbd></dt><dd>${title}</dd>`);
    }
    expect(body.includes('href="/audit"')).toBe(role === "admin");
  });
});
