/** Text from senders, made fit to keep: plain, short, and never throwing. */

/** Without control characters and broken Unicode, at most `max` characters. */
export function plain(text: string, max: number): string {
  let kept = "";
  for (const character of text.slice(0, 2 * max).toWellFormed()) {
    const code = character.codePointAt(0) ?? 0;
    if (kept.length + character.length > max) break;
    kept += code < 0x20 || code === 0x7f ? " " : character;
  }
  return kept.trim();
}

/** A part of an id or of a scope's name: letters, digits, dots, dashes, underscores; empty where nothing is left. */
export function slugOf(text: string, max: number): string {
  return text
    .slice(0, 4 * max)
    .replaceAll(/[^a-zA-Z0-9._-]/g, "-")
    .replace(/^[^a-zA-Z0-9]{1,400}/, "")
    .slice(0, max);
}

/** A part of an id that stays another one where the text is: what plain characters cannot tell, a fingerprint does. */
export function idPartOf(text: string, max: number): string {
  const slug = slugOf(text, max);
  return slug === text
    ? slug
    : `${slug.slice(0, max - 9)}-${fingerprint(text).slice(0, 8)}`.replace(/^-/, "");
}

const lanes = [0x811c9dc5, 0x01000193] as const;

/** A short name for a text, FNV-1a in two lanes: tells messages apart, and keeps no secret. */
export function fingerprint(text: string): string {
  return lanes
    .map((seed) => {
      let hash: number = seed;
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, "0");
    })
    .join("");
}
