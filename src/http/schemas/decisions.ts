/** What is said of decisions, in requests and answers. */
import { z } from "zod";
import { pauseCauses } from "../../decisions/automation.ts";
import { decisionEnds, decisionTypes } from "../../decisions/decision.ts";
import { decisionStates, needsEnd } from "../../decisions/lifecycle.ts";
import { decisionDays, decisionType, EnforcementSettings } from "../../decisions/settings.ts";
import { gameName, identifier, instant, modeName, optional, prose, slug } from "../../telemetry/fields.ts";
import { isoTime, maybeText, nextCursor } from "./answers.ts";
import { cursor, limitQuery, namedPlayer, PlayerParam } from "./requests.ts";

const reason = prose(2_000).min(1);
const id = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const maxWindowHours = 720;

/** A decision as it is asked for: by a policy, or by a type with its length. */
const asked = {
  policy: optional(slug).meta({
    description: "A policy of the player's game: its ladder says type and length.",
  }),
  type: optional(decisionType),
  days: optional(decisionDays).meta({
    description: "From its start; left out with expires_at: without an end.",
  }),
  expires_at: optional(instant),
  starts_at: optional(instant).meta({ description: "Now, unless it lies ahead." }),
  delay_window_hours: optional(z.number().min(0).max(maxWindowHours)).meta({
    description: "Start at a random time of so much after that: a wave tells nobody what gave them away.",
  }),
};

export const DecisionRequest = z
  .strictObject({
    player_id: namedPlayer,
    game: gameName.optional(),
    scope: z.enum(["game", "all"]).default("game"),
    ...asked,
    reason,
    case_id: optional(id),
  })
  .superRefine(({ policy, type, days, expires_at }, ctx) => {
    const refuse = (field: string, message: string) =>
      ctx.addIssue({ code: "custom", path: [field], message, input: field });
    if ((policy == null) === (type == null)) refuse("policy", "either policy or type says what is decided");
    if (policy != null && days != null) refuse("days", "a policy says how long");
    if (policy != null && expires_at != null) refuse("expires_at", "a policy says how long");
    if (days != null && expires_at != null) refuse("days", "either days or expires_at says how long");
    if (type != null && needsEnd(type) && days == null && expires_at == null) {
      refuse("days", "must have an end: without one it is a ban");
    }
  })
  .meta({ example: { player_id: 17, type: "suspend", days: 7, reason: "Aim assistance, case 31." } });
export type DecisionRequest = z.output<typeof DecisionRequest>;

const takenBack = z.enum(decisionEnds).exclude(["expired"]).meta({
  description: "`revoked`: from now on; `expunged`: as if it had never been, so that no ladder counts it.",
});
export const EndRequest = z.strictObject({ as: takenBack, reason }).meta({
  example: { as: "revoked", reason: "Appeal upheld." },
});
export const UndoRequest = z
  .strictObject({ detector: identifier(128), version: z.int().min(0).max(1_000_000), as: takenBack, reason })
  .meta({
    example: { detector: "reaction.floor", version: 1, as: "expunged", reason: "The floor was set wrong." },
  });
const stopped = {
  type: decisionType.optional().meta({ description: "What its daily quota stopped in the game." }),
  mode: modeName.optional().meta({ description: "Where a warning stopped all of them." }),
};
const isOne = ({ type, mode }: { type?: unknown; mode?: unknown }) =>
  (type === undefined) !== (mode === undefined);
const eitherOne = { path: ["type"], error: "either type or mode says what goes on" };
export const ResumeRequest = z.strictObject({ game: gameName, ...stopped }).refine(isOne, eitherOne);
/** As {@link ResumeRequest}, of the game that the form's path names. */
export const ResumeForm = z.strictObject(stopped).refine(isOne, eitherOne);

export const DecisionParam = z.object({
  decision: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: "must be a decision's id" })
    .transform(Number),
});
export const DecisionsQuery = z.strictObject({
  player: PlayerParam.shape.player
    .optional()
    .meta({ description: "All of this player; `@ref` is of `game`." }),
  game: z
    .union([gameName, z.literal("*")])
    .optional()
    .meta({ description: "What holds in this game; `*`: what holds in all." }),
  state: z
    .enum(["live", "ended"])
    .optional()
    .meta({ description: "With `game` alone; what waits is live too." }),
  limit: limitQuery(200, 50),
  cursor,
});
export const CheckQuery = z.strictObject({ player: PlayerParam.shape.player, game: gameName.optional() });
export const maxLobby = 100;
export const CheckRequest = z
  .strictObject({ players: z.array(namedPlayer).min(1).max(maxLobby), game: gameName.optional() })
  .meta({ example: { game: "cs2", players: ["76561198000000000", "76561198000000001"] } });
export const StreamQuery = z.strictObject({
  since: cursor.meta({ description: "The last answer's cursor; left out: a new mirror starts." }),
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, { error: "must be a whole number" })
    .transform(Number)
    .pipe(z.int().min(10).max(1_000))
    .default(500),
  wait: z
    .string()
    .regex(/^[0-9]{1,2}$/, { error: "must be whole seconds" })
    .transform(Number)
    .pipe(z.int().min(0).max(25))
    .default(0)
    .meta({ description: "Seconds to wait for a change where there is none yet." }),
});

const type = z.enum(decisionTypes);
export const Decision = z
  .object({
    id: z.int(),
    player: z.object({ id: z.int(), game: z.string(), ref: maybeText }),
    game: z.string().meta({ description: "Where it holds; `*`: in all games." }),
    type,
    state: z.enum(decisionStates),
    starts_at: isoTime,
    expires_at: isoTime.nullable(),
    policy: maybeText,
    reason: z.string(),
    case_id: z.int().nullable(),
    origin: z.enum(["person", "automatic"]),
    causes: z.array(z.object({ detector: z.string(), version: z.int() })),
    made_by: z.string(),
    made_at: isoTime,
    ended_at: isoTime.nullable(),
    end_kind: z.enum(decisionEnds).nullable(),
    end_reason: maybeText,
    ended_by: maybeText,
  })
  .meta({ id: "Decision" });
export const DecisionList = z.object({ decisions: z.array(Decision), next_cursor: nextCursor });
export const Undone = z.object({
  undone: z.int().meta({ description: "Decisions that this slice ended or expunged." }),
  remaining: z.int().meta({ description: "Still to be looked at: call again until it is 0." }),
});
const pauseCause = {
  cause: z.enum(pauseCauses),
  subject: z.string().meta({ description: "The build, or the detector." }),
};
export const Resumed = z.union([
  z.object({ game: z.string(), type, made_today: z.int() }),
  z.object({ game: z.string(), mode: z.string(), resumed: z.array(z.object(pauseCause)) }),
]);

const held = {
  id: z.int(),
  type,
  game: z.string(),
  policy: maybeText,
  starts_at: isoTime,
  expires_at: isoTime.nullable(),
};
const checked = {
  player: z.object({ id: z.int().nullable(), game: maybeText, ref: maybeText }),
  known: z
    .boolean()
    .meta({ description: "Whether the service has seen the player; nobody is refused for that." }),
  allowed: z
    .boolean()
    .meta({ description: "Whether the player may join: no kick, suspension or ban holds." }),
  action: z.enum([...decisionTypes, "none"]).meta({ description: "The strictest that holds now." }),
  decisions: z.array(z.object(held)),
};
const asOf = isoTime.meta({ description: "The decisions may be five seconds older; the clock is never." });
export const Check = z.object({ ...checked, as_of: asOf }).meta({ id: "Check" });
export const Checks = z.object({ results: z.array(z.object(checked)), as_of: asOf }).meta({ id: "Checks" });

export const StreamPage = z.object({
  changes: z.array(
    z.object({
      seq: z.int(),
      kind: z.enum(["add", "remove"]),
      decision: z.object({
        ...held,
        player_id: z.int().nullable().meta({ description: "null: of a game that the key is not bound to." }),
        ref: maybeText,
        end_kind: z.enum(decisionEnds).nullable(),
      }),
    }),
  ),
  cursor: z.string().meta({ description: "For `since`, once all changes are applied." }),
  has_more: z.boolean().meta({ description: "Ask again at once." }),
});

export const Enforcement = z
  .object({
    game: z.string(),
    version: z.int().meta({ description: "0: nothing is declared, and these are the defaults." }),
    settings: EnforcementSettings,
    declared_at: isoTime.nullable(),
    declared_by: maybeText,
    automation_today: z.array(z.object({ type: z.string(), made: z.int(), paused_at: isoTime.nullable() })),
    automation_pauses: z
      .array(z.object({ mode: z.string(), ...pauseCause, since: isoTime }))
      .meta({ description: "Modes in which a warning has stopped all automatic decisions." }),
  })
  .meta({ id: "Enforcement" });
