/** Cases: read, opened by hand, claimed and worked on. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { commentCase, linkPlayer, unlinkPlayer } from "../actions/cases/case-notes.ts";
import { assignCase, releaseCase, tagCase } from "../actions/cases/change-case.ts";
import { claimCase, claimNext } from "../actions/cases/claim-case.ts";
import { getCase } from "../actions/cases/get-case.ts";
import { openByHand } from "../actions/cases/open-by-hand.ts";
import { commentsShownAtOnce, listComments, readEvidence, showCase } from "../actions/cases/show-case.ts";
import type { CommentRow } from "../db/case-notes.ts";
import type { PlayerRow } from "../db/players.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { once } from "../http/once.ts";
import * as operations from "../http/operations.ts";
import { getPlayer, pathKey, playerKey } from "../http/player.ts";
import { body, json, param, query } from "../http/validate.ts";
import { defaultMode } from "../telemetry/session.ts";
import { listCasesPage } from "./case-list.ts";

const commentCursors = cursorsOf("case-comments", z.strictObject({ at: z.int(), id: z.string().max(64) }));
const writeComment = ({ at, id }: CommentRow) => commentCursors.write({ at, id });

const isAdmin = ({ var: { actor } }: Context<AppEnv>) => actor?.kind !== "key" && actor?.role === "admin";

/** The player of a link: by the game's own id it is one of the case's game. */
async function linkedPlayer(c: Context<AppEnv>, id: number, named: string): Promise<PlayerRow> {
  const { game } = await getCase(actionContext(c), id);
  return getPlayer(c, pathKey(c, named, game));
}

export const cases = new Hono<AppEnv>()
  .get(operations.listCases.path, query(operations.listCases), async (c) =>
    c.json(await listCasesPage(c, c.req.valid("query"))),
  )
  .post(operations.openCase.path, body(operations.openCase), json(operations.openCase), once(), async (c) => {
    const { player_id, game, mode, note } = c.req.valid("json");
    const player = await getPlayer(c, playerKey(c, player_id, game ?? undefined));
    const order = {
      playerId: player.id,
      mode: mode ?? player.mode ?? defaultMode,
      note: note ?? null,
    };
    return c.json(await openByHand(actionContext(c), order), 201);
  })
  .post(
    operations.claimNextCase.path,
    body(operations.claimNextCase),
    json(operations.claimNextCase),
    once(),
    async (c) => {
      const claimed = await claimNext(actionContext(c), c.req.valid("json").game ?? undefined);
      return c.json({ case: claimed });
    },
  )
  .get(operations.getCase.path, param(operations.getCase), async (c) => {
    const { answer, lastComments } = await showCase(actionContext(c), c.req.valid("param").case);
    return c.json({
      ...answer,
      comments_cursor: nextCursor(lastComments, commentsShownAtOnce, writeComment),
    });
  })
  .get(operations.getCaseEvidence.path, param(operations.getCaseEvidence), async (c) => {
    c.header("content-type", "application/json; charset=utf-8");
    return c.body(await readEvidence(actionContext(c), c.req.valid("param").case));
  })
  .post(operations.claimCase.path, param(operations.claimCase), async (c) =>
    c.json(await claimCase(actionContext(c), c.req.valid("param").case)),
  )
  .post(operations.releaseCase.path, param(operations.releaseCase), async (c) =>
    c.json(await releaseCase(actionContext(c), c.req.valid("param").case, isAdmin(c))),
  )
  .post(
    operations.assignCase.path,
    param(operations.assignCase),
    body(operations.assignCase),
    json(operations.assignCase),
    async (c) =>
      c.json(await assignCase(actionContext(c), c.req.valid("param").case, c.req.valid("json").assignee)),
  )
  .put(
    operations.tagCase.path,
    param(operations.tagCase),
    body(operations.tagCase),
    json(operations.tagCase),
    async (c) => c.json(await tagCase(actionContext(c), c.req.valid("param").case, c.req.valid("json").tags)),
  )
  .get(
    operations.listCaseComments.path,
    param(operations.listCaseComments),
    query(operations.listCaseComments),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = commentCursors.read(cursor);
      const page = await listComments(actionContext(c), c.req.valid("param").case, limit, before);
      return c.json({ comments: page.comments, next_cursor: nextCursor(page.read, limit, writeComment) });
    },
  )
  .post(
    operations.commentCase.path,
    param(operations.commentCase),
    body(operations.commentCase),
    json(operations.commentCase),
    once(),
    async (c) =>
      c.json(await commentCase(actionContext(c), c.req.valid("param").case, c.req.valid("json").text), 201),
  )
  .put(
    operations.linkPlayer.path,
    param(operations.linkPlayer),
    body(operations.linkPlayer),
    json(operations.linkPlayer),
    async (c) => {
      const { case: id, player: named } = c.req.valid("param");
      const player = await linkedPlayer(c, id, named);
      return c.json(await linkPlayer(actionContext(c), id, player, c.req.valid("json").note ?? null));
    },
  )
  .delete(operations.unlinkPlayer.path, param(operations.unlinkPlayer), async (c) => {
    const { case: id, player: named } = c.req.valid("param");
    return c.json(await unlinkPlayer(actionContext(c), id, await linkedPlayer(c, id, named)));
  });
