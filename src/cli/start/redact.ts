/** What must not stand on a terminal that others may read, or in a file that it is kept in. */

/** How a key begins is enough to recognise it by. */
const shownCharacters = 12;

/** Text with every API key cut to its hint. */
export const withoutKeys = (text: string): string =>
  text.replaceAll(/gs[ki]_[\w-]{9,}/g, (key) => `${key.slice(0, shownCharacters)}...`);
