/** The writes about cases, decisions and appeals, for the list of all. */
import { hold, insertCase, insertDecision, linkTo } from "./case-fixtures.ts";
import { createPlayer } from "./samples.ts";
import { nowMs } from "./service.ts";
import { run } from "./trail.ts";
import { aPlayer, form, formOf, service, type Written } from "./writes.ts";

const aBan = { type: "ban", reason: "Aim assistance." };
export const aDecision = async (): Promise<number> =>
  (await service.call("/api/decisions", { body: { ...aBan, player_id: await aPlayer() } })).body.id;

/** A case of the one player, opened by hand. */
export async function aCase(): Promise<number> {
  const player_id = await aPlayer();
  return (await service.call("/api/cases", { body: { player_id } })).body.id;
}
/** A case with a second player, who is linked to it or not. */
async function aLink(isLinked: boolean): Promise<string> {
  const path = `/api/cases/${await aCase()}/links/${await createPlayer(service, { username: "Owl" })}`;
  if (isLinked) await service.call(path, { method: "PUT", body: {} });
  return path;
}

export const caseWrites: readonly Written[] = [
  {
    route: "POST /api/cases",
    action: "case.open",
    change: "INSERT ON cases",
    call: async () => ["/api/cases", { body: { player_id: await aPlayer(), note: "Look at this." } }],
  },
  {
    route: "POST /api/cases/claim",
    action: "case.claim",
    change: "UPDATE ON cases",
    call: async () => {
      await aCase();
      return ["/api/cases/claim", { body: {} }];
    },
  },
  {
    route: "POST /api/cases/:case/claim",
    action: "case.claim",
    change: "UPDATE ON cases",
    call: async () => [`/api/cases/${await aCase()}/claim`, { method: "POST" }],
  },
  {
    route: "POST /api/cases/:case/release",
    action: "case.release",
    change: "UPDATE ON cases",
    call: async () => {
      const id = await aCase();
      await service.call(`/api/cases/${id}/claim`, { method: "POST" });
      return [`/api/cases/${id}/release`, { method: "POST" }];
    },
  },
  {
    route: "POST /api/cases/:case/assign",
    action: "case.assign",
    change: "UPDATE ON cases",
    call: async () => [`/api/cases/${await aCase()}/assign`, { body: { assignee: "user:ann" } }],
  },
  {
    route: "PUT /api/cases/:case/tags",
    action: "case.tag",
    change: "UPDATE ON cases",
    call: async () => [`/api/cases/${await aCase()}/tags`, { method: "PUT", body: { tags: ["clip"] } }],
  },
  {
    route: "POST /api/cases/:case/comments",
    action: "case.comment",
    change: "INSERT ON case_comments",
    call: async () => [`/api/cases/${await aCase()}/comments`, { body: { text: "Seen." } }],
  },
  {
    route: "PUT /api/cases/:case/links/:player",
    action: "case.link",
    change: "INSERT ON case_links",
    call: async () => [await aLink(false), { method: "PUT", body: {} }],
  },
  {
    route: "DELETE /api/cases/:case/links/:player",
    action: "case.unlink",
    change: "DELETE ON case_links",
    call: async () => [await aLink(true), { method: "DELETE" }],
  },
  {
    route: "PUT /api/games/:game/enforcement",
    action: "enforcement.declare",
    change: "INSERT ON enforcement_settings",
    call: async () => ["/api/games/cs2/enforcement", { method: "PUT", body: { case_threshold: 80 } }],
  },
  {
    route: "POST /api/decisions",
    action: "decision.make",
    change: "INSERT ON decisions",
    call: async () => ["/api/decisions", { body: { ...aBan, player_id: await aPlayer() } }],
  },
  {
    route: "POST /api/decisions/:decision/end",
    action: "decision.end",
    change: "UPDATE ON decisions",
    call: async () => [
      `/api/decisions/${await aDecision()}/end`,
      { body: { as: "revoked", reason: "Appeal upheld." } },
    ],
  },
  {
    route: "POST /api/decisions/undo",
    action: "decision.undo",
    change: "DELETE ON decision_causes",
    call: async () => {
      const id = await aDecision();
      await run(`INSERT INTO decision_causes VALUES ('reaction.floor', 1, ${id})`);
      const body = { detector: "reaction.floor", version: 1, as: "expunged", reason: "Set wrong." };
      return ["/api/decisions/undo", { body }];
    },
  },
  {
    route: "POST /api/decisions/automation/resume",
    action: "enforcement.declare",
    change: "UPDATE ON automation_days",
    call: async () => {
      const today = Math.floor(nowMs / 86_400_000);
      await run(`INSERT INTO automation_days VALUES ('cs2', 'ban', ${today}, 20, ${nowMs})`);
      return ["/api/decisions/automation/resume", { body: { game: "cs2", type: "ban" } }];
    },
  },
  {
    route: "POST /api/decisions/automation/resume",
    action: "enforcement.declare",
    change: "UPDATE ON scope_warnings",
    call: async () => {
      await run("INSERT INTO scope_warnings VALUES ('cs2', 'premier', 'build', '1.42', 0, 0, 1, '{}')");
      return ["/api/decisions/automation/resume", { body: { game: "cs2", mode: "premier" } }];
    },
  },
  {
    route: "POST /api/cases/:case/verdict",
    action: "case.verdict",
    change: "INSERT ON reviews",
    call: async () => {
      await insertCase();
      await hold(1, "tester");
      return ["/api/cases/1/verdict", { body: { verdict: "cleared", reason: "an ordinary evening" } }];
    },
  },
  {
    route: "POST /api/decisions/:decision/appeal",
    action: "appeal.file",
    change: "INSERT ON appeals",
    call: async () => {
      await insertCase({ state: "decided", verdict: "confirmed" });
      await insertDecision();
      return ["/api/decisions/1/appeal", { body: { statement: "It was my brother." } }];
    },
  },
  {
    route: "POST /api/decisions/:decision/appeal-link",
    action: "appeal.link",
    change: "INSERT ON audit_entries",
    call: async () => {
      await insertDecision({ caseId: null });
      return ["/api/decisions/1/appeal-link", { method: "POST" }];
    },
  },
  {
    route: "POST /appeals/:token",
    action: "appeal.file",
    change: "INSERT ON appeals",
    call: async () => {
      await insertCase({ state: "decided", verdict: "confirmed" });
      await insertDecision();
      const path = await linkTo(1);
      return [path, { role: null, raw: formOf({ statement: "It was my brother." }), headers: form }];
    },
  },
];
