/** What was just done is told on the next page, whatever the way back takes. */
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type Flash, redirectWith, takeFlash } from "../../src/console/flash.ts";
import type { AppEnv } from "../../src/env.ts";

/** What the page after a redirect is told. */
async function toldOf(flash: Flash): Promise<Flash | null> {
  const app = new Hono<AppEnv>()
    .post("/", (c) => redirectWith(c, "/", flash))
    .get("/", (c) => c.json(takeFlash(c)));
  const [cookie = ""] = (await app.request("/", { method: "POST" })).headers.getSetCookie();
  expect(cookie.length).toBeLessThanOrEqual(4_096);
  const page = await app.request("/", { headers: { cookie: cookie.split(";")[0] ?? "" } });
  return (await page.json()) as Flash | null;
}

const undo = (fields: Record<string, string>) => ({ action: "/players/1/rename", fields });

describe("the message", () => {
  it("has its way back", async () => {
    const flash = { text: "Renamed.", undo: undo({ username: "ann" }) };
    expect(await toldOf(flash)).toEqual(flash);
  });

  it.each([
    ["a field that is too long", { seen: "x".repeat(501) }],
    ["more than a cookie holds", Object.fromEntries(["a", "b", "c"].map((name) => [name, "😀".repeat(240)]))],
  ])("is told without it for %s", async (_, fields) => {
    expect(await toldOf({ text: "Renamed.", undo: undo(fields) })).toEqual({ text: "Renamed." });
  });
});
