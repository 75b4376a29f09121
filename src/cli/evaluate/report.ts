/** The evaluation as one HTML file that needs nothing else: plots, tables, and how to read them. */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisePlot, rocLinear, rocLog, scoresByLabel } from "./charts.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Figures } from "./figures.ts";
import { makeFolder } from "./folder.ts";
import { InputError } from "./input-error.ts";
import { originLines } from "./print.ts";
import { svgOf } from "./svg.ts";
import { aucInterval, percent, percentInterval, whole } from "./wording.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? "");

const cell = (text: string): string => `<td>${escaped(text)}</td>`;
const rowOf = (name: string, cells: readonly string[]): string =>
  `<tr><th scope="row">${escaped(name)}</th>${cells.map(cell).join("")}</tr>`;

function tableOf(caption: string, head: readonly string[], rows: readonly string[]): string {
  const heads = head.map((text) => `<th scope="col">${escaped(text)}</th>`).join("");
  return `<div class="wide"><table><caption>${escaped(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

const figure = (svg: string, caption: string): string =>
  `<figure role="group" aria-label="${escaped(caption)}">${svg}<figcaption>${escaped(caption)}</figcaption></figure>`;

const rankingHead = ["Ranking", "Clean", "Cheaters", "AUC", "Recall at 1 % FP", "Recall at 0.1 % FP"];

function rankingTable(headlines: readonly Figures[]): string {
  const rows = headlines.map(({ name, clean, cheaters, auc, recall }) =>
    rowOf(name, [whole(clean), whole(cheaters), aucInterval(auc), ...recall.map(percentInterval)]),
  );
  return tableOf("Ranking; shares in percent with 95 % intervals", rankingHead, rows);
}

function promiseTable({ promise }: Evaluation): string {
  const head = ["Risk", "Promised %", "Clean %", "Clean players", "Significantly above?"];
  const rows = promise.map(({ risk, promised, observed, n, broken }) =>
    rowOf(`${risk} or above`, [
      percent(promised),
      percentInterval(observed),
      `${whole(observed.count)} of ${whole(n)}`,
      n === 0 ? "no clean players" : broken ? "yes: broken" : "no",
    ]),
  );
  return tableOf("The promise; one-sided binomial test at 95 %", head, rows);
}

function groupTable(title: string, rows: readonly Figures[]): string {
  const at = [40, 70, 90];
  const clean = at.map((risk) => `Clean ≥ ${risk} %`);
  const cheaters = at.map((risk) => `Cheaters ≥ ${risk} %`);
  const head = ["", "Clean", ...clean, "Cheaters", "AUC", "Recall 1 % FP", "Recall 0.1 % FP", ...cheaters];
  const body = rows.map((row) =>
    rowOf(row.name, [
      whole(row.clean),
      ...row.cleanAt.map(percentInterval),
      whole(row.cheaters),
      aucInterval(row.auc),
      ...row.recall.map(percentInterval),
      ...row.cheatersAt.map(percentInterval),
    ]),
  );
  return tableOf(title, head, body);
}

const style = `body{font:15px/1.5 system-ui,sans-serif;color:#111827;background:#f9fafb;margin:2rem auto;max-width:1200px;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.25rem}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:1rem}
figure{margin:0;background:#fff;border:1px solid #e5e7eb;border-radius:8px;padding:.75rem}figure svg{max-width:100%;height:auto}
figcaption,.facts{color:#4b5563;font-size:.9rem}.wide{overflow-x:auto;margin:1.25rem 0}
table{border-collapse:collapse;background:#fff;font-variant-numeric:tabular-nums;font-size:.88rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}th,td{border:1px solid #e5e7eb;padding:.25rem .55rem;text-align:right;white-space:nowrap}
th[scope=row],thead th:first-child{text-align:left;font-weight:500}thead th{background:#f3f4f6}`;

function plotsOf({ subsets, players }: Evaluation): string {
  return [
    figure(svgOf(rocLinear(subsets)), "ROC: cheaters caught against clean players accused."),
    figure(svgOf(rocLog(subsets)), "The same with false positives on a logarithmic axis."),
    figure(svgOf(scoresByLabel(players)), "Scores by label, in bins of 5 points; logarithmic."),
    figure(
      svgOf(promisePlot(players)),
      "Reliability: promised against observed share of clean players at each risk or above, with 95 % intervals. Below the dashed line the promise is kept; points on the lower edge are zero.",
    ),
  ].join("\n");
}

/** The report's HTML; no scripts, no requests. */
export function reportHtml(evaluation: Evaluation): string {
  const { headlines, tables, origin } = evaluation;
  const facts = originLines(evaluation).map((line) => `<br>${escaped(line)}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Evaluation: ${escaped(origin.source)}</title><style>${style}</style></head><body>
<h1>Evaluation</h1><p class="facts">${facts.join("").replace("<br>", "")}</p>
${rankingTable(headlines)}
${promiseTable(evaluation)}
<div class="plots">${plotsOf(evaluation)}</div>
${tables.map(({ title, rows }) => groupTable(title, rows)).join("\n")}
<p class="facts">Shares are in percent, with 95 % intervals by Wilson; AUC intervals by DeLong. Recall is read at the score that 1 % and 0.1 % of all clean players exceed; ties count as not caught. A player stands at the highest risk of their scopes.</p>
</body></html>
`;
}

/** Writes `evaluation.html` into the folder and answers its path. Throws InputError where it cannot. */
export async function writeReport(evaluation: Evaluation, dir: string): Promise<string> {
  await makeFolder(dir);
  const path = join(resolve(dir), "evaluation.html");
  try {
    await writeFile(path, reportHtml(evaluation));
  } catch (error) {
    throw new InputError(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
  return path;
}
