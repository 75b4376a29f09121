/** Decisions: the list, one of them, ending it, and the link to its appeal. */
import { type Context, Hono } from "hono";
import { linkAppeal } from "../../actions/appeals/link-appeal.ts";
import { endDecision } from "../../actions/decisions/end-decision.ts";
import type { AppEnv } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { getConfiguration } from "../../http/gate.ts";
import { Problem } from "../../http/problem.ts";
import { redirectWith, takeFlash } from "../flash.ts";
import { readForm } from "../forms.ts";
import { answerView } from "../layout.tsx";
import { sameOriginOnly } from "../same-origin.ts";
import { viewerOf, viewing } from "../viewing.ts";
import { DecisionsPage } from "./list-page.tsx";
import { loadDecision, loadDecisions } from "./load.ts";
import { DecisionPage, EndForm, LinkForm } from "./page.tsx";
import { DecisionsQuery } from "./query.ts";

const idFormat = /^[1-9][0-9]{0,14}$/;

/** @throws Problem 404 for what is no id */
function decisionIdOf(c: Context<AppEnv>): number {
  const text = c.req.param("decision") ?? "";
  if (!idFormat.test(text)) throw new Problem(404, "not_found", "The decision was not found.");
  return Number(text);
}

const viewOf = (c: Context<AppEnv>) => ({ viewer: viewerOf(c), flash: takeFlash(c), nowMs: c.var.nowMs });
/** People see all games. */
const isAny = () => true;

export const decisionRoutes = new Hono<AppEnv>()
  .get("/decisions", viewing, async (c) => {
    const list = await loadDecisions(c.var.db, DecisionsQuery.parse(c.req.query()), c.var.nowMs);
    return answerView(c, <DecisionsPage view={viewOf(c)} list={list} />);
  })
  .get("/decisions/:decision", viewing, async (c) => {
    const shown = await loadDecision(c.var.db, decisionIdOf(c));
    return answerView(c, <DecisionPage view={viewOf(c)} shown={shown} />);
  })
  .post("/decisions/:decision/end", viewing, sameOriginOnly, async (c) => {
    const id = decisionIdOf(c);
    const order = await readForm(c, EndForm);
    await endDecision(actionContext(c), id, order, isAny);
    return redirectWith(c, `/decisions/${id}`, { text: `Decision ${id} is ${order.as}.` });
  })
  // No redirect: the link is shown once and stands in no address and no cookie.
  .post("/decisions/:decision/appeal-link", viewing, sameOriginOnly, async (c) => {
    const id = decisionIdOf(c);
    await readForm(c, LinkForm);
    const token = await linkAppeal(actionContext(c), id, getConfiguration(c.env).jwtSecret, isAny);
    const link = `${new URL(c.req.url).origin}/appeals/${token}`;
    const shown = await loadDecision(c.var.db, id);
    return answerView(c, <DecisionPage view={viewOf(c)} shown={shown} link={link} />);
  });
