/** Migrations of a database that is in use: what was there before is there after, in its new place. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { expect, it } from "vitest";
import { expectCountersRight } from "./recount.ts";
import { env, nowMs } from "./service.ts";

const upTo = (name: string) => env.MIGRATIONS.filter((migration) => migration.name < name);

it("0003 finds the latest event of every player", async () => {
  await reset();
  await applyD1Migrations(env.DB, upTo("0003"));
  await env.DB.batch(
    [
      `INSERT INTO players (game, ref, username, name_key, created_at, event_count)
        VALUES ('g', 'a', 'a', 'a', ${nowMs}, 2), ('g', 'b', 'b', 'b', ${nowMs}, 0)`,
      "INSERT INTO standings (player_id, mode, game, top) VALUES (1, 'm', 'g', 1), (2, 'm', 'g', 1)",
      `INSERT INTO events (player_id, detected_at, id, event_type, severity, source, notes)
        VALUES (1, 7, 'x', 'manual_report', 'low', 'report', 'later'), (1, 5, 'y', 'manual_report', 'low', 'report', 'sooner')`,
      "INSERT INTO patterns VALUES ('manual_report', 2)",
      "UPDATE totals SET players = 2, events = 2",
    ].map((text) => env.DB.prepare(text)),
  );
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  await expectCountersRight();
  const { results } = await env.DB.prepare("SELECT recent_event->>'notes' AS notes FROM players").all();
  expect(results).toEqual([{ notes: "later" }, { notes: null }]);
});

it("0011 finds the reports of before: open, of the weight that they had, and how often each reporter reported", async () => {
  await reset();
  await applyD1Migrations(env.DB, upTo("0011"));
  await env.DB.batch(
    [
      `INSERT INTO players (game, ref, username, name_key, created_at) VALUES ('g', 'a', 'a', 'a', ${nowMs})`,
      "INSERT INTO standings (player_id, mode, game, top) VALUES (1, 'm', 'g', 1)",
      `INSERT INTO events (player_id, detected_at, id, event_type, severity, source, reporter) VALUES
        (1, 5, 'x', 'aimbot', 'high', 'report', 'Owl'), (1, 6, 'y', 'manual_report', 'low', 'report', 'Owl'),
        (1, 7, 'z', 'manual_report', 'low', 'report', NULL), (1, 8, 'l', 'speed_hack', 'low', 'log', NULL)`,
    ].map((text) => env.DB.prepare(text)),
  );
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  const { results } = await env.DB.prepare(
    "SELECT id, game, reason, severity, reporter, reported_at, weight, outcome FROM reports ORDER BY id",
  ).all();
  const same = { game: "g", weight: 0.5, outcome: null };
  expect(results).toEqual([
    { ...same, id: "x", reason: "aimbot", severity: "high", reporter: "Owl", reported_at: 5 },
    { ...same, id: "y", reason: "manual_report", severity: "low", reporter: "Owl", reported_at: 6 },
    { ...same, id: "z", reason: "manual_report", severity: "low", reporter: null, reported_at: 7 },
  ]);
  const reporters = await env.DB.prepare("SELECT game, reporter, reports, confirmed FROM reporters").all();
  expect(reporters.results).toEqual([{ game: "g", reporter: "Owl", reports: 2, confirmed: 0 }]);
});

it("0016 counts the days of what is stored, once", async () => {
  await reset();
  await applyD1Migrations(env.DB, upTo("0016"));
  const day = 86_400_000;
  await env.DB.batch(
    [
      `INSERT INTO players (game, ref, username, name_key, created_at) VALUES ('g', 'a', 'a', 'a', 1), ('h', 'b', 'b', 'b', 1)`,
      `INSERT INTO sessions (player_id, mode, recorded_at, session_id) VALUES (1, 'm', ${day}, 'a'),
        (1, 'm', ${2 * day - 1}, 'b'), (1, 'n', ${day}, 'c'), (1, 'm', ${2 * day}, 'd'), (2, 'm', ${day}, 'a')`,
      `INSERT INTO events (player_id, detected_at, id, event_type, severity, source)
        VALUES (1, ${day}, 'x', 'a', 'low', 'log'), (1, ${day + 1}, 'y', 'b', 'low', 'report')`,
    ].map((text) => env.DB.prepare(text)),
  );
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  const { results } = await env.DB.prepare("SELECT * FROM activity_days ORDER BY game, mode, day").all();
  expect(results).toEqual([
    { day: 1, game: "g", mode: "", sessions: 0, events: 2 },
    { day: 1, game: "g", mode: "m", sessions: 2, events: 0 },
    { day: 2, game: "g", mode: "m", sessions: 1, events: 0 },
    { day: 1, game: "g", mode: "n", sessions: 1, events: 0 },
    { day: 1, game: "h", mode: "m", sessions: 1, events: 0 },
  ]);
});
