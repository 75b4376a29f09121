/** What must not stand on a terminal that others may read, or in a file that it is kept in. */

/** How a key begins is enough to recognise it by. */
const shownCharacters = 12;

/** Text with every API key, and every token such as a link to an appeal carries, cut to how it begins. */
export const withoutKeys = (text: string): string =>
  text.replaceAll(
    /gs[ki]_[\w-]{9,}|eyJ[\w-]+(\.[\w-]+){1,2}/g,
    (secret) => `${secret.slice(0, shownCharacters)}...`,
  );
