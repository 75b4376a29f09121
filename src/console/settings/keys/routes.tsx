/** API keys, for admins. The key itself stands in the answer to the form that made it, and nowhere else. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import {
  changeApiKey,
  createApiKey,
  getKey,
  keyState,
  revokeKey,
  rotateApiKey,
} from "../../../actions/api-keys.ts";
import { type ApiKeyRow, selectApiKeys } from "../../../db/api-keys.ts";
import { batch } from "../../../db/client.ts";
import type { AppEnv } from "../../../env.ts";
import { actionContext } from "../../../http/action-context.ts";
import { cursorsOf } from "../../../http/cursor.ts";
import { expiryOf, grantOf } from "../../../http/key-grant.ts";
import { notFound } from "../../../http/problem.ts";
import { KeyParam } from "../../../http/schemas/access.ts";
import { cursor } from "../../../http/schemas/requests.ts";
import { redirectWith } from "../../flash.ts";
import { answerView } from "../../layout.tsx";
import { sameOriginOnly } from "../../same-origin.ts";
import { viewing } from "../../viewing.ts";
import { answerForm } from "../answer-form.ts";
import { settingsView } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import {
  ChangeForm,
  CreateForm,
  forms,
  keyValues,
  RotateForm,
  readChange,
  readCreate,
  readRotate,
} from "./forms.tsx";
import { KeyPage, KeysPage, keyPath, type MadeKey } from "./pages.tsx";

const keysPerPage = 40;
const cursors = cursorsOf("page-keys", z.int());
const lenient = cursor.catch(undefined);
const Nothing = z.strictObject({});

interface Shown {
  readonly refused?: Refused;
  readonly made?: MadeKey;
  readonly status?: number;
}

/** @throws Problem 404 for what is no id */
function keyIdOf(c: Context<AppEnv>): number {
  const named = KeyParam.safeParse({ key: c.req.param("key") });
  if (!named.success) throw notFound("The key");
  return named.data.key;
}

async function answerList(c: Context<AppEnv>, { refused, made, status = 200 }: Shown = {}) {
  const after = lenient.parse(c.req.query("after"));
  const wanted = selectApiKeys(c.var.db, keysPerPage + 1, cursors.read(after));
  const [found] = await batch(c.var.db, [wanted]);
  const keys = found.slice(0, keysPerPage);
  const last = found.length > keysPerPage ? keys.at(-1) : undefined;
  const list = {
    keys,
    first: after === undefined ? null : "/settings/keys",
    next: last === undefined ? null : `/settings/keys?after=${cursors.write(last.id)}`,
  };
  const page = { view: settingsView(c), list, refused: refused ?? null, made: made ?? null };
  return answerView(c, <KeysPage {...page} />, status);
}

async function answerKey(c: Context<AppEnv>, id: number, { refused, made, status = 200 }: Shown = {}) {
  const row = await getKey(c.var, id);
  const page = { view: settingsView(c), row, refused: refused ?? null, made: made ?? null };
  return answerView(c, <KeyPage {...page} />, status);
}

/** The form that puts things back as they were, for the key as it is now. */
const undoOf = (was: ApiKeyRow, now: ApiKeyRow) => {
  const fields = Object.entries({ ...keyValues(was), seen: keyState(now) });
  return {
    action: `${keyPath(was.id)}/change`,
    fields: Object.fromEntries(fields.map(([name, value]) => [name, String(value)])),
  };
};

async function change(c: Context<AppEnv>, id: number, asked: z.output<typeof ChangeForm>) {
  const { name, limits, expires_at, seen } = asked;
  const was = await getKey(c.var, id);
  const expiresAtMs = expires_at === undefined ? undefined : expiryOf(expires_at, c.var.nowMs);
  await changeApiKey(actionContext(c), id, { name, limits, expiresAtMs }, seen);
  const now = await getKey(c.var, id);
  if (keyState(now) === keyState(was)) return redirectWith(c, keyPath(id), { text: "It is so already." });
  return redirectWith(c, keyPath(id), { text: "The key was changed.", undo: undoOf(was, now) });
}

export const keyRoutes = new Hono<AppEnv>()
  .get("/settings/keys", viewing, (c) => answerList(c))
  .post("/settings/keys", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: CreateForm,
      read: readCreate,
      isOnce: true,
      work: async (asked) => {
        const made = await createApiKey(actionContext(c), grantOf(asked, c.var.nowMs));
        return answerList(c, { made, status: 201 });
      },
      again: (draft, status) => answerList(c, { refused: { form: forms.create, draft }, status }),
    }),
  )
  .get("/settings/keys/:key", viewing, (c) => answerKey(c, keyIdOf(c)))
  .post("/settings/keys/:key/change", viewing, sameOriginOnly, (c) => {
    const id = keyIdOf(c);
    return answerForm(c, {
      schema: ChangeForm,
      read: readChange,
      work: (asked) => change(c, id, asked),
      again: (draft, status) => answerKey(c, id, { refused: { form: forms.change, draft }, status }),
    });
  })
  .post("/settings/keys/:key/rotate", viewing, sameOriginOnly, (c) => {
    const id = keyIdOf(c);
    return answerForm(c, {
      schema: RotateForm,
      read: readRotate,
      isOnce: true,
      work: async ({ overlap_seconds }) => {
        const made = await rotateApiKey(actionContext(c), id, overlap_seconds * 1_000);
        return answerKey(c, made.id, { made, status: 201 });
      },
      again: (draft, status) => answerKey(c, id, { refused: { form: forms.rotate, draft }, status }),
    });
  })
  .post("/settings/keys/:key/revoke", viewing, sameOriginOnly, (c) => {
    const id = keyIdOf(c);
    return answerForm(c, {
      schema: Nothing,
      read: () => ({}),
      wantsTick: true,
      work: async () => {
        await revokeKey(actionContext(c), id);
        return redirectWith(c, keyPath(id), { text: "The key is revoked." });
      },
      again: (draft, status) => answerKey(c, id, { refused: { form: forms.revoke, draft }, status }),
    });
  });
