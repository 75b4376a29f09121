/** What bulk ingest has to be told about the rows that it takes: sessions, or events. */
import type { Db, Statement } from "../../db/client.ts";
import type { RowFault } from "../../telemetry/session.ts";
import type { AuditAction } from "../audit.ts";
import type { ActionContext } from "../context.ts";

/** How a row names its player: by our id, or by the game's own. */
export interface Named {
  readonly playerId: number | null;
  readonly game: string | null;
  readonly ref: string | null;
}

/** A valid row and its place in the request. */
export interface Placed<T> {
  readonly index: number;
  readonly value: T;
}

/** A row that is not stored yet, with its player's id if the player is. */
export interface Fresh<T> {
  readonly playerId: number | null;
  readonly game: string;
  readonly value: T;
}

export type Parsed<T> = { readonly value: T } | { readonly fault: RowFault };

/** [id, game, ref, row id] of a row that may be stored. */
export type StoredKey = readonly [number | null, string | null, string | null, string];

/** Columns of a stored row, and the place of its key among those that were asked for. */
export type StoredRow = { readonly place: number } & Readonly<Record<string, string | number | null>>;

/** What a row says beside its identity, in a fixed order: two rows of one identity are one if these are equal. */
export type Content = readonly (string | number | null)[];

export interface Kind<T extends Named> {
  /** The member of a JSON request that holds the rows; pointers begin with it. */
  readonly member: "sessions" | "events";
  /** The field that identifies a row among those of its player. */
  readonly idField: string;
  /** Fields that a row may have; others are ignored and counted. */
  readonly fields: ReadonlySet<string>;
  readonly action: AuditAction;
  parse(row: unknown): Parsed<T>;
  idOf(value: T): string;
  contentOf(value: T): Content;
  /** Bytes that a row takes in the statement that stores it, at most. */
  weigh(value: T): number;
  /** Which of the keys are stored: their places in the list, and the columns that {@link storedContent} reads. */
  selectStored(db: Db, keys: readonly StoredKey[]): Statement<StoredRow[]>;
  storedContent(row: StoredRow): Content;
  writes(ctx: ActionContext, fresh: readonly Fresh<T>[]): Statement[];
}
