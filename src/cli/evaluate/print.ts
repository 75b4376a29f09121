/** The evaluation as text for a terminal. */
import type { Evaluation } from "./evaluation.ts";
import type { Figures } from "./figures.ts";
import { auc, aucInterval, percent, percentInterval, whole } from "./wording.ts";

/** Columns side by side: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
}

/** What was read and scored, one line a fact. */
export function originLines({ origin, counts, population }: Evaluation): string[] {
  const { clean, cheaters, unverified, unlabelled, absent } = counts;
  const rate = whole(Math.round(population.scorings / origin.scoreSeconds));
  return [
    `${origin.source}, as of ${new Date(origin.asOfMs).toISOString()}`,
    `${whole(counts.players)} players: ${whole(clean)} clean, ${whole(cheaters)} cheaters, ${whole(unverified)} unverified, ${whole(unlabelled)} without a label; ${whole(absent)} labelled without a session`,
    `${whole(origin.sessions)} sessions, ${whole(origin.rejected)} rows rejected; ${whole(counts.confident)} players with enough evidence, ${whole(counts.uncalibrated)} standings uncalibrated`,
    `Scopes: ${whole(population.scopes)}; rounds of scores and baselines: ${population.rounds}${population.settled ? "" : ", NOT SETTLED"}; read in ${origin.readSeconds.toFixed(1)} s, scored in ${origin.scoreSeconds.toFixed(1)} s (${rate} standings a second)`,
  ];
}

function headlineLines(headlines: readonly Figures[]): string[] {
  const head = ["Ranking", "clean", "cheaters", "AUC", "recall at 1 % FP", "recall at 0.1 % FP"];
  const rows = headlines.map(({ name, clean, cheaters, auc, recall }) => [
    `  ${name}`,
    whole(clean),
    whole(cheaters),
    aucInterval(auc),
    percentInterval(recall[0]),
    percentInterval(recall[1]),
  ]);
  return aligned([head, ...rows]);
}

function promiseText({ promise, headlines }: Evaluation): string[] {
  const head = ["Promise", "promised %", "clean %", "clean players", "cheaters %", ""];
  const rows = promise.map(({ risk, promised, observed, n, broken }, i) => {
    const caught = headlines[0]?.cheatersAt[i];
    return [
      `  at ${risk} or above`,
      percent(promised),
      percentInterval(observed),
      `${whole(observed.count)} of ${whole(n)}`,
      caught === undefined ? "" : percentInterval(caught),
      n === 0 ? "no clean players" : broken ? "BROKEN" : "not broken",
    ];
  });
  return aligned([head, ...rows]);
}

function tableLines(title: string, rows: readonly Figures[]): string[] {
  const head = [title, "clean", ">=40 %", ">=70 %", ">=90 %"];
  const cheats = ["cheaters", "AUC", "1 % FP", "0.1 % FP", ">=40 %", ">=70 %", ">=90 %"];
  const cells = rows.map((row) => [
    `  ${row.name}`,
    whole(row.clean),
    ...row.cleanAt.map(percentInterval),
    whole(row.cheaters),
    auc(row.auc),
    ...row.recall.map(({ value }) => percent(value)),
    ...row.cheatersAt.map(({ value }) => percent(value)),
  ]);
  return aligned([[...head, ...cheats], ...cells]);
}

/** The whole evaluation, ready for standard output. */
export function printed(evaluation: Evaluation): string {
  const { headlines, tables, origin } = evaluation;
  const rejects = origin.rejectExamples.map((example) => `  rejected ${example}`);
  return [
    [...originLines(evaluation), ...rejects],
    headlineLines(headlines),
    promiseText(evaluation),
    ...tables.map(({ title, rows }) => tableLines(title, rows)),
  ]
    .map((lines) => lines.map((line) => line.trimEnd()).join("\n"))
    .join("\n\n");
}
