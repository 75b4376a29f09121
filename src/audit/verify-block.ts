/** The entries of one authentic seal against its digests. */
import { sha256Hex } from "../auth/digest.ts";
import { type SealRow, type StoredEntry, selectEntriesBetween } from "../db/audit-trail.ts";
import type { Db } from "../db/client.ts";
import { digestsOf, entryDigest } from "./digests.ts";
import type { Findings } from "./findings.ts";

type Digests = ReadonlyMap<number, string>;

/** Altered entries of a block that are tried at each other's places: every pair is one digest. */
const triedForOrder = 40;

/** A block holds 200; more than that was put into a gap of ids, and need not be told one by one. */
const mostRead = 1_000;

/** Ids of the range that are not there, as runs; a range of any width costs what is there. */
function findRemoved(seal: SealRow, entries: readonly StoredEntry[], found: Findings): void {
  let next = seal.first_id;
  for (const { id } of entries) {
    if (id > next) found.add("removed", next, id - 1);
    next = id + 1;
  }
  if (next <= seal.last_id) found.add("removed", next, seal.last_id);
}

/** Whether what stands at one id was sealed at another that is wrong too. */
async function isMoved(entry: StoredEntry, wrong: readonly StoredEntry[], sealed: Digests): Promise<boolean> {
  for (const { id } of wrong.slice(0, triedForOrder)) {
    if (id !== entry.id && (await entryDigest({ ...entry, id })) === sealed.get(id)) return true;
  }
  return false;
}

/** What is wrong with one entry by itself; null: nothing. */
async function faultOf(entry: StoredEntry, sealed: Digests) {
  const digest = sealed.get(entry.id);
  if (digest === undefined) return "inserted" as const;
  if ((await entryDigest(entry)) !== digest) return "altered" as const;
  if (entry.payload === null) return null;
  return (await sha256Hex(entry.payload)) === entry.payload_digest ? null : ("payload_altered" as const);
}

/** @returns how many entries were looked at */
export async function verifyBlock(db: Db, seal: SealRow, found: Findings): Promise<number> {
  const entries = await selectEntriesBetween(db, seal.first_id, seal.last_id, mostRead);
  const sealed: Digests = new Map(digestsOf(seal));
  findRemoved(seal, entries, found);
  const faults = await Promise.all(
    entries.map(async (entry) => ({ entry, fault: await faultOf(entry, sealed) })),
  );
  const wrong = faults.flatMap(({ entry, fault }) => (fault === "altered" ? [entry] : []));
  for (const { entry, fault } of faults) {
    if (fault === null) continue;
    const moved = fault === "altered" && (await isMoved(entry, wrong, sealed));
    found.add(moved ? "reordered" : fault, entry.id);
  }
  return entries.length;
}
