/**
 * The provider's keys, kept in the isolate. jose's own remote set shares no fetch between requests of a Worker and
 * knows no pause after a failure, so a flood of made-up key ids, or an outage, would become a flood at the provider.
 */
import type { FlattenedJWSInput, JWSHeaderParameters } from "jose";
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from "jose/errors";
import type { KeySet } from "./fetch-key-set.ts";

/** Keys this old are looked up anew: how long a key that the provider took back still counts. */
const freshMs = 10 * 60_000;
/** While the provider does not answer, the last keys count this long and no longer. */
const usableMs = 60 * 60_000;
/** With usable keys at hand: one look per pause, whatever the tokens say. */
const cooldownMs = 30_000;
/** Without keys, so many looks may start in a window: a cold isolate serves its first requests side by side. */
const coldWindowMs = 10_000;
const coldLooks = 5;

/** Whether a token is good cannot be said now. */
export class KeysUnavailable extends Error {}

interface Known {
  readonly keySet: KeySet;
  /** When the look that found them began. */
  readonly startedMs: number;
}

type Key = Awaited<ReturnType<KeySet>>;
export type FindKey = (nowMs: number, header?: JWSHeaderParameters, jws?: FlattenedJWSInput) => Promise<Key>;

const isNoMatch = (error: unknown): boolean =>
  error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys;

/** A look at the provider, if the budget allows one. Starts are counted, not ends: a cancelled request has no end. */
function createLooks(load: () => Promise<KeySet>) {
  let known: Known | null = null;
  let starts: number[] = [];
  const usable = (nowMs: number) => (known !== null && nowMs - known.startedMs < usableMs ? known : null);
  return {
    usable,
    /** Whether the last look has not (yet) brought keys. */
    isUnanswered: () => (starts.at(-1) ?? 0) > (known?.startedMs ?? -1),
    isAllowed(nowMs: number): boolean {
      starts = starts.filter((startedMs) => nowMs - startedMs < cooldownMs);
      if (usable(nowMs) !== null) return starts.length === 0;
      return starts.filter((startedMs) => nowMs - startedMs < coldWindowMs).length < coldLooks;
    },
    /** The keys found, or null. Of two looks the one that began later counts. */
    async look(nowMs: number): Promise<Known | null> {
      starts.push(nowMs);
      try {
        const found = { keySet: await load(), startedMs: nowMs };
        if (known === null || known.startedMs <= nowMs) known = found;
        return known;
      } catch {
        return null;
      }
    },
  };
}

/** Errors of ours and "no such key" pass; a key that cannot be imported is the provider's fault, not the token's. */
async function keyIn(known: Known, header?: JWSHeaderParameters, jws?: FlattenedJWSInput): Promise<Key> {
  try {
    return await known.keySet(header, jws);
  } catch (error) {
    throw isNoMatch(error)
      ? error
      : new KeysUnavailable("A key of the provider is unusable.", { cause: error });
  }
}

/** Finds the key of a token. @throws KeysUnavailable, or jose's error for a key that the provider does not have */
export function createFindKey(load: () => Promise<KeySet>): FindKey {
  const looks = createLooks(load);

  async function currentKeys(nowMs: number): Promise<Known> {
    const known = looks.usable(nowMs);
    if (known !== null && nowMs - known.startedMs < freshMs) return known;
    const found = looks.isAllowed(nowMs) ? await looks.look(nowMs) : null;
    const current = found ?? known;
    if (current === null) throw new KeysUnavailable("The provider's keys are out of reach.");
    return current;
  }

  /** The provider may have a new key (OpenID Connect Core 1.0, 10.1.1): look again, once per pause. */
  async function renewedKeys(nowMs: number, noMatch: unknown): Promise<Known> {
    const renewed = looks.isAllowed(nowMs) ? await looks.look(nowMs) : null;
    if (renewed !== null) return renewed;
    throw looks.isUnanswered() ? new KeysUnavailable("The provider's keys are out of reach.") : noMatch;
  }

  return async (nowMs, header, jws) => {
    const known = await currentKeys(nowMs);
    try {
      return await keyIn(known, header, jws);
    } catch (error) {
      if (!isNoMatch(error)) throw error;
      return keyIn(await renewedKeys(nowMs, error), header, jws);
    }
  };
}
