/** What goes in, and what is scored, in a second: by one isolate in direct Miniflare. */
import { type Call, createClient } from "./client.ts";
import { bulkBody, bulkRows, forgetBulk } from "./endpoints.ts";
import type { Bare } from "./measure.ts";
import { median } from "./measure.ts";
import { runOut } from "./state.ts";
import { cpuMs } from "./workerd.ts";
import type { World } from "./world.ts";

export interface Rate {
  readonly perSecond: number;
  readonly cpuUs: number;
  /** Of a row or a standing. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

const callOf = (path: string, headers: Call["headers"], body: unknown): Call => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Sessions by {@link bulkRows} a request, one request after the other, and the share of the bare route's pace that is. */
export async function measureIngest(world: World, bare: Bare, rounds: number, requests: number) {
  const [ours, theirs] = [createClient(world.service.url, 1), createClient(bare.service.url, 1)];
  const kept: (Rate & { readonly ofBare: number })[] = [];
  for (let round = 0; round <= rounds; round++) {
    await forgetBulk(world);
    const bodies = Array.from({ length: requests }, () => bulkBody(world));
    const sessions = bulkRows * requests;
    const limit = await theirs.sendAll(bodies.map((body) => callOf("/", {}, body)));
    const before = cpuMs(world.service.pid);
    const sent = await ours.sendAll(bodies.map((body) => callOf("/api/telemetry/sessions", world.api, body)));
    const cpuUs = ((cpuMs(world.service.pid) - before) * 1_000) / sessions;
    const { rowsRead, rowsWritten } = sent;
    const of = { cpuUs, rowsRead: rowsRead / sessions, rowsWritten: rowsWritten / sessions };
    const ofBare = limit.seconds / sent.seconds;
    if (round > 0) kept.push({ perSecond: sessions / sent.seconds, ...of, ofBare });
  }
  await Promise.all([ours.close(), theirs.close()]);
  return medianOf(kept, ["perSecond", "cpuUs", "rowsRead", "rowsWritten", "ofBare"]);
}

function medianOf<K extends string>(
  all: readonly Record<K, number>[],
  keys: readonly K[],
): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, median(all.map((one) => one[key]))])) as Record<
    K,
    number
  >;
}

/** Marks so many standings as a new session would, and sweeps until none is due. */
export async function measureSweep({ service, client, api }: World, standings: number): Promise<Rate> {
  await runOut(service, "rescore");
  const db = await service.database();
  const now = Date.now();
  await db
    .prepare(`UPDATE standings SET changed_at = ?1, due_at = ?1, revision = revision + 1
      WHERE game = 'sim' AND player_id <= ?2`)
    .bind(now, standings)
    .run();
  const before = { at: performance.now(), cpu: cpuMs(service.pid) };
  const call = { method: "POST", path: "/api/ops/jobs/rescore/runs", headers: api } as const;
  const cost = { read: 0, written: 0 };
  let processed = 0;
  for (let remaining = 1; remaining > 0; ) {
    const { rowsRead, rowsWritten, answers } = await client.sendAll([call]);
    const run = answers[0] as { processed: number; remaining: number } | undefined;
    if (run === undefined) continue;
    cost.read += rowsRead;
    cost.written += rowsWritten;
    processed += run.processed;
    remaining = run.remaining;
  }
  return {
    perSecond: (processed * 1_000) / (performance.now() - before.at),
    cpuUs: ((cpuMs(service.pid) - before.cpu) * 1_000) / processed,
    rowsRead: cost.read / processed,
    rowsWritten: cost.written / processed,
  };
}
