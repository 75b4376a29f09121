/** Verification: the seals are walked in order, each against the one before, and each entry against its seal. */
import {
  findSealUpTo,
  type SealRow,
  selectCheckpoints,
  selectGapsAfter,
  selectIdsUpTo,
  selectSeals,
} from "../db/audit-trail.ts";
import { type Chain, floorOf, isAuthentic } from "./chain.ts";
import { type AuditProblem, createFindings, type Findings } from "./findings.ts";
import { countUnsealed } from "./seal.ts";
import { verifyBlock } from "./verify-block.ts";

/**
 * `ok`: the database holds the end of the chain that the sealer knows; `cut`: it ends before; `altered`: its end is
 * another; `none`: nothing is sealed yet; `lost`: there are seals, and the sealer knows of none.
 */
export const headStates = ["ok", "cut", "altered", "none", "lost"] as const;

export interface Verification {
  /** Entries looked at on this page. */
  readonly checked: number;
  readonly sealedThrough: number;
  readonly unsealed: number;
  readonly head: (typeof headStates)[number];
  readonly problems: readonly AuditProblem[];
  /** Where the next page goes on; null: all was looked at. */
  readonly next: number | null;
}

/** Where the walk stands: the last id that is covered, and the MAC of its seal if that is known to be ours. */
interface Place {
  readonly lastId: number;
  readonly mac: string | null;
}

/** Seals a page: many are small where little happens. */
const sealsPerPage = 50;
/** Of each kind that is listed at the ends of the chain. */
const listed = 50;

async function headOf(chain: Chain): Promise<Verification["head"]> {
  const state = chain.read();
  const { head } = state;
  if (!chain.isBegun && head.lastId > 0) return "lost";
  if (head.lastId === floorOf(state)) return head.lastId === 0 ? "none" : "ok";
  const seal = await findSealUpTo(chain.db, head.lastId);
  if (seal?.last_id !== head.lastId) return "cut";
  return seal.mac === head.mac ? "ok" : "altered";
}

/** What is at and below the checkpoint: it must be the one that the sealer made, and its entries must be gone. */
async function verifyFloor(chain: Chain, found: Findings): Promise<void> {
  const { checkpoint, begin } = chain.read();
  const gone = checkpoint?.last_id ?? 0;
  const stored = await selectCheckpoints(chain.db, listed);
  const isOurs = (row: object) => JSON.stringify(row) === JSON.stringify(checkpoint);
  for (const row of stored) if (!isOurs(row)) found.add("checkpoint_altered", row.last_id);
  if (checkpoint !== null && stored.length === 0) found.add("checkpoint_altered", gone);
  for (const { id } of await selectIdsUpTo(chain.db, gone, listed)) found.add("inserted", id);
  if (begin > gone) found.add("seal_altered", gone + 1, begin);
}

/** Where a page begins: at the seal before `after`, or at the floor. */
async function placeBefore(chain: Chain, after: number): Promise<Place> {
  const state = chain.read();
  const floor = floorOf(state);
  const seal = after > floor ? await findSealUpTo(chain.db, after) : null;
  if (seal !== null && seal.last_id > floor) {
    return { lastId: seal.last_id, mac: (await isAuthentic(chain, seal)) ? seal.mac : null };
  }
  const { checkpoint, begin } = state;
  return { lastId: floor, mac: checkpoint && checkpoint.last_id > begin ? checkpoint.seal_mac : "" };
}

/** One seal against the place before it. @returns whether its entries can be held against it */
async function verifyLink(chain: Chain, seal: SealRow, before: Place, found: Findings): Promise<boolean> {
  if (!(await isAuthentic(chain, seal))) {
    found.add("seal_altered", seal.first_id, seal.last_id);
    return false;
  }
  if (seal.first_id > before.lastId + 1) found.add("seal_removed", before.lastId + 1, seal.first_id - 1);
  else if (before.mac !== null && seal.previous_mac !== before.mac)
    found.add("seal_altered", seal.first_id, seal.last_id);
  return true;
}

/** What is beyond the last seal: a tail that was cut, seals that nobody made, entries that are missing already. */
async function verifyEnd(chain: Chain, place: Place, found: Findings): Promise<void> {
  const { head } = chain.read();
  if (place.lastId < head.lastId) found.add("tail_cut", place.lastId + 1, head.lastId);
  for (const seal of await selectSeals(chain.db, head.lastId, Number.MAX_SAFE_INTEGER, listed)) {
    found.add("seal_altered", seal.first_id, seal.last_id);
  }
  for (const gap of await selectGapsAfter(chain.db, head.lastId, listed)) {
    found.add("removed", gap.id, gap.through);
  }
}

/** Verifies at least `limit` entries after an id, in whole blocks, or what there is. */
export async function verifyChain(chain: Chain, afterId: number, limit: number): Promise<Verification> {
  const { head } = chain.read();
  const found = createFindings();
  let place = await placeBefore(chain, afterId);
  if (afterId <= floorOf(chain.read())) await verifyFloor(chain, found);
  const seals = await selectSeals(chain.db, place.lastId, head.lastId, sealsPerPage);
  let checked = 0;
  let walked = 0;
  for (const seal of seals) {
    // A page always takes a block, so that the next one goes on.
    if (walked > 0 && (checked >= limit || found.isFull())) break;
    const isOurs = await verifyLink(chain, seal, place, found);
    if (isOurs) checked += await verifyBlock(chain.db, seal, found);
    place = { lastId: seal.last_id, mac: isOurs ? seal.mac : null };
    walked += 1;
  }
  const isOver = walked === seals.length && seals.length < sealsPerPage;
  if (isOver) await verifyEnd(chain, place, found);
  return {
    checked,
    sealedThrough: head.lastId,
    unsealed: await countUnsealed(chain),
    head: await headOf(chain),
    problems: found.problems,
    next: isOver ? null : place.lastId,
  };
}
