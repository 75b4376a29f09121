/** A write path with one fault at each of its calls of D1 in turn, and what became of each. */
import { expect } from "vitest";
import { expectCountersRight } from "../recount.ts";
import { type Call, createService, env, type Reply, type Service } from "../service.ts";
import { trail } from "../trail.ts";
import { account, freshService, type Written } from "../writes.ts";
import { type FaultKind, faultKinds, injectedD1, isWriting, watchedCalls } from "./inject.ts";
import type { Outcome } from "./outcome.ts";
import { isSame, readState, type State, withoutChance } from "./state.ts";

/** An answer, or that it broke off on its way. */
const brokenOff = "broken off";
type Answer = Pick<Reply, "status" | "body"> | typeof brokenOff;
const statusOf = (answer: Answer) => (answer === brokenOff ? brokenOff : String(answer.status));

type Request = readonly [path: string, call: Call];

/** Sends the key wherever a client would: routes that do not know it take no notice. */
function keyed([path, call]: Request): Request {
  if (!path.startsWith("/api/") || call.method === "GET" || (!call.method && !call.body && !call.raw)) {
    return [path, call];
  }
  return [path, { ...call, headers: { ...call.headers, "idempotency-key": "k" } }];
}

/** What is drawn by the id of a request is drawn alike each time. */
const deps = { newId: () => "of-a-fault" };

/** A form of the console as its page is loaded anew: with another mark, so that it is another one. */
function anew([path, call]: Request): Request {
  if (typeof call.raw !== "string") return [path, call];
  return [path, { ...call, raw: call.raw.replace(/\bmark=[0-9a-f-]{36}/, `mark=${crypto.randomUUID()}`) }];
}

/** More slices than any job has here. */
const maxSlices = 20;

/** A job is over when nothing of it is due. */
async function finish(
  service: Service,
  written: Written,
  [path, call]: Request,
  answer: Answer,
): Promise<void> {
  if (!written.before) return;
  const { headers: _, ...unkeyed } = call;
  let last = answer;
  for (let n = 0; n < maxSlices && last !== brokenOff && last.body.remaining > 0; n++) {
    last = await send(service, [path, unkeyed]);
  }
}

const send = (service: Service, [path, call]: Request): Promise<Answer> =>
  service.call(path, call).catch(() => brokenOff);

/** What the path does without a fault. */
interface Reference {
  /** Fixtures that plant rows by hand do not count them. */
  readonly isCounted: boolean;
  /** Its calls of D1, by `nameOf`. */
  readonly calls: readonly string[];
  readonly before: State;
  readonly answer: Answer;
  readonly once: State;
  /** Sent twice, as by somebody who did not hear the answer. */
  readonly twice: State;
}

async function prepared({ call }: Written): Promise<Request> {
  await freshService();
  return keyed(await call());
}

async function referenceOf(written: Written): Promise<Reference> {
  const request = await prepared(written);
  const before = await readState();
  const isCounted = await expectCountersRight().then(
    () => true,
    () => false,
  );
  const watched = watchedCalls(env.DB);
  const service = createService({ ...account, DB: watched.DB }, deps);
  const answer = await send(service, request);
  const calls = [...watched.calls];
  await finish(service, written, request, answer);
  expect(statusOf(answer), "without a fault").toMatch(/^[234]/);
  const once = await readState();
  if (isCounted) await expectCountersRight();
  await send(service, anew(request));
  const twice = await readState();
  if (isCounted) await expectCountersRight();
  return { isCounted, calls, before, answer, once, twice };
}

const bodyOf = (answer: Answer) => (answer === brokenOff ? "" : withoutChance(JSON.stringify(answer.body)));
const isWell = (answer: Answer) => answer !== brokenOff && answer.status < 400;

/** Entries of the first list that the second one has not. */
const missing = (wanted: readonly string[], found: readonly string[]) =>
  wanted.filter((entry) => !found.includes(entry));

/** A run of a job is said before it, and again by whoever runs it again. */
function sameEnd(state: State, wanted: State, isSteps: boolean): boolean {
  if (!isSame(state.domain, wanted.domain)) return false;
  return isSteps ? missing(wanted.trail, state.trail).length === 0 : isSame(state.trail, wanted.trail);
}

function leftOf(state: State, { before, once }: Reference): Outcome["left"] {
  if (isSame(state, before)) return "nothing";
  return isSame(state, once) ? "everything" : "a part";
}

/** Everything that must hold right after the fault; empty where it does. */
function faultsOfAnswer(answer: Answer, left: Outcome["left"], reference: Reference, written: Written) {
  const isSteps = written.before === true;
  // What is exported goes out while it is read: after its head there is no other status to give.
  const isStream = written.route.endsWith("/export");
  const status = statusOf(answer);
  const wrong: string[] = [];
  const expected = [statusOf(reference.answer), "503", ...(isStream ? [brokenOff] : [])];
  if (!expected.includes(status)) wrong.push(`answered ${status}`);
  if (isWell(answer) && left !== "everything" && !isSteps) wrong.push(`acknowledged with ${left} written`);
  if (left === "a part" && !isSteps) wrong.push("half a write");
  if (status === "503" && !/problem|<html/i.test(bodyOf(answer))) wrong.push("no problem");
  return wrong;
}

/** What a repetition may end in: never less than all of it, and twice only where all had been written and no key was sent. */
function endOf(state: State, left: Outcome["left"], reference: Reference, isSteps: boolean): Outcome["end"] {
  if (sameEnd(state, reference.once, isSteps)) return "as without a fault";
  const mayBeTwice = left !== "nothing" && sameEnd(state, reference.twice, isSteps);
  return mayBeTwice ? "as asked twice" : "WRONG";
}

interface Place {
  readonly at: number;
  readonly kind: FaultKind;
}

/** One fault, then the same request once more by the same isolate. */
async function outcomeOf(written: Written, reference: Reference, { at, kind }: Place): Promise<Outcome> {
  const request = await prepared(written);
  const injected = injectedD1(env.DB, kind, at);
  const service = createService({ ...account, DB: injected.DB }, deps);
  const answer = await send(service, request);
  expect(injected.isHit(), `call ${at} of ${written.route}`).toBe(true);
  const name = injected.calls[at - 1] ?? "";
  const isSteps = written.before === true;
  const state = await readState();
  const left = leftOf(state, reference);
  if (left === "a part" && reference.isCounted) await expectCountersRight();
  const again = await send(service, request);
  await finish(service, written, request, again);
  const last = await readState();
  const isNew = !isSame(last, reference.once) && !isSame(last, reference.twice);
  if (isNew && reference.isCounted) await expectCountersRight();
  const end = endOf(last, left, reference, isSteps);
  const wrong = faultsOfAnswer(answer, left, reference, written);
  if (left === "a part" && !isSteps) wrong.push(differenceOf(state, reference.once));
  if (end === "WRONG")
    wrong.push(`left ${left}, then ${statusOf(again)} and ${differenceOf(last, reference.once)}`);
  expect(wrong, `${written.route} (${written.action}): ${kind} at call ${at}, ${name}`).toEqual([]);
  return {
    path: `${written.route} (${written.action}, ${written.change})`,
    kind,
    at: `call ${at}: ${name}`,
    status: statusOf(answer),
    left,
    again: statusOf(again),
    end,
  };
}

/** Where two states differ, for whoever has to find out why. */
function differenceOf(found: State, wanted: State): string {
  const names = Object.keys(wanted.domain).filter((name) => !isSame(found.domain[name], wanted.domain[name]));
  const rows = names.map((name) => `${name}: ${found.domain[name]} instead of ${wanted.domain[name]}`);
  return [...rows, `trail: ${found.trail.length} instead of ${wanted.trail.length}`].join("; ");
}

/** Of a read that fails there is one kind, however it is said: nothing was written, and nothing was heard. */
const kindsAt = (name: string, at: number): readonly FaultKind[] =>
  isWriting(name) ? faultKinds : faultKinds.slice(at % faultKinds.length).slice(0, 1);

/** Every kind of fault at every call of the path in turn. */
export async function outcomesOf(written: Written): Promise<Outcome[]> {
  const reference = await referenceOf(written);
  const outcomes: Outcome[] = [];
  for (const [place, name] of reference.calls.entries()) {
    for (const kind of kindsAt(name, place + 1)) {
      outcomes.push(await outcomeOf(written, reference, { at: place + 1, kind }));
    }
  }
  await trail.seal(1_000);
  expect(await trail.verify(0, 1_000)).toMatchObject({ head: "ok", problems: [], unsealed: 0 });
  return outcomes;
}
