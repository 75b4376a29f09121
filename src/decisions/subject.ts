/** Whom a decision holds for: the game's own id of a player, which is the same in every game of a studio. */

const mark = "#";

/** `#17` for a player without a ref; a ref that begins with `#` gets another one before it, so that none looks like that. */
export function subjectOf({ id, ref }: { readonly id: number; readonly ref: string | null }): string {
  return ref === null ? `${mark}${id}` : subjectOfRef(ref);
}

export const subjectOfRef = (ref: string): string => (ref.startsWith(mark) ? mark + ref : ref);

/** The ref of a subject; null for a player without one. */
export function refOf(subject: string): string | null {
  if (!subject.startsWith(mark)) return subject;
  return subject.startsWith(mark + mark) ? subject.slice(1) : null;
}
