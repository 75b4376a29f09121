/** What the sealer alone knows of the chain, in its own storage: whoever can write to D1 cannot touch it. */
import { randomToken } from "../auth/digest.ts";
import { type CheckpointRow, lastSealedId, type SealRow } from "../db/audit-trail.ts";
import type { Db } from "../db/client.ts";
import { sealMac } from "./digests.ts";

export interface ChainState {
  /** Ids up to here were sealed with a key that is lost; 0 unless the storage was. */
  readonly begin: number;
  /** Where the chain ends. */
  readonly head: { readonly lastId: number; readonly mac: string; readonly entries: number };
  readonly checkpoint: CheckpointRow | null;
  /** Written down before D1 is, so that a crash in between is made good by doing it again. */
  readonly sealing: SealRow | null;
  readonly pruning: CheckpointRow | null;
}

export interface Chain {
  readonly db: Db;
  readonly key: string;
  read(): ChainState;
  /** Whether anything was sealed with this key. */
  readonly isBegun: boolean;
  /** Resolves once the state is on disk. */
  write(state: ChainState): Promise<void>;
}

const keyName = "key";
const stateName = "chain";

/** 256 random bits, made at the first use. */
function keyOf(storage: DurableObjectStorage): string {
  const known = storage.kv.get<string>(keyName);
  if (known !== undefined) return known;
  const key = randomToken();
  storage.kv.put(keyName, key);
  return key;
}

const fresh = (begin: number): ChainState => ({
  begin,
  head: { lastId: begin, mac: "", entries: 0 },
  checkpoint: null,
  sealing: null,
  pruning: null,
});

export async function openChain(storage: DurableObjectStorage, db: Db): Promise<Chain> {
  const stored = storage.kv.get<ChainState>(stateName);
  // Seals without a head: they are of a key that is lost, or forged. They stay, and the chain begins after them.
  let state = stored ?? fresh(await lastSealedId(db));
  return {
    db,
    key: keyOf(storage),
    read: () => state,
    isBegun: stored !== undefined,
    async write(next) {
      storage.kv.put(stateName, next);
      await storage.sync();
      state = next;
    },
  };
}

/** The id up to which nothing is verified: pruned, or of a lost key. */
export const floorOf = ({ begin, checkpoint }: ChainState): number =>
  Math.max(begin, checkpoint?.last_id ?? 0);

/** Whether this sealer made the seal. */
export const isAuthentic = async ({ key }: Chain, seal: SealRow): Promise<boolean> =>
  (await sealMac(key, seal)) === seal.mac;
