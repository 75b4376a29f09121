/** `npm run build [-- --outdir DIR] [--config FILE] [--env NAME]`: the Worker as files that `npm run serve` runs. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildWorker } from "./serve/build.ts";
import { builtFolder } from "./serve/built.ts";
import { stopAll } from "./start/wrangler.ts";

const { values } = parseArgs({
  options: { outdir: { type: "string" }, config: { type: "string" }, env: { type: "string" } },
});
const project = Object.entries({ config: values.config, env: values.env }).flatMap(([name, value]) =>
  value === undefined ? [] : [`--${name}`, value],
);
try {
  const { folder, files, migrations } = await buildWorker(resolve(values.outdir ?? builtFolder), project);
  console.log(`Built ${files.join(", ")} and ${migrations.length} migrations into ${folder}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
  await stopAll();
}
