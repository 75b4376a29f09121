/** Games: what they declare of their metrics, cases and decisions. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { declareEnforcement, describeEnforcement } from "../../../actions/decisions/declare-enforcement.ts";
import { resumeAutomation, resumeScopeAutomation } from "../../../actions/decisions/resume-automation.ts";
import { declareGame, describeGame } from "../../../actions/declare-game.ts";
import { batch } from "../../../db/client.ts";
import { selectDeclaredGames } from "../../../db/games.ts";
import { selectGamesSeen } from "../../../db/player-search.ts";
import type { DecisionType } from "../../../decisions/decision.ts";
import { EnforcementSettings } from "../../../decisions/settings.ts";
import type { AppEnv } from "../../../env.ts";
import { actionContext } from "../../../http/action-context.ts";
import { notFound } from "../../../http/problem.ts";
import { ResumeForm } from "../../../http/schemas/decisions.ts";
import { GameDeclaration } from "../../../http/schemas/game.ts";
import { gameName } from "../../../telemetry/fields.ts";
import { redirectWith } from "../../flash.ts";
import { readForm } from "../../forms.ts";
import { answerView } from "../../layout.tsx";
import { sameOriginOnly } from "../../same-origin.ts";
import { wordsOf } from "../../text.tsx";
import { viewing } from "../../viewing.ts";
import { answerForm, type Sent } from "../answer-form.ts";
import type { Draft, Fields } from "../draft.ts";
import { settingsView } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import { enforcementForm } from "./enforcement-form.tsx";
import { EnforcementPage } from "./enforcement-page.tsx";
import { enforcementDraft, readEnforcement, refuseTwins } from "./enforcement-values.ts";
import { gamePath } from "./frame.tsx";
import { GamesPage } from "./list-page.tsx";
import { ProfilePage, profileForm } from "./profile-page.tsx";
import { profileDraft, readProfile } from "./profile-values.ts";
import { restoreEnforcement, restoreProfile } from "./restore.ts";

const maxGames = 100;
const version = z.int().min(0);
const ProfileForm = z.object({ profile: GameDeclaration, version });
const EnforcementForm = z.object({ settings: EnforcementSettings, version });
const whole = z
  .string()
  .regex(/^[0-9]{1,9}$/)
  .transform(Number);
const RestoreForm = z.strictObject({ part: z.enum(["profile", "enforcement"]), to: whole, version: whole });

/** @throws Problem 404 for what is no name of a game */
function gameOf(c: Context<AppEnv>): string {
  const named = gameName.safeParse(c.req.param("game"));
  if (!named.success) throw notFound("The game");
  return named.data;
}

async function answerGames(c: Context<AppEnv>) {
  const { db } = c.var;
  const [declared, seen] = await batch(db, [selectDeclaredGames(db, maxGames), selectGamesSeen(db)]);
  const known = new Map(declared.map((row) => [row.game, row]));
  const names = [...new Set([...known.keys(), ...seen.map(({ game }) => game)])].sort();
  const games = names.map((game) => ({ game, declared: known.get(game) ?? null }));
  return answerView(c, <GamesPage view={settingsView(c)} games={games} />);
}

async function answerProfile(c: Context<AppEnv>, draft: Draft | null = null, status = 200) {
  const game = await describeGame(c.var.db, gameOf(c));
  const refused: Refused | null = draft && { form: profileForm, draft: profileDraft(draft) };
  return answerView(c, <ProfilePage view={settingsView(c)} game={game} refused={refused} />, status);
}

async function answerEnforcement(c: Context<AppEnv>, draft: Draft | null = null, status = 200) {
  const shown = await describeEnforcement(c.var.db, gameOf(c), c.var.nowMs);
  const refused: Refused | null = draft && { form: enforcementForm, draft: enforcementDraft(draft) };
  return answerView(c, <EnforcementPage view={settingsView(c)} shown={shown} refused={refused} />, status);
}

/** Faults of what a form holds, without the name of the whole: `settings.case_threshold` is its field `case_threshold`. */
const unwrapped = (draft: Draft, whole: string): Draft => ({
  ...draft,
  faults: Object.fromEntries(
    Object.entries(draft.faults).map(([place, words]) => [
      place.startsWith(`${whole}.`) ? place.slice(whole.length + 1) : place,
      words,
    ]),
  ),
});

/** Back to the page; the first declaration has none before it to go back to. */
function redirectDeclared(c: Context<AppEnv>, part: "profile" | "enforcement", was: number, is: number) {
  const path = part === "profile" ? gamePath(gameOf(c)) : `${gamePath(gameOf(c))}/enforcement`;
  if (is === was) return redirectWith(c, path, { text: "It is so already." });
  const text = `Declared as version ${is}.`;
  const fields = { part, to: String(was), version: String(is) };
  const undo = { action: `${gamePath(gameOf(c))}/restore`, fields };
  return redirectWith(c, path, was === 0 ? { text } : { text, undo });
}

const versioned = (name: string, read: (sent: Sent) => unknown) => (sent: Sent) => ({
  [name]: read(sent),
  version: sent.number("version"),
});

async function restore(c: Context<AppEnv>) {
  const game = gameOf(c);
  const { part, to, version: from } = await readForm(c, RestoreForm);
  const back = part === "profile" ? restoreProfile : restoreEnforcement;
  const { version: is } = await back(actionContext(c), game, { to, from });
  return redirectDeclared(c, part, from, is);
}

export const gameRoutes = new Hono<AppEnv>()
  .get("/settings/games", viewing, async (c) => {
    const asked = gameName.safeParse(c.req.query("game"));
    return asked.success ? c.redirect(gamePath(asked.data), 303) : answerGames(c);
  })
  .get("/settings/games/:game", viewing, (c) => answerProfile(c))
  .post("/settings/games/:game", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: ProfileForm,
      read: versioned("profile", readProfile),
      work: async ({ profile, version: from }) => {
        const { version: is } = await declareGame(actionContext(c), gameOf(c), profile, from);
        return redirectDeclared(c, "profile", from, is);
      },
      again: (draft, status) => answerProfile(c, unwrapped(draft, "profile"), status),
    }),
  )
  .get("/settings/games/:game/enforcement", viewing, (c) => answerEnforcement(c))
  .post("/settings/games/:game/enforcement", viewing, sameOriginOnly, (c) => {
    let fields: Fields = {};
    const read = (sent: Sent) => {
      fields = sent.fields;
      return readEnforcement(sent);
    };
    return answerForm(c, {
      schema: EnforcementForm,
      read: versioned("settings", read),
      work: async ({ settings, version: from }) => {
        refuseTwins(fields);
        const { version: is } = await declareEnforcement(actionContext(c), gameOf(c), settings, from);
        return redirectDeclared(c, "enforcement", from, is);
      },
      again: (draft, status) => answerEnforcement(c, unwrapped(draft, "settings"), status),
    });
  })
  .post("/settings/games/:game/restore", viewing, sameOriginOnly, restore)
  .post("/settings/games/:game/resume", viewing, sameOriginOnly, async (c) => {
    const { type, mode } = await readForm(c, ResumeForm);
    const ctx = actionContext(c);
    const game = gameOf(c);
    if (mode !== undefined) await resumeScopeAutomation(ctx, { game, mode });
    else await resumeAutomation(ctx, game, type as DecisionType);
    const text = `Automatic decisions go on: ${wordsOf(type ?? mode ?? "")}.`;
    return redirectWith(c, `${gamePath(gameOf(c))}/enforcement`, { text });
  });
