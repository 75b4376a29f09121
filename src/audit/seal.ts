/** Sealing: blocks of entries in the order of their ids, each chained to the one before. */
import { insertSeal, lastEntryId, selectEntriesAfter } from "../db/audit-trail.ts";
import { batch } from "../db/client.ts";
import type { Chain } from "./chain.ts";
import { digestsOf, entryDigest, type SealedDigest, sealMac } from "./digests.ts";

/** Entries a seal: its digests weigh 16 KB. */
const blockSize = 200;

/** Writes the seal that was decided on, and only then moves the head. Again it changes nothing. */
export async function finishSealing(chain: Chain): Promise<void> {
  const { sealing, head, ...rest } = chain.read();
  if (sealing === null) return;
  await batch(chain.db, [insertSeal(chain.db, sealing)]);
  const entries = head.entries + digestsOf(sealing).length;
  await chain.write({ ...rest, sealing: null, head: { lastId: sealing.last_id, mac: sealing.mac, entries } });
}

/** Seals the next entries, at most `limit`. @returns how many */
async function sealBlock(chain: Chain, limit: number): Promise<number> {
  const state = chain.read();
  const entries = await selectEntriesAfter(chain.db, state.head.lastId, Math.min(limit, blockSize));
  const last = entries.at(-1);
  if (last === undefined) return 0;
  const digests = await Promise.all(
    entries.map(async (entry): Promise<SealedDigest> => [entry.id, await entryDigest(entry)]),
  );
  const block = {
    first_id: state.head.lastId + 1,
    last_id: last.id,
    last_at: Math.max(...entries.map(({ at }) => at)),
    digests: JSON.stringify(digests),
    previous_mac: state.head.mac,
  };
  const sealing = { ...block, mac: await sealMac(chain.key, block) };
  await chain.write({ ...state, sealing });
  await finishSealing(chain);
  return entries.length;
}

/** Seals at most `limit` entries. @returns how many */
export async function sealEntries(chain: Chain, limit: number): Promise<number> {
  let sealed = 0;
  while (sealed < limit) {
    const more = await sealBlock(chain, limit - sealed);
    if (more === 0) break;
    sealed += more;
  }
  return sealed;
}

/** Entries that wait for their seal. */
export const countUnsealed = async (chain: Chain): Promise<number> =>
  Math.max(0, (await lastEntryId(chain.db)) - chain.read().head.lastId);
