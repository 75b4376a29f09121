/** Reads a file of bulk rows (NDJSON), a line at a time. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { parseSessionRow } from "../../telemetry/session.ts";
import { InputError } from "./input-error.ts";
import type { Roster } from "./roster.ts";

export interface Rejects {
  count: number;
  /** The first few, for the message: line number and why. */
  readonly examples: string[];
}

const shownExamples = 3;

/** A file is judged as a file: whether its times lie ahead of this machine's clock says nothing about it. */
const anyTime = { nowMs: Number.MAX_SAFE_INTEGER };

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Adds one row to the roster; answers why not, or null. */
export function takeRow(roster: Roster, row: unknown): string | null {
  if (row === undefined) return "not JSON";
  const parsed = parseSessionRow(row, anyTime, Date.parse);
  if ("fault" in parsed) return `${parsed.fault.pointer || "/"} ${parsed.fault.code}: ${parsed.fault.detail}`;
  roster.add(parsed.session);
  return null;
}

/** Size of a readable file in bytes; throws InputError where there is none. */
export async function fileBytes(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error(`${path} is not a file`);
    return found.size;
  } catch (error) {
    throw new InputError(`Cannot read the sessions: ${error instanceof Error ? error.message : error}`);
  }
}

/** Reads all rows into the roster; rows that the service would refuse are counted. `onBytes` tells how far it got. */
export async function readSessions(
  path: string,
  roster: Roster,
  onBytes: (bytes: number) => void,
): Promise<Rejects> {
  const rejects: Rejects = { count: 0, examples: [] };
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  let bytes = 0;
  for await (const line of lines) {
    number += 1;
    bytes += Buffer.byteLength(line) + 1;
    onBytes(bytes);
    if (line.trim() === "") continue;
    const why = takeRow(roster, jsonOf(line));
    if (why === null) continue;
    rejects.count += 1;
    if (rejects.examples.length < shownExamples) rejects.examples.push(`line ${number}: ${why}`);
  }
  return rejects;
}
