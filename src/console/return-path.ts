/** Where a sign-in leads: back to the page that asked for it. */

/** Pages alone, by their own paths: never another host, never something that is no page. */
const pagePath =
  /^\/((players|cases|decisions)\/[1-9][0-9]{0,15}|players|queue|decisions)?(\?[\w=&.%~+*-]{0,2000})?$/;

/** A path that may be led to; anything else leads to the first page. */
export const returnPath = (asked: string | undefined): string =>
  asked !== undefined && pagePath.test(asked) ? asked : "/";
