/** One case: looking at it, working on it, judging it. */
import { type Context, Hono } from "hono";
import { commentCase } from "../../actions/cases/case-notes.ts";
import { releaseCase, tagCase } from "../../actions/cases/change-case.ts";
import { claimCase, claimNext } from "../../actions/cases/claim-case.ts";
import { type GivenVerdict, giveVerdict } from "../../actions/cases/give-verdict.ts";
import { type AppEnv, principalOf } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { Problem } from "../../http/problem.ts";
import { redirectWith, takeFlash } from "../flash.ts";
import { readForm } from "../forms.ts";
import { answerView } from "../layout.tsx";
import { sameOriginOnly } from "../same-origin.ts";
import { viewerOf, viewing } from "../viewing.ts";
import { CommentForm, EmptyForm, TagsForm, VerdictForm } from "./forms.tsx";
import { loadCase } from "./load.ts";
import { CasePage } from "./page.tsx";

const idFormat = /^[1-9][0-9]{0,14}$/;

/** @throws Problem 404 for what is no id */
function caseIdOf(c: Context<AppEnv>): number {
  const text = c.req.param("case") ?? "";
  if (!idFormat.test(text)) throw new Problem(404, "not_found", "The case was not found.");
  return Number(text);
}

/** A policy of the game, by its ladder, in the case's game. */
const byPolicy = (policy: string): GivenVerdict["decision"] => ({
  policy,
  type: null,
  scope: "game",
  startsAtMs: null,
  delayWindowMs: null,
  expiresAtMs: null,
  lengthMs: null,
});

/** Where to go on: the next case that is claimed, or the queue. The verdict stands in any case. */
async function onwards(c: Context<AppEnv>): Promise<string> {
  try {
    const claimed = await claimNext(actionContext(c), undefined);
    return claimed === null ? "/queue" : `/cases/${claimed.id}`;
  } catch (error) {
    if (error instanceof Problem) return "/queue";
    throw error;
  }
}

function saidOf(id: number, given: Awaited<ReturnType<typeof giveVerdict>>): string {
  if (given.state === "open") return `Case ${id}: your verdict is in. Somebody else reviews it too.`;
  const made = given.decision_made ? " A decision was made." : "";
  return `Case ${id} is decided: ${given.verdict}.${made}`;
}

export const caseRoutes = new Hono<AppEnv>()
  .get("/cases/:case", viewing, async (c) => {
    const viewer = viewerOf(c);
    const { db, nowMs } = c.var;
    const shown = await loadCase(db, caseIdOf(c), principalOf(viewer));
    return answerView(c, <CasePage view={{ viewer, flash: takeFlash(c), nowMs }} shown={shown} />);
  })
  .post("/cases/:case/verdict", viewing, sameOriginOnly, async (c) => {
    const id = caseIdOf(c);
    const { verdict, reason, policy, next } = await readForm(c, VerdictForm);
    const decision = verdict === "confirmed" && policy !== "" ? byPolicy(policy) : null;
    const given = await giveVerdict(actionContext(c), id, { verdict, reason, decision });
    const path = next === undefined ? `/cases/${id}` : await onwards(c);
    return redirectWith(c, path, { text: saidOf(id, given) });
  })
  .post("/cases/:case/claim", viewing, sameOriginOnly, async (c) => {
    const id = caseIdOf(c);
    await readForm(c, EmptyForm);
    await claimCase(actionContext(c), id);
    return redirectWith(c, `/cases/${id}`, { text: "The case is yours for half an hour." });
  })
  .post("/cases/:case/release", viewing, sameOriginOnly, async (c) => {
    const id = caseIdOf(c);
    await readForm(c, EmptyForm);
    await releaseCase(actionContext(c), id, viewerOf(c).role === "admin");
    const undo = { action: `/cases/${id}/claim`, fields: {} };
    return redirectWith(c, "/queue", { text: `Case ${id} is free again.`, undo });
  })
  .post("/cases/:case/comments", viewing, sameOriginOnly, async (c) => {
    const id = caseIdOf(c);
    const { text } = await readForm(c, CommentForm);
    await commentCase(actionContext(c), id, text);
    return redirectWith(c, `/cases/${id}`, { text: "The comment was added." });
  })
  .post("/cases/:case/tags", viewing, sameOriginOnly, async (c) => {
    const id = caseIdOf(c);
    const { tags } = await readForm(c, TagsForm);
    await tagCase(actionContext(c), id, tags);
    return redirectWith(c, `/cases/${id}`, { text: "The tags were saved." });
  });
