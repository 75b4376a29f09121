/** Sends a seed through the service's own endpoints, so that it is what a game would have left there. */
import type { Seed } from "../../../seed/types.ts";
import { type Client, memberOf, numberOf } from "./client.ts";

/** The bulk endpoint's own limit. */
const maxRows = 1_000;
/** Scores settle within three rounds, but a slow machine may need many slices for the first. */
const maxRounds = 200;

const game = "default";

async function createPlayers(client: Client, seed: Seed): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const { ref, username } of seed.players) {
    const answer = await client.post("/api/players", { game, ref, username });
    ids.set(ref, numberOf(memberOf(answer, "player") ?? answer, "id"));
  }
  return ids;
}

/** A row that names its player by our id in the place of the game's. */
function withId<T extends { readonly player: string }>(
  ids: ReadonlyMap<string, number>,
  { player, ...rest }: T,
) {
  return { player_id: ids.get(player), ...rest };
}

async function sendSessions(client: Client, seed: Seed): Promise<void> {
  for (let from = 0; from < seed.sessions.length; from += maxRows) {
    await client.post("/api/telemetry/sessions", { sessions: seed.sessions.slice(from, from + maxRows) });
  }
}

interface Run {
  readonly processed: number;
  readonly remaining: number;
}

async function run(client: Client, job: "rescore" | "baselines"): Promise<Run> {
  const answer = await client.post(`/api/ops/jobs/${job}/runs`);
  return { processed: numberOf(answer, "processed"), remaining: numberOf(answer, "remaining") };
}

/** Runs the jobs, which nobody else does meanwhile, until neither has anything to do. */
export async function settle(client: Client): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const rescored = await run(client, "rescore");
    if (rescored.remaining > 0) continue;
    const refreshed = await run(client, "baselines");
    if (rescored.processed + refreshed.processed + refreshed.remaining === 0) return;
  }
  throw new Error(`Scores had not settled after ${maxRounds} rounds.`);
}

/** Sends everything, settles the scores, and checks that all of it is there. */
export async function sendSeed(client: Client, seed: Seed): Promise<void> {
  const ids = await createPlayers(client, seed);
  await sendSessions(client, seed);
  await client.post("/api/security/scan-log", {
    entries: seed.events.map((finding) => withId(ids, finding)),
  });
  for (const report of seed.reports) await client.post("/api/security/report", withId(ids, report));
  await settle(client);
  const stored = numberOf(await client.get("/api/analytics/stats"), "totals", "sessions");
  if (stored !== seed.sessions.length)
    throw new Error(`${stored} of ${seed.sessions.length} sessions were stored.`);
}
