/** The forms of the console that write, and one call of each, as {@link writes} lists them. */
import type { Role } from "../../src/env.ts";
import { hold, insertCase, insertDecision } from "./case-fixtures.ts";
import { cookieOf } from "./console-pages.ts";
import type { Call } from "./service.ts";
import { settingsWrites } from "./settings-writes.ts";
import type { Written } from "./writes.ts";

async function pageCall(role: Role, path: string, fields?: Readonly<Record<string, string>>) {
  const headers = { cookie: await cookieOf(role) };
  if (fields === undefined) return [path, { role: null, headers }] as const;
  const form = { ...headers, "content-type": "application/x-www-form-urlencoded" };
  const call: Call = { role: null, raw: new URLSearchParams(fields).toString(), headers: form };
  return [path, call] as const;
}

/** A form of case 1, which the one who sends it holds or not. */
const caseForm = (
  form: string,
  action: string,
  change: string,
  fields: Readonly<Record<string, string>>,
  isHeld = false,
): Written => ({
  route: `POST /cases/:case/${form}`,
  action,
  change,
  call: async () => {
    await insertCase();
    if (isHeld) await hold(1, "pat");
    return pageCall("analyst", `/cases/1/${form}`, fields);
  },
});

const caseForms: readonly Written[] = [
  caseForm("verdict", "case.verdict", "INSERT ON reviews", { verdict: "cleared", reason: "Luck." }, true),
  caseForm("claim", "case.claim", "UPDATE ON cases", {}),
  caseForm("release", "case.release", "UPDATE ON cases", {}, true),
  caseForm("comments", "case.comment", "INSERT ON case_comments", { text: "Seen." }),
  caseForm("tags", "case.tag", "UPDATE ON cases", { tags: "clip, wave-3" }),
];

/** A form of decision 1, which holds. */
const decisionForm = (
  form: string,
  action: string,
  change: string,
  fields: Readonly<Record<string, string>>,
): Written => ({
  route: `POST /decisions/:decision/${form}`,
  action,
  change,
  call: async () => {
    await insertCase();
    await insertDecision();
    return pageCall("analyst", `/decisions/1/${form}`, fields);
  },
});

const decisionForms: readonly Written[] = [
  decisionForm("end", "decision.end", "UPDATE ON decisions", { as: "revoked", reason: "A mistake." }),
  decisionForm("appeal-link", "appeal.link", "INSERT ON audit_entries", {}),
];

export const consoleWrites = (aPlayer: () => Promise<number>): readonly Written[] => [
  {
    route: "POST /players/:player/rename",
    action: "player.rename",
    change: "UPDATE ON players",
    call: async () =>
      pageCall("analyst", `/players/${await aPlayer()}/rename`, { username: "Owl", reason: "typo" }),
  },
  {
    route: "POST /players/:player/report",
    action: "player.report",
    change: "INSERT ON events",
    call: async () =>
      pageCall("analyst", `/players/${await aPlayer()}/report`, {
        reason: "wall_hack",
        severity: "high",
        notes: "Tracks through smoke.",
      }),
  },
  {
    route: "POST /queue/claim",
    action: "case.claim",
    change: "UPDATE ON cases",
    call: async () => {
      await insertCase();
      return pageCall("analyst", "/queue/claim", {});
    },
  },
  ...caseForms,
  ...decisionForms,
  ...settingsWrites,
  {
    route: "GET /players/export",
    action: "player.export",
    change: "INSERT ON audit_entries",
    call: () => pageCall("viewer", "/players/export?format=csv"),
  },
];
