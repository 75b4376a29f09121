/** What games declare, in the console: forms that hold all of it, faults at their fields, two admins at once, the way back. */
import { beforeEach, describe, expect, it } from "vitest";
import { costOfPage, submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, nowMs, type Reply, type Service } from "./service.ts";
import { all } from "./trail.ts";

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
const rulesOf = async () => (await service.call("/api/games/cs2/enforcement")).body;
const flashOf = (reply: Reply) => {
  const cookie = reply.headers.getSetCookie().find((text) => text.startsWith("__Host-flash=")) ?? "";
  return JSON.parse(decodeURIComponent(cookie.split(";")[0] ?? "").replace("__Host-flash=", ""));
};

const unescaped = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What a browser would send of a page's form as it stands. */
function fieldsOf(body: string, id: string): Record<string, string> {
  const form = new RegExp(`<form[^>]* id="${id}".*?</form>`, "s").exec(body)?.[0] ?? "";
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(tag)?.[1] ?? "";
    const isBox = tag.includes('type="checkbox"');
    if (!isBox || / checked=""/.test(tag)) fields[name] = unescaped(/ value="([^"]*)"/.exec(tag)?.[1] ?? "");
  }
  for (const [, name = "", text = ""] of form.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>(.*?)<\/textarea>/gs,
  ))
    fields[name] = unescaped(text);
  for (const [, name = "", text = ""] of form.matchAll(/<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/gs))
    fields[name] = /<option value="([^"]*)" selected/.exec(text)?.[1] ?? "";
  return fields;
}

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

describe("cases and decisions", () => {
  const settings = {
    case_threshold: 82.5,
    second_review_share: 0.25,
    policies: {
      "a.b": {
        ladder: [
          { type: "suspend", days: 7 },
          { type: "ban", days: null },
        ],
        counts_days: 365,
      },
      a: { ladder: [{ type: "kick", days: 0.5 }], counts_days: null },
    },
    automation: {
      suspend: {
        enabled: true,
        min_band: "suspicious",
        groups: 3,
        daily_quota: 5,
        policy: "a.b",
        delay_window_hours: 12,
      },
      watch: { days: null },
      restrict: { days: 30 },
    },
  };

  it("are declared, and the page's form holds all that was declared", async () => {
    await service.call("/api/games/cs2/enforcement", { method: "PUT", body: settings });
    const before = await rulesOf();
    const reply = await send(rules, fieldsOf((await look(rules)).body, "enforcement"));
    expect(flashOf(reply).text).toBe("It is so already.");
    expect(await rulesOf()).toEqual(before);
  });

  it("are the defaults until then, change by the form, and go back by undo", async () => {
    const fields = fieldsOf((await look(rules)).body, "enforcement");
    const first = await send(rules, {
      ...fields,
      "policies.0.name": "cheating",
      "policies.0.ladder": "suspend 7\n\nban",
    });
    expect(flashOf(first).undo).toBeUndefined();
    expect((await rulesOf()).settings).toMatchObject({
      case_threshold: 70,
      policies: {
        cheating: {
          ladder: [
            { type: "suspend", days: 7 },
            { type: "ban", days: null },
          ],
        },
      },
      automation: {},
    });
    const now = fieldsOf((await look(rules)).body, "enforcement");
    const second = await send(rules, {
      ...now,
      case_threshold: "90",
      "automation.suspend.state": "on",
      "automation.suspend.policy": "cheating",
    });
    expect((await rulesOf()).settings.automation.suspend).toMatchObject({
      enabled: true,
      policy: "cheating",
    });
    const { undo } = flashOf(second);
    expect((await send(undo.action, undo.fields)).status).toBe(303);
    expect(await rulesOf()).toMatchObject({ version: 3, settings: { case_threshold: 70, automation: {} } });
  });

  it("say what is wrong at the field, of ladders by line, and of names that come twice", async () => {
    const fields = fieldsOf((await look(rules)).body, "enforcement");
    const reply = await send(rules, {
      ...fields,
      case_threshold: "12",
      "policies.0.name": "a",
      "policies.0.ladder": "ban",
      "policies.1.name": "a.b",
      "policies.1.ladder": "ban\nsuspend",
      "policies.2.name": "no name!",
      "policies.2.ladder": "ban",
      "automation.kick.state": "on",
      "automation.kick.length": "endless",
      "automation.ban.state": "on",
      "automation.ban.policy": "nothing",
    });
    expect(reply.status).toBe(400);
    for (const [field, words] of [
      ["case_threshold", "must be 40 or more"],
      ["policies-1-ladder", "line 2 must have an end"],
      ["policies-2-name", "must be 1 to 64 letters"],
    ]) {
      expect(reply.body).toMatch(new RegExp(`id="enforcement-${field}-fault">[^<]*${words}`));
    }
    expect(reply.body).not.toContain('id="enforcement-policies-0-ladder-fault"');
    const mended = { ...fields, "automation.ban.state": "on", "automation.ban.policy": "nothing" };
    const unknown = await send(rules, mended);
    expect(unknown.body).toMatch(
      /id="enforcement-automation-ban-policy-fault">[^<]*is not among the policies/,
    );
    const twins = await send(rules, {
      ...fields,
      "policies.0.name": "a",
      "policies.0.ladder": "ban",
      "policies.1.name": "a",
      "policies.1.ladder": "kick 1",
    });
    expect(twins.body).toMatch(
      /id="enforcement-policies-1-name-fault">[^<]*is the name of another policy too/,
    );
    expect((await rulesOf()).version).toBe(0);
  });

  it("of two admins at once are one", async () => {
    const fields = fieldsOf((await look(rules)).body, "enforcement");
    const both = ["80", "85"].map((case_threshold) => send(rules, { ...fields, case_threshold }));
    const replies = await Promise.all(both);
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect((await rulesOf()).version).toBe(1);
  });

  it("show automation that its quota stopped, and let it go on", async () => {
    const day = Math.floor(nowMs / 86_400_000);
    await env.DB.prepare(
      "INSERT INTO automation_days (game, type, day, count, tripped_at) VALUES ('cs2', 'ban', ?, 9, 1)",
    )
      .bind(day)
      .run();
    expect((await look(rules)).body).toContain("stopped");
    expect((await send(`${path}/resume`, { type: "ban" })).status).toBe(303);
    expect(await all("SELECT count, tripped_at FROM automation_days")).toEqual([
      { count: 0, tripped_at: null },
    ]);
    expect((await send(`${path}/resume`, { type: "ban" })).status).toBe(409);
    expect((await send(`${path}/resume`, { type: "exile" })).status).toBe(400);
    expect((await send(`${path}/resume`, {})).status).toBe(400);
  });

  it("show a mode that a warning stopped, and let it go on", async () => {
    await env.DB.prepare(
      `INSERT INTO scope_warnings (game, mode, kind, subject, since, told_at, pauses, details)
        VALUES ('cs2', 'ranked', 'build', '1.2 <b>', 1, 1, 1, '{}')`,
    ).run();
    expect((await look(rules)).body).toContain("1.2 &lt;b&gt;");
    expect((await send(`${path}/resume`, { mode: "ranked" })).status).toBe(303);
    expect(await all("SELECT pauses FROM scope_warnings")).toEqual([{ pauses: 0 }]);
    expect((await send(`${path}/resume`, { mode: "ranked" })).status).toBe(409);
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
