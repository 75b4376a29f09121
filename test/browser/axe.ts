/** axe-core (MPL-2.0) in the page: what it finds against WCAG 2.2 AA and its own best practices. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** One line a finding: the rule, and where. The page's own policy does not stop it: it comes through the debugger. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(source);
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ["violations"] }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + " " + failureSummary.slice(0, 200))))`);
}
