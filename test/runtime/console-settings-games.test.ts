/** What games declare, in the console: forms that hold all of it, faults at their fields, two admins at once, the way back. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";
import { fieldsOf, flashOf } from "./settings-forms.ts";

const path = "/settings/games/cs2";
const rules = `${path}/enforcement`;
let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

type Fields = Readonly<Record<string, string>>;
const send = (where: string, fields: Fields) => submit(service, where, fields, "admin");
const look = (where: string) => visit(service, where, "admin");
const gameOf = async () => (await service.call("/api/games/cs2")).body;
const _rulesOf = async () => (await service.call("/api/games/cs2/enforcement")).body;
const metric = (place: number, more: Fields = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      name: `m${place}`,
      kind: "rate",
      unit: "per minute",
      direction: "high",
      exposure: "minutes",
      group: "aim",
      "range.0": "0",
      "range.1": "10",
      minimum_exposure: "1",
      ...more,
    }).map(([name, value]) => [`metrics.${place}.${name}`, value]),
  );
const declared = { modes: "ranked\ncasual", shooter: "yes", version: "0", ...metric(0), ...metric(1) };

describe("modes and metrics", () => {
  it("are declared, and the page's form holds all that was declared", async () => {
    const profile = {
      modes: ["ranked"],
      shooter: false,
      metrics: [
        {
          name: "combo",
          label: "<b>Combo</b>",
          kind: "proportion",
          unit: "share",
          range: [0, 1],
          direction: "steady",
          exposure: "shots_fired",
          minimum_exposure: 20,
          group: "automation",
          prior: { median: 0.25, spread: 0.5 },
        },
      ],
      weights: { aim: 1.5 },
    };
    await service.call("/api/games/cs2", { method: "PUT", body: profile });
    const { body } = await look(path);
    expect(body).not.toContain("<b>Combo</b>");
    const fields = fieldsOf(body, "profile");
    expect(fields["metrics.0.label"]).toBe("<b>Combo</b>");
    const reply = await send(path, fields);
    expect(flashOf(reply).text).toBe("It is so already.");
    expect(await gameOf()).toMatchObject({ version: 1, profile });
  });

  it("take away and add rows, and go back by undo", async () => {
    await send(path, declared);
    const second = await send(path, { ...declared, version: "1", "metrics.0.remove": "yes", ...metric(2) });
    expect((await gameOf()).profile.metrics.map(({ name }: { name: string }) => name)).toEqual(["m1", "m2"]);
    const { undo, text } = flashOf(second);
    expect(text).toBe("Declared as version 2.");
    expect((await send(undo.action, undo.fields)).status).toBe(303);
    expect(await gameOf()).toMatchObject({ version: 3, profile: { modes: ["ranked", "casual"] } });
    expect((await gameOf()).profile.metrics.map(({ name }: { name: string }) => name)).toEqual(["m0", "m1"]);
    expect((await send(undo.action, undo.fields)).status).toBe(409);
    expect((await send(undo.action, { ...undo.fields, to: "77", version: "3" })).status).toBe(404);
  });

  it("say what is wrong at the field of the row that it is wrong in, however the rows were numbered", async () => {
    const reply = await send(path, {
      ...declared,
      "metrics.0.remove": "yes",
      ...metric(3, { "range.0": "11" }),
      ...metric(5, { unit: "" }),
      "weights.aim": "9",
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatch(/id="profile-metrics-1-range-1-fault">\s*Most: range must rise/);
    expect(reply.body).toContain('id="profile-metrics-2-unit-fault"');
    expect(reply.body).toContain('id="profile-weights-aim-fault"');
    expect(fieldsOf(reply.body, "profile")).toMatchObject({ "metrics.1.name": "m3", "metrics.0.name": "m1" });
    expect((await gameOf()).version).toBe(0);
  });

  it("of two admins at once are one, and the other is told and keeps what they typed", async () => {
    const replies = await Promise.all([send(path, declared), send(path, { ...declared, modes: "duo" })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    const told = replies.find(({ status }) => status === 409);
    expect(told?.body).toContain("Somebody else declared this game meanwhile.");
    expect(told?.body).toContain("m1");
    expect((await gameOf()).version).toBe(1);
  });
});

describe("the way back to a version", () => {
  it("that is not allowed any more is refused, and changes nothing", async () => {
    await service.call("/api/games/cs2", { method: "PUT", body: {} });
    await service.call("/api/games/cs2/enforcement", { method: "PUT", body: { case_threshold: 80 } });
    await env.DB.batch([
      env.DB.prepare("UPDATE game_versions SET profile = ? WHERE game = 'cs2'").bind('{"of_old":1}'),
      env.DB.prepare("UPDATE enforcement_settings SET settings = ?").bind('{"of_old":1}'),
    ]);
    for (const what of ["profile", "enforcement"]) {
      const { status, body } = await send(`${path}/restore`, { part: what, to: "1", version: "1" });
      expect([what, status]).toEqual([what, 409]);
      expect(body).toContain("That version is not allowed any more.");
    }
  });
});

describe("which games there are", () => {
  it("those with players and those that declare, and a way to any other", async () => {
    expect((await look("/settings/games")).body).toContain("No games yet");
    await send(path, declared);
    await service.call("/api/players", { body: { username: "p", game: "rust", ref: "1" } });
    const { body } = await look("/settings/games");
    for (const game of ["cs2", "rust"]) expect(body).toContain(`href="/settings/games/${game}"`);
    const other = await look("/settings/games?game=tf2");
    expect([other.status, other.headers.get("location")]).toEqual([303, "/settings/games/tf2"]);
    for (const bad of ["/settings/games/%3Cb%3E", `/settings/games/${"x".repeat(100)}`])
      expect((await look(bad)).status).toBe(404);
  });
});

describe("the cost", () => {
  it.each(["/settings/games", path, rules])("%s: two round trips, 300 rows, 100 KB", async (where) => {
    const rows = Array.from({ length: 32 }, (_, place) => metric(place, { label: "x".repeat(64) }));
    await send(path, Object.assign({ ...declared }, ...rows));
    await env.DB.batch([
      env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200)
        INSERT INTO games (game, version, profile, updated_at) SELECT 'g' || i, 1, '{}', 0 FROM c`),
      env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200)
        INSERT INTO players (game, ref, username, name_key, created_at) SELECT 'g' || i, 'r', 'p', 'p', 0 FROM c`),
      env.DB.prepare(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200)
        INSERT INTO scopes (game, mode) SELECT 'cs2', 'm' || i FROM c`),
    ]);
    const { trips, read, gzipped, reply } = await costOfPage(where);
    expect(reply.status).toBe(200);
    expect(trips).toBeLessThanOrEqual(2);
    expect(read).toBeLessThanOrEqual(300);
    expect(gzipped).toBeLessThan(100_000);
  });
});
