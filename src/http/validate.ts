/** Validation by an operation's own schemas; a fault names its field and why. */
import { zValidator } from "@hono/zod-validator";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { z } from "zod";
import type { AppEnv } from "../env.ts";
import { codeOf, pointerOf } from "../telemetry/session.ts";
import { readJson } from "./body.ts";
import { type Fault, Problem } from "./problem.ts";

const defaultBodyBytes = 64 * 1024;
/** More faults than these help nobody. */
const maxFaults = 20;

const faultOf = (issue: z.core.$ZodIssue): Fault => ({
  pointer: pointerOf(issue.path),
  code: codeOf(issue),
  detail: issue.message,
});

/** A 400 with the pointer to each fault. */
export function invalid(issues: readonly z.core.$ZodIssue[]): Problem {
  const faults = issues.slice(0, maxFaults).map(faultOf);
  const [first] = faults;
  const detail = first ? `${first.pointer || "The request"}: ${first.detail}` : "The request is malformed.";
  return new Problem(400, "invalid_request", detail, { faults });
}

/** What `zValidator` hands to its hook, as far as it matters here. */
interface Outcome {
  readonly success: boolean;
  readonly error?: { readonly issues: readonly z.core.$ZodIssue[] };
}

function refuse(outcome: Outcome): void {
  if (!outcome.success) throw invalid(outcome.error?.issues ?? []);
}

export const param = <S extends z.ZodObject>(operation: { readonly params?: S }) =>
  zValidator("param", required(operation.params), refuse);

export const query = <S extends z.ZodObject>(operation: { readonly query?: S }) =>
  zValidator("query", required(operation.query), refuse);

/** Reads the body first: put it before {@link json}. */
export const body = (operation: { readonly maxBodyBytes?: number }): MiddlewareHandler<AppEnv> =>
  createMiddleware<AppEnv>(async (c, next) => {
    await readJson(c, operation.maxBodyBytes ?? defaultBodyBytes);
    await next();
  });

export const json = <S extends z.ZodType>(operation: { readonly body?: S }) =>
  zValidator("json", required(operation.body), refuse);

function required<S>(schema: S | undefined): S {
  if (schema === undefined) throw new Error("The operation declares no such schema.");
  return schema;
}
