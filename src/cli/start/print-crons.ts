/** Writes the cron expressions of wrangler's configuration as a line of JSON. Arguments: --config, --env. */
import { parseArgs } from "node:util";
import { unstable_readConfig } from "wrangler";

const { values } = parseArgs({ options: { config: { type: "string" }, env: { type: "string" } } });
const { triggers } = unstable_readConfig(values, { hideWarnings: true });
console.log(JSON.stringify(triggers.crons ?? []));
