/** What is hashed and signed of the trail, as text that can be read in one way only. */
import { hmacHex, sha256Hex } from "../auth/digest.ts";
import type { CheckpointRow, SealedFields, SealRow } from "../db/audit-trail.ts";

/** SHA-256 of all that is sealed of an entry. What is personal is in it through its own digest alone. */
export const entryDigest = (entry: SealedFields): Promise<string> =>
  sha256Hex(
    JSON.stringify([
      entry.id,
      entry.at,
      entry.action,
      entry.actor,
      entry.target,
      entry.request_id,
      entry.payload_digest,
    ]),
  );

/** A seal binds its digests, its range and age, and the seal before it. */
export const sealMac = (key: string, seal: Omit<SealRow, "mac">): Promise<string> =>
  hmacHex(
    key,
    JSON.stringify(["seal", seal.previous_mac, seal.first_id, seal.last_id, seal.last_at, seal.digests]),
  );

export const checkpointMac = (key: string, at: Omit<CheckpointRow, "mac">): Promise<string> =>
  hmacHex(key, JSON.stringify(["checkpoint", at.last_id, at.entries, at.seal_mac, at.made_at]));

export type SealedDigest = readonly [id: number, digest: string];

/** Only of a seal whose MAC was checked. */
export const digestsOf = (seal: SealRow) => JSON.parse(seal.digests) as SealedDigest[];
