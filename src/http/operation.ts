/** An operation of the API: its schemas validate requests and make the OpenAPI document, so neither can drift. */
import type { z } from "zod";

type Shape = z.ZodObject;

export interface AnswerSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

export interface Operation<
  P extends string = string,
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** As Hono writes it: `/api/players/:player`. */
  readonly path: P;
  readonly tag: string;
  readonly summary: string;
  /** What the summary has no room for. */
  readonly notes?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Media types of the body beside JSON. */
  readonly streams?: readonly string[];
  /** Bytes of a body; more is 413. */
  readonly maxBodyBytes?: number;
  /** False: `Idempotency-Key` is not looked at, because what is sent is known by itself or nothing is written. */
  readonly once?: false;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Statuses of errors that this operation gives beside those that every operation can give. */
  readonly faults?: readonly number[];
}

/** Keeps the literal types of an operation, for the handlers. */
export function defineOperation<
  const P extends string,
  Params extends Shape,
  Query extends Shape,
  Body extends z.ZodType,
>(operation: Operation<P, Params, Query, Body>) {
  return operation;
}

/** Its key in the access table. */
export const keyOf = (operation: Pick<Operation, "method" | "path">): string =>
  `${operation.method.toUpperCase()} ${operation.path}`;
