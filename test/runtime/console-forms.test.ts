/** What people do to a player from its page: with a reason, told once, taken back, and from our own pages alone. */
import { beforeAll, describe, expect, it } from "vitest";
import { cookieOf, submit } from "./console-pages.ts";
import { createPlayer } from "./samples.ts";
import { createService, freshDatabase, type Service } from "./service.ts";

let service: Service;
let suspect = 0;

beforeAll(async () => {
  await freshDatabase();
  service = createService();
  suspect = await createPlayer(service, { username: "Nightjar", ref: "suspect" });
});

describe("actions", () => {
  const nameOf = async () => (await service.call(`/api/players/${suspect}`)).body.username;

  it("rename, with a reason in the trail, a toast once, and a way back", async () => {
    const before = await nameOf();
    const reply = await submit(service, `/players/${suspect}/rename`, {
      username: "<b>New</b>",
      reason: "typo",
    });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, `/players/${suspect}`]);
    const flash = reply.headers.getSetCookie().find((each) => each.startsWith("__Host-flash=")) ?? "";
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"])
      expect(flash).toContain(attribute);
    const headers = { cookie: `${await cookieOf("analyst")}; ${flash.split(";")[0]}` };
    const shown = await service.call(`/players/${suspect}`, { role: null, headers });
    expect(shown.body).toContain(`Renamed from ${before} to &lt;b&gt;New&lt;/b&gt;.`);
    expect(shown.headers.getSetCookie().join()).toMatch(/__Host-flash=;.*Max-Age=0/);
    const [, undo = ""] = /<div class="toast"(.*?)<\/form>/s.exec(shown.body) ?? [];
    const fields = Object.fromEntries(
      [...undo.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, n = "", v = ""]) => [n, v]),
    );
    expect((await submit(service, `/players/${suspect}/rename`, fields)).status).toBe(303);
    expect(await nameOf()).toBe(before);
    const { body } = await service.call(`/api/audit?target=player:${suspect}&limit=2`);
    expect(body.entries.map((entry: { details: { reason: string } }) => entry.details.reason)).toEqual([
      "Undo of a rename",
      "typo",
    ]);
  });

  it("report, as an event by whoever is signed in", async () => {
    const notes = "Tracks through smoke.\r\nTwice.";
    const fields = { reason: "wall_hack", severity: "high", notes };
    const reply = await submit(service, `/players/${suspect}/report`, fields);
    expect(reply.headers.get("location")).toBe(`/players/${suspect}?tab=events`);
    const { body } = await service.call(`/api/players/${suspect}/events?limit=200`);
    const reported = body.events.filter((event: { source: string }) => event.source === "report");
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject({
      event_type: "wall_hack",
      severity: "high",
      reporter: "user:pat",
      notes: "Tracks through smoke.\nTwice.",
    });
  });

  it.each([
    ["a name of spaces", "rename", { username: "   ", reason: "x" }, 400],
    ["no reason", "rename", { username: "x" }, 400],
    ["an unknown field", "rename", { username: "x", reason: "x", role: "admin" }, 400],
    [
      "10,000 characters",
      "report",
      { reason: "manual_report", severity: "low", notes: "x".repeat(10_000) },
      400,
    ],
    ["a severity that is none", "report", { reason: "manual_report", severity: "deadly", notes: "x" }, 400],
    ["a reason that is no word", "report", { reason: "<script>", severity: "low", notes: "x" }, 400],
    [
      "more than 64 KB",
      "report",
      { reason: "manual_report", severity: "low", notes: "x".repeat(70_000) },
      413,
    ],
  ])("%s is refused with a page", async (_, action, fields, status) => {
    const reply = await submit(service, `/players/${suspect}/${action}`, fields as Record<string, string>);
    expect(reply.status).toBe(status);
    expect(reply.body).toContain("That did not work");
    expect(reply.body).not.toContain("<script>");
  });

  it.each([
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("a form from elsewhere does nothing: %o", async (headers) => {
    for (const action of ["rename", "report"]) {
      const reply = await submit(
        service,
        `/players/${suspect}/${action}`,
        { username: "moved", reason: "x" },
        "admin",
        headers as Record<string, string>,
      );
      expect(reply.status).toBe(403);
    }
    expect(await nameOf()).not.toBe("moved");
  });
});
