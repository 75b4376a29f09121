/** Every operation of the JSON API. */
import * as access from "./operations/access.ts";
import * as adapters from "./operations/adapters.ts";
import * as appeals from "./operations/appeals.ts";
import * as audit from "./operations/audit.ts";
import * as cases from "./operations/cases.ts";
import * as decisions from "./operations/decisions.ts";
import * as keys from "./operations/keys.ts";
import * as people from "./operations/people.ts";
import * as players from "./operations/players.ts";
import * as privacy from "./operations/privacy.ts";
import * as quality from "./operations/quality.ts";
import * as reports from "./operations/reports.ts";
import * as risk from "./operations/risk.ts";
import * as telemetry from "./operations/telemetry.ts";
import * as verdicts from "./operations/verdicts.ts";
import * as watch from "./operations/watch.ts";
import * as webhooks from "./operations/webhooks.ts";

export * from "./operations/access.ts";
export * from "./operations/adapters.ts";
export * from "./operations/appeals.ts";
export * from "./operations/audit.ts";
export * from "./operations/cases.ts";
export * from "./operations/decisions.ts";
export * from "./operations/keys.ts";
export * from "./operations/people.ts";
export * from "./operations/players.ts";
export * from "./operations/privacy.ts";
export * from "./operations/quality.ts";
export * from "./operations/reports.ts";
export * from "./operations/risk.ts";
export * from "./operations/telemetry.ts";
export * from "./operations/verdicts.ts";
export * from "./operations/watch.ts";
export * from "./operations/webhooks.ts";

/** All of them, for the document. */
export const operations = [
  access,
  watch,
  people,
  keys,
  telemetry,
  adapters,
  players,
  privacy,
  risk,
  cases,
  verdicts,
  reports,
  decisions,
  appeals,
  quality,
  webhooks,
  audit,
].flatMap((part) => Object.values(part));
