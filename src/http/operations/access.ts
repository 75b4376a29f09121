/** Signing in, and the service itself. */
import { defineOperation } from "../operation.ts";
import * as answer from "../schemas/answers.ts";
import * as request from "../schemas/requests.ts";

export const health = defineOperation({
  method: "get",
  path: "/health",
  tag: "Service",
  summary: "Whether the service is alive; also while it is not configured.",
  answers: { 200: { description: "Alive.", schema: answer.Health } },
});

export const createToken = defineOperation({
  method: "post",
  path: "/api/auth/token",
  tag: "Auth",
  summary: "Sign in: an access token of one hour and a refresh token for one use.",
  body: request.Credentials,
  answers: { 200: { description: "Signed in.", schema: answer.Tokens } },
  faults: [401],
});

export const refreshToken = defineOperation({
  method: "post",
  path: "/api/auth/refresh",
  tag: "Auth",
  summary: "Spend a refresh token for a new pair.",
  body: request.RefreshRequest,
  answers: { 200: { description: "A new pair; the old refresh token is spent.", schema: answer.Tokens } },
  faults: [401],
});

export const runJob = defineOperation({
  method: "post",
  path: "/api/ops/jobs/:job/runs",
  tag: "Operations",
  summary: "Run one slice of a job now.",
  params: request.JobParam,
  answers: {
    200: { description: "What the slice did, and the work that is still due.", schema: answer.JobRun },
  },
});
