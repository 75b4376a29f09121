/** Pruning: whole sealed blocks leave once they are older than the retention, and a signed checkpoint stays. */
import { pruneWrites, type SealRow, selectSeals } from "../db/audit-trail.ts";
import { batch } from "../db/client.ts";
import { type Chain, isAuthentic } from "./chain.ts";
import { checkpointMac } from "./digests.ts";

/** Blocks a slice: a thousand entries, which with their indexes are five thousand rows. */
const blocksPerSlice = 5;

/** Writes the checkpoint that was decided on and deletes what it covers. Again it changes nothing. */
export async function finishPruning(chain: Chain): Promise<void> {
  const state = chain.read();
  if (state.pruning === null) return;
  await batch(chain.db, pruneWrites(chain.db, state.checkpoint?.last_id ?? 0, state.pruning));
  await chain.write({ ...state, checkpoint: state.pruning, pruning: null });
}

/** Of a lost key nothing can be proved, and the retention holds all the same. */
const isSound = async (chain: Chain, seal: SealRow, after: number): Promise<boolean> =>
  seal.last_id <= chain.read().begin || (seal.first_id === after + 1 && (await isAuthentic(chain, seal)));

/**
 * The next blocks that are old enough. A seal that is not ours ends them: else whoever can write to D1 could have the
 * evidence deleted by calling it old.
 */
async function oldBlocks(chain: Chain, beforeMs: number): Promise<SealRow[]> {
  const { head, checkpoint } = chain.read();
  let after = checkpoint?.last_id ?? 0;
  const old: SealRow[] = [];
  for (const seal of await selectSeals(chain.db, after, head.lastId, blocksPerSlice)) {
    if (seal.last_at >= beforeMs || !(await isSound(chain, seal, after))) break;
    old.push(seal);
    after = seal.last_id;
  }
  return old;
}

const entriesIn = (seals: readonly SealRow[]): number =>
  seals.reduce((sum, seal) => sum + seal.last_id - seal.first_id + 1, 0);

/** Entries that a slice would delete now. */
export const countPrunable = async (chain: Chain, beforeMs: number): Promise<number> =>
  entriesIn(await oldBlocks(chain, beforeMs));

/** Deletes one slice of what is older than `beforeMs`. @returns how many entries */
export async function pruneEntries(chain: Chain, beforeMs: number, nowMs: number): Promise<number> {
  const blocks = await oldBlocks(chain, beforeMs);
  const last = blocks.at(-1);
  if (last === undefined) return 0;
  const state = chain.read();
  const checkpoint = {
    last_id: last.last_id,
    entries: (state.checkpoint?.entries ?? 0) + entriesIn(blocks),
    seal_mac: last.mac,
    made_at: nowMs,
  };
  await chain.write({
    ...state,
    pruning: { ...checkpoint, mac: await checkpointMac(chain.key, checkpoint) },
  });
  await finishPruning(chain);
  return entriesIn(blocks);
}
