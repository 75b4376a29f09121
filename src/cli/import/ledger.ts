/** What is decided, in the file's order: requests end in any order, and only what has no gap before it is behind. */
import type { Parcel } from "./parcels.ts";
import type { RejectedFile } from "./rejected-file.ts";
import type { RejectedLine } from "./row.ts";
import type { ImportState, StateFile } from "./state.ts";

export interface Outcome {
  readonly accepted: number;
  readonly duplicates: number;
  /** In the order of their rows. */
  readonly rejected: readonly RejectedLine[];
}

export interface Ledger {
  readonly state: ImportState;
  /** Parcels that were decided, all before them too. */
  readonly settled: number;
  /** Notes what became of a parcel (its place in the file's order, from 0); resolves when the state is written. */
  decide(place: number, parcel: Parcel, outcome: Outcome): Promise<void>;
}

/** `state` is where it begins. `onSettled` hears of every parcel that is behind for good. */
export function openLedger(
  begin: ImportState,
  stateFile: StateFile,
  rejectedFile: RejectedFile,
  onSettled: (state: ImportState, parcel: Parcel) => void,
): Ledger {
  const waiting = new Map<number, { parcel: Parcel; outcome: Outcome }>();
  let state = begin;
  let settled = 0;
  let writing: Promise<void> = Promise.resolve();

  async function settle(parcel: Parcel, outcome: Outcome): Promise<void> {
    const added = await rejectedFile.append(outcome.rejected);
    const { counts, rejectedBytes } = state;
    state = {
      ...state,
      position: parcel.after,
      counts: {
        accepted: counts.accepted + outcome.accepted,
        duplicates: counts.duplicates + outcome.duplicates,
        rejected: counts.rejected + outcome.rejected.length,
      },
      rejectedBytes: rejectedBytes + added,
    };
    // The rejected rows first: what the state does not know of is cut off, and comes again.
    await stateFile.save(state);
    settled += 1;
    onSettled(state, parcel);
  }

  async function settleAll(): Promise<void> {
    for (let next = waiting.get(settled); next; next = waiting.get(settled)) {
      waiting.delete(settled);
      await settle(next.parcel, next.outcome);
    }
  }

  return {
    get state() {
      return state;
    },
    get settled() {
      return settled;
    },
    decide(place, parcel, outcome) {
      waiting.set(place, { parcel, outcome });
      writing = writing.then(settleAll);
      return writing;
    },
  };
}
