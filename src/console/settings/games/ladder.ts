/** A policy's ladder as lines of text: `suspend 7`, `ban`. */
import type { Step } from "../../../decisions/settings.ts";

export const ladderText = (ladder: readonly Step[]): string =>
  ladder.map(({ type, days }) => (days === null ? type : `${type} ${days}`)).join("\n");

/** A step a line; what is no number becomes one that no schema takes. */
export function ladderIn(text: string): { type: string; days: number | null }[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => {
    const [type = "", days, ...more] = line.split(/\s+/);
    if (days === undefined) return { type, days: null };
    return { type, days: more.length === 0 && /^[0-9.]+$/.test(days) ? Number(days) : Number.NaN };
  });
}
