/** Answers against the schemas that document them: every member named, of its type, and none beside. */
import { expect } from "vitest";
import type { Operation } from "../../src/http/operation.ts";
import { ProblemDetails } from "../../src/http/schemas/answers.ts";
import type { Reply } from "./service.ts";

const isoUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const isTime = (name: string) => name.endsWith("_at") || name === "as_of" || name === "since";

/** Every time in an answer is ISO 8601 in UTC. */
function expectTimes(value: unknown, path: string): void {
  if (value === null || typeof value !== "object") return;
  for (const [name, part] of Object.entries(value)) {
    if (isTime(name) && part !== null) expect(part, `${path}/${name}`).toMatch(isoUtc);
    expectTimes(part, `${path}/${name}`);
  }
}

/** The answer of an operation: its status, and exactly the members that its schema documents. */
export function expectAnswer(reply: Reply, operation: Operation, status: number): void {
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  const schema = operation.answers[status]?.schema;
  if (!schema) throw new Error(`${operation.path} documents no answer ${status}`);
  // Schemas strip what they do not name, so equality says that nothing undocumented is sent.
  expect(schema.parse(reply.body)).toEqual(reply.body);
  expectTimes(reply.body, "");
}

/** A problem+json of a status, with nothing but what is documented. */
export function expectProblem(reply: Reply, status: number): void {
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(ProblemDetails.strict().parse(reply.body)).toEqual(reply.body);
  expect(reply.body).toMatchObject({ status, error: reply.body.detail });
  expect(reply.headers.get("x-request-id")).toBe(reply.body.request_id);
}
