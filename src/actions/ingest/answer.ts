/** What a bulk request is answered: what became of each row, also where it broke off in the middle. */
import { isFull } from "../../db/client.ts";
import { Problem, storeFull } from "../../http/problem.ts";
import type { RowFault } from "../../telemetry/session.ts";

/** Why a row was refused, and which. `pointer` leads to the field, as if the rows had been sent as JSON. */
export interface Rejection extends RowFault {
  readonly index: number;
}

/** accepted + duplicates + rejected = rows decided. */
export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  readonly players_created: number;
  /** Fields that no row has, and how many rows had them. */
  readonly unknown_fields: Readonly<Record<string, number>>;
  /** Only there, and true, where nothing was stored. */
  readonly dry_run?: true;
}

/** Rejections that say why in words; those after them have their code alone: the answer may have to fit into D1. */
const maxDetailed = 1_000;
/** A pointer goes no further than a name that we could have given. */
const plainPointer = /^[!-~]{0,80}$/;

export function rejection(member: string, index: number, { pointer, code, detail }: RowFault): Rejection {
  const [, first = ""] = pointer.split("/");
  const within = plainPointer.test(pointer) ? pointer : `/${first}`;
  return { index, code, pointer: `/${member}/${index}${within}`, detail };
}

export const emptyAnswer: IngestAnswer = {
  accepted: 0,
  duplicates: 0,
  rejected: [],
  players_created: 0,
  unknown_fields: {},
};

/** The answer so far and what became of the rows that follow. */
export function addedTo(before: IngestAnswer, more: Omit<IngestAnswer, "unknown_fields">): IngestAnswer {
  const rejected = [...more.rejected].sort((a, b) => a.index - b.index);
  const worded = Math.max(0, maxDetailed - before.rejected.length);
  return {
    ...before,
    accepted: before.accepted + more.accepted,
    duplicates: before.duplicates + more.duplicates,
    rejected: [
      ...before.rejected,
      ...rejected.slice(0, worded),
      ...rejected.slice(worded).map((row) => ({ ...row, detail: "" })),
    ],
    players_created: before.players_created + more.players_created,
  };
}

/**
 * Why a request ended before its last row, and what became of the rows up to `through`, counted from 0; -1: none.
 * Later rows are not in, unless the store failed to say that it had taken them.
 */
export function brokenOff(error: unknown, decided: IngestAnswer, through: number): Problem {
  const { accepted, duplicates, rejected, players_created } = decided;
  const members = { accepted, duplicates, rejected, players_created, stored_through: through };
  if (error instanceof Problem) return error.withMembers(members);
  if (isFull(error)) return storeFull(error).withMembers(members);
  return new Problem(503, "ingest_interrupted", "The store failed in the middle. Send the request again.", {
    headers: { "retry-after": "2" },
    members,
    cause: error,
  });
}
