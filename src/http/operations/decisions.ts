/** Decisions, what games declare of them, and how games learn them. */
import { EnforcementSettings } from "../../decisions/settings.ts";
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/decisions.ts";
import { GameParam } from "../schemas/requests.ts";

const tag = "Decisions";

export const getEnforcement = defineOperation({
  method: "get",
  path: "/api/games/:game/enforcement",
  tag,
  summary: "What a game declared of cases and decisions, and what its automation did today (UTC).",
  params: GameParam,
  answers: { 200: { description: "The settings.", schema: schema.Enforcement } },
});

export const putEnforcement = defineOperation({
  method: "put",
  path: "/api/games/:game/enforcement",
  tag,
  summary:
    "Declare when cases open, the policies, and what happens by itself. What is left out has its default.",
  params: GameParam,
  body: EnforcementSettings.meta({
    example: {
      policies: {
        cheating: { ladder: [{ type: "suspend", days: 30 }, { type: "ban" }], counts_days: 730 },
      },
      automation: { suspend: { enabled: true, policy: "cheating", daily_quota: 10 } },
    },
  }),
  answers: { 200: { description: "The settings.", schema: schema.Enforcement } },
});

export const makeDecision = defineOperation({
  method: "post",
  path: "/api/decisions",
  tag,
  summary: "Decide about a player: by a policy of the game, or by a type with its length.",
  body: schema.DecisionRequest,
  answers: { 201: { description: "Made.", schema: schema.Decision } },
  faults: [404, 409],
});

export const listDecisions = defineOperation({
  method: "get",
  path: "/api/decisions",
  tag,
  summary: "Decisions, newest first: all, of a player, or of a game. Other combinations have no index.",
  query: schema.DecisionsQuery,
  answers: { 200: { description: "A page of decisions.", schema: schema.DecisionList } },
  faults: [404],
});

export const checkPlayer = defineOperation({
  method: "get",
  path: "/api/decisions/check",
  tag,
  summary: "Whether a player may join, and what holds. For a join gate: an unknown player may.",
  query: schema.CheckQuery,
  answers: { 200: { description: "The answer.", schema: schema.Check } },
});

export const checkPlayers = defineOperation({
  method: "post",
  path: "/api/decisions/check",
  tag,
  summary: "As the check of one, for a lobby; the answers come in the order of the players.",
  body: schema.CheckRequest,
  once: false,
  answers: { 200: { description: "The answers.", schema: schema.Checks } },
});

export const streamDecisions = defineOperation({
  method: "get",
  path: "/api/decisions/stream",
  tag,
  summary: "Every addition and removal in order, for a game server that keeps its own copy.",
  notes:
    "Without `since` the copy starts anew and is told all that holds. A cursor that was not used for 30 days is 410: empty the copy and start anew.",
  query: schema.StreamQuery,
  answers: { 200: { description: "The changes after the cursor.", schema: schema.StreamPage } },
  faults: [410],
});

export const undoDecisions = defineOperation({
  method: "post",
  path: "/api/decisions/undo",
  tag,
  summary: "Undo all that a version of a detector caused, up to 100 decisions a call.",
  body: schema.UndoRequest,
  answers: { 200: { description: "A slice is undone.", schema: schema.Undone } },
  faults: [409],
});

export const resumeAutomation = defineOperation({
  method: "post",
  path: "/api/decisions/automation/resume",
  tag,
  summary:
    "Let automatic decisions go on: of a type that its daily quota stopped, with the whole quota before it, or of a mode that a warning stopped.",
  body: schema.ResumeRequest,
  answers: { 200: { description: "They go on.", schema: schema.Resumed } },
  faults: [409],
});

export const getDecision = defineOperation({
  method: "get",
  path: "/api/decisions/:decision",
  tag,
  summary: "One decision.",
  params: schema.DecisionParam,
  answers: { 200: { description: "The decision.", schema: schema.Decision } },
  faults: [404],
});

export const endDecision = defineOperation({
  method: "post",
  path: "/api/decisions/:decision/end",
  tag,
  summary: "Take a decision back. What is over already can only be expunged.",
  params: schema.DecisionParam,
  body: schema.EndRequest,
  answers: { 200: { description: "Ended.", schema: schema.Decision } },
  faults: [404, 409],
});
