/** A simulated population as evaluation takes it, and as files for the running service. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { type PlayerLabel, type PopulationOptions, simulatePlayers } from "../simulate/population.ts";
import { makeFolder } from "./folder.ts";
import { InputError } from "./input-error.ts";
import type { LabelRow, Labels } from "./labels.ts";
import type { Roster } from "./roster.ts";
import { takeRow } from "./session-file.ts";

const columns = ["player", "label", "kind", "skill", "sessions", "onset"] as const;

const textOf = (label: PlayerLabel): Record<string, string> =>
  Object.fromEntries(columns.map((column) => [column, String(label[column])]));

/** Plays the population into the roster; `onPlayer` is told how many are done. */
export function takePopulation(
  options: PopulationOptions,
  roster: Roster,
  onPlayer: (done: number) => void,
): Labels {
  const byPlayer = new Map<string, LabelRow>();
  for (const { label, rows } of simulatePlayers(options)) {
    byPlayer.set(label.player, { player: label.player, label: label.label, columns: textOf(label) });
    for (const row of rows) {
      const why = takeRow(roster, row);
      if (why !== null) throw new Error(`The simulator made an invalid row: ${why}`);
    }
    onPlayer(byPlayer.size);
  }
  return { columns, byPlayer };
}

async function openFile(path: string) {
  const stream = createWriteStream(path);
  try {
    await once(stream, "open");
  } catch (error) {
    throw new InputError(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
  return stream;
}

/** Writes sessions.ndjson and labels.csv, a player at a time. */
export async function writePopulation(options: PopulationOptions, dir: string): Promise<void> {
  await makeFolder(dir);
  const sessions = await openFile(join(dir, "sessions.ndjson"));
  const labels = await openFile(join(dir, "labels.csv"));
  labels.write(`${columns.join(",")}\n`);
  for (const { label, rows } of simulatePlayers(options)) {
    // No value of a label holds a comma or a quote.
    labels.write(`${columns.map((column) => label[column]).join(",")}\n`);
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    if (!sessions.write(text)) await once(sessions, "drain");
  }
  sessions.end();
  labels.end();
  await Promise.all([finished(sessions), finished(labels)]);
}
