/** A form of the settings: read strictly, obeyed, or shown again with what is wrong. */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../env.ts";
import { obeyOnce } from "../../http/form-once.ts";
import { badRequest, Problem } from "../../http/problem.ts";
import { readEntries } from "../forms.ts";
import { answeredDraft, type Draft, type Fields, refusedDraft } from "./draft.ts";

/** The largest declaration of a game fits in a fourth of it. */
const maxBytes = 256 * 1024;

/** Says that one is sure. */
export const sureField = "sure";
/** Random, in each form that is obeyed once. */
export const markField = "mark";

/** The fields of a form as they are asked for; what nobody asked for is unknown, and refused. */
export interface Sent {
  /** The text of a field that comes once; empty where it is missing. */
  text(name: string): string;
  /** The same without spaces around it; undefined where nothing is left. */
  word(name: string): string | undefined;
  /** A number; undefined where there is none, and NaN where it is none. */
  number(name: string): number | undefined;
  isTicked(name: string): boolean;
  list(name: string): readonly string[];
  /** All of them. Those that are only looked at here count as unknown. */
  readonly fields: Fields;
}

const repeated = (name: string) => new Problem(400, "invalid_request", `${name} must come once.`);

function sentOf(fields: Fields, asked: Set<string>): Sent {
  const list = (name: string) => {
    asked.add(name);
    return fields[name] ?? [];
  };
  const text = (name: string) => {
    const [first = "", ...more] = list(name);
    if (more.length > 0) throw repeated(name);
    return first;
  };
  const word = (name: string) => text(name).trim() || undefined;
  return {
    text,
    word,
    list,
    number(name) {
      const written = word(name);
      return written === undefined ? undefined : /^[-+0-9.eE]+$/.test(written) ? Number(written) : Number.NaN;
    },
    isTicked: (name) => text(name) === "yes",
    fields,
  };
}

export interface FormPlan<S extends z.ZodType> {
  /** What the fields ask for, as the schema takes it. */
  readonly read: (sent: Sent) => unknown;
  readonly schema: S;
  /** It cannot be undone: nothing is done without the tick that says so. */
  readonly wantsTick?: true;
  /** Its answer shows a secret or reaches outside: sent again, it is not obeyed again. */
  readonly isOnce?: true;
  /** Does it. What it throws as a problem of the request is shown at the form. */
  readonly work: (asked: z.output<S>) => Promise<Response>;
  /** The page with the form on it again. */
  readonly again: (draft: Draft, status: number) => Response | Promise<Response>;
}

const fieldsOf = (entries: readonly (readonly [string, string])[]): Fields => {
  const lists = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  return Object.fromEntries(lists);
};

/** Problems that somebody at the form can do something about. */
const isOfForm = (error: unknown): error is Problem =>
  error instanceof Problem && ([400, 409, 422].includes(error.status) || error.code === "wrong_password");

const markFormat = /^[0-9a-f-]{36}$/;
const untold = (message: string) => new Problem(400, "invalid_request", message);
const unticked = () =>
  badRequest([{ pointer: `/${sureField}`, code: "required", detail: "Tick this first." }]);

interface Asked {
  readonly wanted: unknown;
  readonly isSure: boolean;
  readonly mark: string;
}

/** @throws Problem 400 for unknown or repeated fields */
function askedOf<S extends z.ZodType>(fields: Fields, plan: FormPlan<S>): Asked {
  const asked = new Set<string>();
  const sent = sentOf(fields, asked);
  const wanted = plan.read(sent);
  const isSure = plan.wantsTick === undefined || sent.isTicked(sureField);
  const mark = plan.isOnce === undefined ? "" : sent.text(markField);
  if (Object.keys(fields).some((name) => !asked.has(name))) throw untold("The form has a field too many.");
  if (plan.isOnce && !markFormat.test(mark)) throw untold("The form lacks its mark. Load its page again.");
  return { wanted, isSure, mark };
}

/** @throws Problem 415, 413, 400 for unknown or repeated fields, and whatever is no fault of the form */
export async function answerForm<S extends z.ZodType>(
  c: Context<AppEnv>,
  plan: FormPlan<S>,
): Promise<Response> {
  const fields = fieldsOf(await readEntries(c, maxBytes));
  const { wanted, isSure, mark } = askedOf(fields, plan);
  const parsed = plan.schema.safeParse(wanted);
  if (!parsed.success) return plan.again(refusedDraft(fields, parsed.error.issues), 400);
  try {
    if (!isSure) throw unticked();
    const work = () => plan.work(parsed.data);
    return await (plan.isOnce ? obeyOnce(c, mark, work) : work());
  } catch (error) {
    if (!isOfForm(error)) throw error;
    return plan.again(answeredDraft(fields, error), error.status);
  }
}
