/** An import from beginning to end, or to where it was interrupted. */
import { createGate } from "../../client/gate.ts";
import { sendPatiently } from "../../client/patience.ts";
import type { World } from "../../client/world.ts";
import type { Exchange } from "./deliver.ts";
import { requireDryRun } from "./dry-run.ts";
import { type Input, openInput } from "./input.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { ImportOptions } from "./options.ts";
import { planOf } from "./plan.ts";
import { deliverAll } from "./pool.ts";
import { durationText, type ImportProgress, type Screen, showProgress } from "./progress.ts";
import { openRejectedFile, type RejectedFile } from "./rejected-file.ts";
import { type Counts, freshState, type ImportState, isOf, openStateFile, type StateFile } from "./state.ts";

export interface Surroundings {
  readonly world: World;
  readonly screen: Screen;
  /** Ends it after what is under way. */
  readonly stop: AbortSignal;
  /** Ends what is under way, too. */
  readonly abort: AbortSignal;
  readonly stateFile?: StateFile;
}

export interface Result {
  readonly isDone: boolean;
  readonly counts: Counts;
}

/** Failures in a row of one request, limits aside, before the import gives up: minutes of trouble. */
const attempts = 10;
/** How far requests may run ahead of the first undecided one. */
const aheadPerRequest = 16;

/** A dry run leaves no state behind. */
const noState: StateFile = { load: async () => null, save: async () => {}, remove: async () => {} };

function exchangeOf(
  { target }: ImportOptions,
  surroundings: Surroundings,
  note: (text: string) => void,
): Exchange {
  const { world, stop, abort } = surroundings;
  const gate = createGate(world, (ms) => note(`The service asks to wait ${durationText(ms / 1_000)}.`));
  const patience = { attempts, countsLimits: false, gate, stop, abort };
  return async (call) => (await sendPatiently(world, target, call, patience)).body;
}

/** What an import does, other than with which file; a state of another job is of no use to it. */
const jobOf = ({ target, adapter, server, game, rejected }: ImportOptions): string =>
  JSON.stringify([target.url, adapter?.id ?? null, server, game, rejected]);

async function beginAt(
  options: ImportOptions,
  input: Input,
  stateFile: StateFile,
  rejectedFile: RejectedFile,
): Promise<ImportState> {
  const fresh = freshState(input.identity, jobOf(options));
  const kept = await stateFile.load();
  const isKept = kept !== null && isOf(kept, fresh.file, fresh.job);
  // Where rejected rows are gone that the state counts, they are to be found again.
  const state = isKept && (await rejectedFile.cut(kept.rejectedBytes)) ? kept : fresh;
  if (state === fresh) await rejectedFile.cut(0);
  // Before anything is sent: where no state can be kept, the caller should know now.
  await stateFile.save(state);
  return state;
}

const rowsIn = ({ accepted, duplicates, rejected }: Counts): number => accepted + duplicates + rejected;

interface Course {
  readonly options: ImportOptions;
  readonly surroundings: Surroundings;
  readonly input: Input;
  readonly begin: ImportState;
  readonly progress: ImportProgress;
}

async function sendAll(course: Course, stateFile: StateFile, rejectedFile: RejectedFile): Promise<Ledger> {
  const { options, surroundings, input, begin, progress } = course;
  const exchange = exchangeOf(options, surroundings, progress.note);
  if (options.dryRun) await requireDryRun(exchange);
  const ledger = openLedger(begin, stateFile, rejectedFile, ({ counts }, { fileBytes }) =>
    progress.at({ counts, fileBytes, rows: rowsIn(counts) - rowsIn(begin.counts) }),
  );
  const onIgnored = (names: readonly string[]) =>
    progress.note(`Unknown columns are left out: ${names.join(", ")}.`);
  const { parcels, deliver } = planOf(exchange, options, input, begin.position, onIgnored);
  const { concurrency } = options;
  await deliverAll(parcels, async (parcel, place) => ledger.decide(place, parcel, await deliver(parcel)), {
    concurrency,
    maxAhead: concurrency * aheadPerRequest,
    settled: () => ledger.settled,
    stop: surroundings.stop,
  }).catch((error) => {
    // What a stop cut short is no failure.
    if (!surroundings.stop.aborted || error !== surroundings.stop.reason) throw error;
  });
  return ledger;
}

/** @throws what went wrong; the state then says how far it got */
export async function runImport(options: ImportOptions, surroundings: Surroundings): Promise<Result> {
  const { world, screen, stop } = surroundings;
  const stateFile = options.dryRun ? noState : (surroundings.stateFile ?? openStateFile(options.state));
  const input = await openInput(options.file);
  const rejectedFile = openRejectedFile(options.rejected);
  const begin = await beginAt(options, input, stateFile, rejectedFile);
  const { size } = input.identity;
  const begunAt = input.isGzip ? 0 : begin.position.offset;
  const progress = showProgress({ screen, now: world.now, total: Math.max(size, 1), begunAt });
  if (begin.position.row > 0) progress.note(`Going on behind row ${begin.position.row}.`);
  try {
    const { state } = await sendAll(
      { options, surroundings, input, begin, progress },
      stateFile,
      rejectedFile,
    );
    if (!stop.aborted) await stateFile.remove();
    return { isDone: !stop.aborted, counts: state.counts };
  } finally {
    progress.stop();
  }
}
