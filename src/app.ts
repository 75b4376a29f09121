/** The order of middleware, and the mounts. */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { appealPages } from "./console/appeal/routes.tsx";
import { tryRoutes } from "./console/docs/try/routes.tsx";
import { consolePages } from "./console/pages.ts";
import { problemPage, wantsPage } from "./console/problem-page.tsx";
import type { AppEnv } from "./env.ts";
import { admit, createAdmission } from "./http/admission.ts";
import { begin, type Deps } from "./http/begin.ts";
import { describeError, isFull, isOfErased, isPassing } from "./http/error-log.ts";
import { executionContextOf } from "./http/execution-context.ts";
import { gate } from "./http/gate.ts";
import { headers } from "./http/headers.ts";
import { openApiDocument } from "./http/openapi.ts";
import { health } from "./http/operations.ts";
import { notFound, Problem, storeFull } from "./http/problem.ts";
import { createLeaseBook } from "./rate-limit/lease-book.ts";
import { adapters } from "./routes/adapters.ts";
import { analytics } from "./routes/analytics.ts";
import { appeals } from "./routes/appeals.ts";
import { audit } from "./routes/audit.ts";
import { auth } from "./routes/auth.ts";
import { cases } from "./routes/cases.ts";
import { decisionChecks } from "./routes/decision-checks.ts";
import { decisions } from "./routes/decisions.ts";
import { detectors } from "./routes/detectors.ts";
import { enforcement } from "./routes/enforcement.ts";
import { games } from "./routes/games.ts";
import { keys } from "./routes/keys.ts";
import { ops } from "./routes/ops.ts";
import { people } from "./routes/people.ts";
import { players } from "./routes/players.ts";
import { privacy } from "./routes/privacy.ts";
import { quality } from "./routes/quality.ts";
import { reports } from "./routes/reports.ts";
import { risk } from "./routes/risk.ts";
import { securityTxt } from "./routes/security-txt.ts";
import { telemetry } from "./routes/telemetry.ts";
import { verdicts } from "./routes/verdicts.ts";
import { watch } from "./routes/watch.ts";
import { drainAfterAnswer } from "./routes/webhook-drain.ts";
import { webhooks } from "./routes/webhooks.ts";

/** The origins that browsers may call from; none unless configured. Tokens travel in headers, never in cookies. */
const corsFromEnv = cors({
  origin: (origin, c) => {
    const allowed = String(c.env.CORS_ORIGINS ?? "")
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");
    return allowed.includes("*") ? "*" : allowed.includes(origin) ? origin : null;
  },
  allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "x-api-key", "x-d1-bookmark"],
  exposeHeaders: [
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "server-timing",
    "x-d1-bookmark",
    "x-request-id",
  ],
  maxAge: 600,
});

/** Errors as problems; an unexpected one says nothing but its request id, and is logged once. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    return new Problem(error.status, "invalid_request", "The request is malformed.");
  }
  if (isOfErased(error)) return notFound("The player");
  if (isFull(error)) return storeFull();
  if (isPassing(error)) {
    return new Problem(503, "store_unavailable", "The store is out of reach. Try again.", {
      headers: { "retry-after": "2" },
    });
  }
  return new Problem(500, "internal", "Something went wrong on our side.");
}

/** A problem as whoever asked can read it. */
const answerOf = (problem: Problem, c: Context<AppEnv>) =>
  wantsPage(c) ? problemPage(problem, c) : problem.toResponse(c.var.requestId);

/** The platform's context, for a request within a request. */
const platformOf = (c: Context<AppEnv>) =>
  (executionContextOf(c) ?? undefined) as Context["executionCtx"] | undefined;

export function createApp(deps: Deps) {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => {
    const problem = problemOf(error);
    const unexpected = error instanceof Problem ? error.cause : error;
    if (problem.status >= 500 && unexpected !== undefined) {
      deps.log({ id: c.var.requestId, level: "error", ...describeError(unexpected) });
    }
    return answerOf(problem, c);
  });
  app.notFound((c) => answerOf(notFound("The resource"), c));
  app.use(begin(deps, createLeaseBook()), headers, corsFromEnv, admit(createAdmission()));
  app.use(drainAfterAnswer(deps), gate);
  app.get(health.path, (c) => c.json({ status: "ok" as const }));
  app.get("/openapi.json", (c) => c.json(openApiDocument()));
  for (const routes of [
    watch,
    auth,
    people,
    keys,
    telemetry,
    adapters,
    risk,
    reports,
    players,
    privacy,
    cases,
    analytics,
    detectors,
    quality,
    games,
    enforcement,
    decisionChecks,
    decisions,
    ops,
    verdicts,
    appeals,
    audit,
    webhooks,
    securityTxt,
    appealPages,
    ...consolePages,
    tryRoutes(async (request, c) => app.fetch(request, c.env, platformOf(c))),
  ])
    app.route("/", routes);
  return app;
}
