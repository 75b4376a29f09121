/** A service with work for every job, small enough to be made a hundred times, and cron on it. */

import { expect } from "vitest";
import { runCron } from "../../../src/jobs/run.ts";
import { createWorld, evenly, ok, type World } from "../receivers.ts";
import { send, sessionRow } from "../samples.ts";
import { createService, env, freshDatabase, nowMs, type Service } from "../service.ts";
import { all, run, trail } from "../trail.ts";
import { readState } from "./state.ts";

const players = 8;
const receiver = "hooks.test";

export interface Busy {
  readonly service: Service;
  readonly world: World;
}

/** Changed players, an expired decision, an erasure to be finished, a receiver to be told, and rows to be thrown away. */
export async function makeBusy(): Promise<Busy> {
  await freshDatabase();
  const world = createWorld({ [receiver]: ok });
  const service = createService({}, { newId: () => "of-a-fault" });
  await service.call("/api/webhooks", { body: { name: "w", url: `https://${receiver}/hook` } });
  const rows = Array.from({ length: players * 10 }, (_, n) =>
    sessionRow(n, `p${n % players}`, { kills: 10 + (n % 9) }),
  );
  await send(service, rows);
  const ban = (id: number) => ({ player_id: id, type: "ban", reason: "Aim assistance." });
  for (const id of [1, 2]) await service.call("/api/decisions", { body: ban(id) });
  await run(
    `UPDATE decisions SET expires_at = ${nowMs}, due_at = ${nowMs} WHERE id = 1`,
    "INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at) VALUES ('h', 's', 0, 1)",
  );
  await service.call("/api/players/3?reason=Asked", { method: "DELETE" });
  return { service, world };
}

/** Cron as the platform fires it; answers the message of what it threw, null where it ended well. */
export async function fire(
  { world }: Busy,
  cron: string,
  { DB = env.DB, atMs = nowMs } = {},
): Promise<string | null> {
  const deps = { now: () => atMs, log: () => {}, fetch: world.fetch, random: evenly };
  return runCron({ ...env, DB }, cron, deps).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** What cron leaves that says when and how often it ran, and nothing else. */
const ofRuns =
  /^(metric_blocks|outbox|outbox_position|deliveries|webhooks|scopes|standings|totals|enforcements)$/;

/** What was decided, whoever ran how often to decide it. */
export async function decided() {
  const { domain } = await readState();
  const rest = Object.entries(domain).filter(([name]) => !ofRuns.test(name));
  return {
    ...Object.fromEntries(rest),
    standings: await all(
      "SELECT player_id, mode, risk, top, result, due_at, changed_at FROM standings ORDER BY 1, 2",
    ),
    scopes: await all("SELECT game, mode, players, version, histogram, stale FROM scopes ORDER BY 1, 2"),
    totals: await all("SELECT players, sessions, events, pending, high_risk, risk_sum FROM totals"),
    told: await all(
      "SELECT type, count(*) AS n FROM outbox WHERE type NOT LIKE 'job.%' GROUP BY 1 ORDER BY 1",
    ),
    waiting: await all("SELECT count(*) AS n FROM deliveries WHERE state <> 'delivered'"),
  };
}

/** The events that a receiver acts on: each id once, whatever came twice. */
export const heardBy = ({ world }: Busy): number =>
  new Set(
    world
      .at(receiver)
      .filter(({ body }) => !String(body.type).startsWith("job."))
      .map(({ id }) => id),
  ).size;

/** Seals what the last job left, and looks at all of it. */
export async function expectSoundTrail(what?: string): Promise<void> {
  await trail.seal(1_000);
  expect(await trail.verify(0, 1_000), what).toMatchObject({ head: "ok", problems: [], unsealed: 0 });
}
