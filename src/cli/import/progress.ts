/** How an import is going: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import type { Counts } from "./state.ts";

export interface Standing {
  /** Bytes of the file that are behind. */
  readonly fileBytes: number;
  /** Rows decided in this run, for its rate. */
  readonly rows: number;
  readonly counts: Counts;
}

export interface ImportProgress {
  at(standing: Standing): void;
  /** Something to be known while it runs. */
  note(text: string): void;
  stop(): void;
}

/** Where progress is shown: standard error, or a test's own. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const lineEveryMs = 10_000;
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Seconds as people say them: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  const left = Math.max(0, Math.round(seconds));
  if (left < 60) return `${left} s`;
  if (left < 3_600) return `${Math.floor(left / 60)} min ${left % 60} s`;
  return `${Math.floor(left / 3_600)} h ${Math.floor((left % 3_600) / 60)} min`;
}

export interface Figures {
  readonly rows: string;
  readonly rate: string;
  readonly rejected: string;
  readonly left: string;
}

/** What is shown of a standing; `elapsedMs` and `begunAt` (bytes) are of this run. */
export function figuresOf(standing: Standing, elapsedMs: number, begunAt: number, total: number): Figures {
  const { accepted, duplicates, rejected } = standing.counts;
  const seconds = Math.max(elapsedMs, 1) / 1_000;
  const done = standing.fileBytes - begunAt;
  const left = done > 0 ? durationText(((total - standing.fileBytes) * seconds) / done) : "?";
  return {
    rows: whole.format(accepted + duplicates + rejected),
    rate: whole.format(standing.rows / seconds),
    rejected: whole.format(rejected),
    left,
  };
}

export interface ProgressOptions {
  readonly screen: Screen;
  readonly now: () => number;
  readonly total: number;
  readonly begunAt: number;
}

function lines({ screen, now, total, begunAt }: ProgressOptions): ImportProgress {
  const startMs = now();
  let shownMs = startMs;
  return {
    at(standing) {
      if (now() - shownMs < lineEveryMs) return;
      shownMs = now();
      const { rows, rate, rejected, left } = figuresOf(standing, now() - startMs, begunAt, total);
      const percent = Math.floor((100 * standing.fileBytes) / total);
      screen.write(`${percent} %: ${rows} rows, ${rate} rows/s, ${rejected} rejected, ${left} left\n`);
    },
    note: (text) => void screen.write(`${text}\n`),
    stop: () => {},
  };
}

const format = " {bar} {percentage} %  {rows} rows  {rate} rows/s  {rejected} rejected  {left} left  {note}";

function bar({ screen, now, total, begunAt }: ProgressOptions): ImportProgress {
  const startMs = now();
  const stream = screen as NodeJS.WriteStream;
  const shown = new SingleBar({ stream, format, hideCursor: true, barsize: 24 }, Presets.shades_classic);
  shown.start(total, begunAt, { rows: "0", rate: "0", rejected: "0", left: "?", note: "" });
  return {
    at: (standing) =>
      shown.update(Math.min(standing.fileBytes, total), {
        ...figuresOf(standing, now() - startMs, begunAt, total),
        note: "",
      }),
    note: (note) => shown.update({ note }),
    stop: () => shown.stop(),
  };
}

export const showProgress = (options: ProgressOptions): ImportProgress =>
  options.screen.isTTY ? bar(options) : lines(options);
