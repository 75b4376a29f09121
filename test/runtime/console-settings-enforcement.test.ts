/** What a game does about cases and decisions, in the console: declared, refused, taken back, and let go on. */
import { beforeEach, describe, expect, it } from "vitest";
import { submit, visit } from "./console-pages.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "./service.ts";
import { fieldsOf, flashOf } from "./settings-forms.ts";
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
const rulesOf = async () => (await service.call("/api/games/cs2/enforcement")).body;

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
