/** Appeals by link: whoever has the link is taken for the player. It lasts for 30 days, or until the appeal is there. */
import { type Context, Hono } from "hono";
import { appealObstacle, fileAppeal } from "../../actions/appeals/file-appeal.ts";
import { textForPlayer } from "../../actions/explain.ts";
import { readAppealLink } from "../../auth/appeal-links.ts";
import { loadAppealBasis } from "../../db/appeals.ts";
import { findDecisionToExplain } from "../../db/explanations.ts";
import type { ActionContext, AppEnv } from "../../env.ts";
import { actionContext } from "../../http/action-context.ts";
import { getConfiguration } from "../../http/gate.ts";
import { Problem } from "../../http/problem.ts";
import { statement as Statement } from "../../http/schemas/appeals.ts";
import { readFields } from "../forms.ts";
import { answerPage } from "../layout.tsx";
import { AppealNotice, AppealPage } from "./page.tsx";

const path = "/appeals/:token";
/** 2,000 characters of four bytes each, of which a form makes twelve characters, and room for the field's name. */
const maxBytes = 32 * 1024;

const unknownLink = () =>
  new Problem(404, "appeal_link_unknown", "This link is not one of ours, or not whole.");
const expiredLink = () =>
  new Problem(410, "appeal_link_expired", "This link has expired. Ask whoever gave it to you for another.");

/** The link ends with the appeal, however that was filed. */
const ended: Readonly<Record<string, string>> = {
  already_appealed: "An appeal of this decision was received. There is nothing more to do here.",
  decision_expunged: "This decision was taken back. There is nothing to appeal any more.",
};

/** A problem of the decision as one of the link. */
const asLinkProblem = (error: unknown): unknown => {
  const text = error instanceof Problem ? ended[error.code] : undefined;
  return error instanceof Problem && text !== undefined ? new Problem(410, error.code, text) : error;
};

/** @throws Problem 404 for a link that nobody made, 410 for one that is over */
async function openLink(c: Context<AppEnv>) {
  const link = await readAppealLink(
    getConfiguration(c.env).jwtSecrets,
    c.req.param("token") ?? "",
    c.var.nowMs,
  );
  if (link === null) throw unknownLink();
  if (link.expired) throw expiredLink();
  const [basis, explained] = await Promise.all([
    loadAppealBasis(c.var.db, link.decisionId),
    findDecisionToExplain(c.var.db, link.decisionId),
  ]);
  if (basis === null || explained === null) throw unknownLink();
  const obstacle = appealObstacle(basis);
  if (obstacle !== null) throw asLinkProblem(obstacle);
  const { starts_at: startsAtMs, expires_at: expiresAtMs } = basis.decision;
  const shown = { paragraphs: textForPlayer(explained).split("\n"), startsAtMs, expiresAtMs };
  return { decisionId: link.decisionId, shown };
}

/** Whoever held the link did it; the address says from where. */
const asHolder = (ctx: ActionContext, decisionId: number): ActionContext => ({
  ...ctx,
  origin: { ...ctx.origin, principal: `link:${decisionId}` },
});

/** What was written, and what of it can be taken. */
async function readStatement(c: Context<AppEnv>) {
  const { statement: written = "", ...others } = (await readFields(c, maxBytes)) ?? { repeated: "" };
  const parsed = Statement.safeParse(written);
  return { written, taken: parsed.success && Object.keys(others).length === 0 ? parsed.data : null };
}

export const appealPages = new Hono<AppEnv>()
  .get(path, async (c) => {
    const { shown } = await openLink(c);
    c.header("cache-control", "no-store");
    return answerPage(c, <AppealPage {...shown} />);
  })
  .post(path, async (c) => {
    const { decisionId, shown } = await openLink(c);
    c.header("cache-control", "no-store");
    const { written, taken } = await readStatement(c);
    if (taken === null) {
      const problem = "Write what you say to it, in at most 2,000 characters.";
      return answerPage(c, <AppealPage {...shown} problem={problem} statement={written} />, 400);
    }
    await fileAppeal(asHolder(actionContext(c), decisionId), decisionId, taken, () => true);
    const text = "Your appeal was received. Somebody who had no part in the decision will look at it again.";
    return answerPage(c, <AppealNotice title="Thank you" text={text} />, 201);
  });

/** Our own problems as calm pages; the unexpected goes on to whoever logs it. */
appealPages.onError((error, c) => {
  const problem = asLinkProblem(error);
  if (!(problem instanceof Problem)) throw error;
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value);
  c.header("cache-control", "no-store");
  return answerPage(c, <AppealNotice title="That did not work" text={problem.message} />, problem.status);
});
