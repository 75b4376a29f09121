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
