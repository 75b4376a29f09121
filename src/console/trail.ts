/**
 * The way that somebody came through a list which its index gives in one direction only: the cursors of the pages
 * before, in the address. Going back shows the very pages that were seen. Pure.
 */
import { z } from "zod";

/** Stands for the first page, which has no cursor. */
const first = "0";
/** An address has to stay short; beyond this the oldest steps are forgotten, and only the first page is left to go to. */
const maxLength = 1_500;

/** Cursors, the latest last, between dots. */
export const trailText = z
  .string()
  .max(maxLength)
  .regex(/^[\w-]+(\.[\w-]+)*$/)
  .optional()
  .catch(undefined);

export interface Place {
  readonly after?: string | undefined;
  readonly trail?: string | undefined;
}

/** The place after this one, at a cursor. */
export function forward({ after, trail }: Place, next: string): Place {
  const steps = trail === undefined ? [] : trail.split(".");
  steps.push(after ?? first);
  while (steps.join(".").length > maxLength) steps.shift();
  return { after: next, trail: steps.length === 0 ? undefined : steps.join(".") };
}

/** The place before this one; null on the first page, and where the way is forgotten. */
export function back({ after, trail }: Place): Place | null {
  if (after === undefined || trail === undefined) return null;
  const steps = trail.split(".");
  const last = steps.pop();
  return {
    after: last === first ? undefined : last,
    trail: steps.length === 0 || last === first ? undefined : steps.join("."),
  };
}
