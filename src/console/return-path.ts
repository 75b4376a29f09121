/** Where a sign-in leads: back to the page that asked for it. */

/** Of games, modes and detectors; a dot does not begin one. */
const name = "[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}";
const pages = [
  "(players|cases|decisions)/[1-9][0-9]{0,15}",
  `detectors/${name}`,
  `scopes/${name}/${name}`,
  "players|queue|decisions|detectors|scopes",
  "audit(/(refusals|verify))?",
  "settings(/(users|keys|webhooks|retention)(/[\\w.%-]{1,800})?)?",
  "settings/games(/[\\w.%-]{1,64}(/enforcement)?)?",
  "docs/try/[a-z_]{1,80}",
];
/** Pages alone, by their own paths: never another host, never something that is no page. */
const pagePath = new RegExp(`^/(${pages.join("|")})?(\\?[\\w=&.%~+*-]{0,2000})?$`);

/** A path that may be led to; anything else leads to the first page. */
export const returnPath = (asked: string | undefined): string =>
  asked !== undefined && pagePath.test(asked) ? asked : "/";
