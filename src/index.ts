/** The Worker: fetch, scheduled, and the Durable Objects. Wiring only. */
import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import type { Deps } from "./http/begin.ts";
import { runCron } from "./jobs/run.ts";
import { createTally } from "./metrics/tally.ts";

export { AuditSealer } from "./audit/sealer.ts";
export { RateLimiter } from "./rate-limit/durable-object.ts";

const deps: Deps = {
  now: () => Date.now(),
  tally: createTally(),
  log: (line) => console.log(JSON.stringify(line)),
};

const app = createApp(deps);

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => runCron(env, controller.cron, deps),
} satisfies ExportedHandler<Env>;
