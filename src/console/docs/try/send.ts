/** Sends a request through the service's own gate, as whoever is signed in; the token never leaves the Worker. */
import type { Context } from "hono";
import type { AppEnv, Person } from "../../../env.ts";
import { apiTokenOf } from "../../session.ts";
import type { Trial } from "./offered.ts";
import type { Asked } from "./request.ts";

/** The service itself: a request as from outside, with its limits, roles and trail. */
export type Dispatch = (request: Request, c: Context<AppEnv>) => Promise<Response>;

export interface Outcome {
  readonly asked: Asked;
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  /** Whether the answer went on. */
  readonly isCut: boolean;
}

/** As much of an answer as fits on a page of less than 100 KB. */
const shownBytes = 48 * 1024;

/** The beginning of a body; what follows is not waited for. */
async function readShown(response: Response): Promise<{ text: string; isCut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const room = shownBytes - bytes;
    text += decoder.decode(chunk.subarray(0, room), { stream: true });
    bytes += chunk.byteLength;
    if (bytes > shownBytes) return { text, isCut: true };
  }
  return { text: text + decoder.decode(), isCut: false };
}

function laidOut(text: string, type: string | null): string {
  if (!/\bjson\b/.test(type ?? "")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Lines of JSON, or the beginning of a long answer: as it came.
    return text;
  }
}

/** What tells the service who and where the caller is goes along; cookies do not. */
const passedOn = ["cf-connecting-ip", "user-agent"] as const;

async function requestFor(c: Context<AppEnv>, trial: Trial, viewer: Person, asked: Asked): Promise<Request> {
  const headers = new Headers(asked.headers);
  for (const name of passedOn) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (asked.body !== null) headers.set("content-type", "application/json");
  if (!trial.operation.isPublic) headers.set("authorization", `Bearer ${await apiTokenOf(c, viewer)}`);
  const { origin } = new URL(c.req.url);
  return new Request(`${origin}${asked.path}`, { method: trial.operation.method, headers, body: asked.body });
}

export async function send(
  c: Context<AppEnv>,
  dispatch: Dispatch,
  trial: Trial,
  viewer: Person,
  asked: Asked,
): Promise<Outcome> {
  const response = await dispatch(await requestFor(c, trial, viewer, asked), c);
  const { text, isCut } = await readShown(response);
  const shown = [...response.headers].filter(([name]) => name !== "set-cookie");
  const type = response.headers.get("content-type");
  return { asked, status: response.status, headers: shown, text: laidOut(text, type), isCut };
}
