/** Trying an operation of the API from its documentation, with the session of whoever is signed in. */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../../env.ts";
import { notFound, Problem } from "../../../http/problem.ts";
import { takeFlash } from "../../flash.ts";
import { readFields } from "../../forms.ts";
import { answerView } from "../../layout.tsx";
import { sameOriginOnly } from "../../same-origin.ts";
import { viewerOf, viewing } from "../../viewing.ts";
import { findTrial, refusalOf, type Trial } from "./offered.ts";
import { TryPage } from "./page.tsx";
import { type Fields, requestOf } from "./request.ts";
import { type Dispatch, type Outcome, send } from "./send.ts";

const maxBytes = 128 * 1024;

/** @throws Problem 404 */
function getTrial(c: Context<AppEnv>): Trial {
  const trial = findTrial(c.req.param("operation") ?? "");
  if (trial === undefined) throw notFound("The operation");
  return trial;
}

function answer(c: Context<AppEnv>, trial: Trial, fields: Fields | null, outcome: Outcome | null) {
  const viewer = viewerOf(c);
  const view = { viewer, flash: takeFlash(c), nowMs: c.var.nowMs };
  const sent = { fields, outcome, refusal: refusalOf(trial, viewer), freshKey: crypto.randomUUID() };
  return answerView(c, <TryPage view={view} trial={trial} {...sent} />);
}

/** @param dispatch the service itself, which this is mounted in */
export const tryRoutes = (dispatch: Dispatch) =>
  new Hono<AppEnv>()
    .get("/docs/try/:operation", viewing, (c) => answer(c, getTrial(c), null, null))
    .post("/docs/try/:operation", viewing, sameOriginOnly, async (c) => {
      const trial = getTrial(c);
      const viewer = viewerOf(c);
      const refusal = refusalOf(trial, viewer);
      if (refusal !== null) throw new Problem(403, "forbidden", refusal);
      const fields = await readFields(c, maxBytes);
      if (fields === null) throw new Problem(400, "invalid_request", "Each field must come once.");
      const outcome = await send(c, dispatch, trial, viewer, requestOf(trial, fields));
      return answer(c, trial, fields, outcome);
    });
