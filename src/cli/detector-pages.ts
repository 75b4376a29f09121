/** `npm run docs`: writes `docs/detectors/`, one page a detector, from the cards. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { pageOf } from "../detection/card-page.ts";
import { detectors } from "../detection/registry.ts";

const folder = "docs/detectors";

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`);
for (const detector of detectors) writeFileSync(`${folder}/${detector.id}.md`, pageOf(detector));
console.log(`Wrote ${detectors.length} pages to ${folder}.`);
