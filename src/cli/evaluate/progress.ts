/** A progress bar for runs longer than a second, on a terminal only: pipes and CI see nothing of it. */
import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** Begins a stage of `total` steps; the one before is over. */
  stage(name: string, total: number): void;
  /** Steps of the stage done so far. */
  at(done: number): void;
  stop(): void;
}

const patienceMs = 1_000;
/** Told more often than this, the bar looks no better and its estimate of the time left jumps about. */
const updateMs = 100;

const format = " {name} {bar} {percentage} %, {eta_formatted} left";

export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { stage: () => {}, at: () => {}, stop: () => {} };
  const startedMs = performance.now();
  let bar: SingleBar | null = null;
  let name = "";
  let total = 0;
  let shownMs = 0;
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    stage(next, steps) {
      stop();
      name = next;
      total = steps;
    },
    at(done) {
      const now = performance.now();
      if (now - startedMs < patienceMs || now - shownMs < updateMs) return;
      shownMs = now;
      if (bar === null) {
        bar = new SingleBar(
          { stream, format, clearOnComplete: true, hideCursor: true },
          Presets.shades_classic,
        );
        bar.start(total, 0, { name: name.padEnd(8) });
      }
      bar.update(Math.min(done, total));
    },
    stop,
  };
}
