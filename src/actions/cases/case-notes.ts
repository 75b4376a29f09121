/** Comments on a case, and players who may have to do with it. */
import { deleteLink, insertComment, maxLinks, selectLinks, upsertLink } from "../../db/case-notes.ts";
import { batch, expectChanges, isGuardViolation } from "../../db/client.ts";
import type { PlayerRow } from "../../db/players.ts";
import { badRequest, conflict } from "../../http/problem.ts";
import { type ActionContext, commit } from "../context.ts";
import { commentAnswer, linkAnswer } from "./case-answers.ts";
import { getCase } from "./get-case.ts";

/** The trail tells that somebody commented, not what. @throws Problem 404 */
export async function commentCase(ctx: ActionContext, id: number, text: string) {
  await getCase(ctx, id);
  const comment = { at: ctx.nowMs, id: ctx.newId(), author: ctx.origin.principal, text };
  const body = commentAnswer(comment);
  await commit(
    ctx,
    [insertComment(ctx.db, id, comment)],
    { status: 201, body },
    { action: "case.comment", target: `case:${id}`, details: { comment: comment.id } },
  );
  return body;
}

const tooManyLinks = () => conflict("too_many_links", `A case has at most ${maxLinks} links.`);

async function linksOf(ctx: ActionContext, id: number) {
  const [links] = await batch(ctx.db, [selectLinks(ctx.db, id)]);
  return links;
}

/** Links a player, or changes the note of the link. @throws Problem 400 for the case's own player, 404, 409 */
export async function linkPlayer(ctx: ActionContext, id: number, player: PlayerRow, note: string | null) {
  const row = await getCase(ctx, id);
  if (player.id === row.player_id) {
    const detail = "A case is not linked to its own player.";
    throw badRequest([{ pointer: "/player", code: "invalid_value", detail }]);
  }
  const known = (await linksOf(ctx, id)).find((link) => link.player_id === player.id);
  const link = {
    player_id: player.id,
    ref: player.ref,
    username: player.username,
    game: player.game,
    note,
    linked_at: known?.linked_at ?? ctx.nowMs,
    linked_by: known?.linked_by ?? ctx.origin.principal,
  };
  const isSame = known !== undefined && known.note === note;
  const writes = isSame ? [] : [upsertLink(ctx.db, id, link), ctx.db.all(expectChanges(1))];
  const entry = {
    action: "case.link",
    target: `case:${id}`,
    details: { player_id: player.id, note },
  } as const;
  try {
    await commit({ ...ctx, completion: null }, writes, { status: 200, body: null }, entry);
  } catch (error) {
    if (isGuardViolation(error)) throw tooManyLinks();
    throw error;
  }
  return linkAnswer(link);
}

/** Takes a link away. One that is not there changes nothing. @throws Problem 404 */
export async function unlinkPlayer(ctx: ActionContext, id: number, player: PlayerRow) {
  await getCase(ctx, id);
  const links = await linksOf(ctx, id);
  const isLinked = links.some((link) => link.player_id === player.id);
  await commit(
    { ...ctx, completion: null },
    isLinked ? [deleteLink(ctx.db, id, player.id)] : [],
    { status: 200, body: null },
    { action: "case.unlink", target: `case:${id}`, details: { player_id: player.id } },
  );
  return { links: links.filter((link) => link.player_id !== player.id).map(linkAnswer) };
}
