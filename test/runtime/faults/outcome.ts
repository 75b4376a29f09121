/** What became of one injected fault, as it is listed. */
import type { TaskMeta } from "vitest";

export interface Outcome {
  readonly path: string;
  readonly kind: string;
  /** Where: the call of D1, or whatever else was made to fail. */
  readonly at: string;
  /** What whoever asked was answered. */
  readonly status: string;
  /** What the fault left written. A part is made of whole steps, each of which is right by itself. */
  readonly left: "nothing" | "everything" | "a part";
  /** What a repetition was answered. */
  readonly again: string;
  /** What a repetition came to. */
  readonly end: "as without a fault" | "as asked twice" | "WRONG";
}

declare module "vitest" {
  interface TaskMeta {
    /** For the listing at the end of the run. */
    faults?: readonly Outcome[];
  }
}

/** Has the outcomes of the test that runs listed. */
export function list(task: { readonly meta: TaskMeta }, outcomes: readonly Outcome[]): void {
  task.meta.faults = [...(task.meta.faults ?? []), ...outcomes];
}
