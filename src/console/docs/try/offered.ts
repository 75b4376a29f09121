/** Which operations can be tried from their page, and what each is for whoever looks. Pure. */
import type { Person } from "../../../env.ts";
import { accessTable } from "../../../http/access.ts";
import { mayCall } from "../../viewing.ts";
import { type ApiOperation, readApi } from "../document.ts";

/** What is sent or answered is a secret, and a page is no place for one: shown, it stays in tabs and on screens. */
const secretive: ReadonlySet<string> = new Set([
  "POST /api/auth/token",
  "POST /api/auth/refresh",
  "POST /api/auth/password",
  "POST /api/auth/users",
  "PATCH /api/auth/users/:username",
  "POST /api/auth/keys",
  "POST /api/auth/keys/:key/rotate",
  "POST /api/webhooks",
  "POST /api/webhooks/:webhook/rotate-secret",
  "POST /api/decisions/:decision/appeal-link",
  "POST /api/telemetry/adapters/:adapter/:key",
]);

export interface Trial {
  readonly operation: ApiOperation;
  /** Its key in the access table. */
  readonly route: string;
  /** Whether it may change what is stored, and is to be confirmed. */
  readonly isWrite: boolean;
  readonly isSecretive: boolean;
}

let trials: ReadonlyMap<string, Trial> | null = null;

function trialOf(operation: ApiOperation): Trial {
  const route = `${operation.method} ${operation.path.replaceAll(/\{([a-z]+)\}/g, ":$1")}`;
  const isWrite = operation.method !== "GET" && accessTable[route]?.limit !== "read";
  return { operation, route, isWrite, isSecretive: secretive.has(route) };
}

/** By the operation's id; undefined for none of ours. Read once an isolate. */
export function findTrial(id: string): Trial | undefined {
  trials ??= new Map(
    readApi().tags.flatMap(({ operations }) => operations.map((one) => [one.id, trialOf(one)] as const)),
  );
  return trials.get(id);
}

/** Why whoever looks can't try it; null if they can. */
export function refusalOf({ route, isSecretive, operation }: Trial, viewer: Person): string | null {
  if (isSecretive)
    return "A secret goes in or comes out of it, and none is shown on a page. Use the command.";
  if (!operation.isPublic && !mayCall(viewer, route))
    return `Your role is ${viewer.role}. ${operation.access}`;
  return null;
}
