/** Whether the service serves and keeps up, and its figures. */
import { defineOperation } from "../operation.ts";
import * as answer from "../schemas/answers.ts";

export const ready = defineOperation({
  method: "get",
  path: "/ready",
  tag: "Service",
  summary: "Whether the service can serve, and whether its scores keep up.",
  notes: "An answer may be five seconds old. `degraded` is 200: it serves, but scores are late.",
  answers: {
    200: { description: "It serves.", schema: answer.Ready },
    503: { description: "It does not.", schema: answer.Ready },
  },
});

export const metrics = defineOperation({
  method: "get",
  path: "/metrics",
  tag: "Service",
  summary: "The figures of the service, as OpenMetrics 1.0.",
  answers: { 200: { description: "The metrics.", contentType: "application/openmetrics-text" } },
});
