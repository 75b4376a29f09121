/** Webhooks, for admins. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { courierOf } from "../../../actions/webhooks/courier.ts";
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  rotateSecret,
  webhookAnswer,
} from "../../../actions/webhooks/manage.ts";
import { replay, testWebhook } from "../../../actions/webhooks/try-out.ts";
import { wishOf } from "../../../actions/webhooks/wish.ts";
import { selectWebhooks } from "../../../db/webhooks.ts";
import type { AppEnv } from "../../../env.ts";
import { actionContext } from "../../../http/action-context.ts";
import { notFound } from "../../../http/problem.ts";
import { WebhookParam } from "../../../http/schemas/webhooks.ts";
import { redirectWith } from "../../flash.ts";
import { readForm } from "../../forms.ts";
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
  ReplayForm,
  readChange,
  readCreate,
  readReplay,
  StatusForm,
} from "./forms.tsx";
import { loadWebhook, WebhookPageQuery } from "./load.ts";
import { type MadeSecret, WebhookPage, WebhooksPage, webhookPath } from "./pages.tsx";

/** More are not made. */
const most = 50;
const replaysAtOnce = 1_000;
const Nothing = z.strictObject({});
const courier = (c: Context<AppEnv>) => courierOf(c.env, c.var.world, 1);

interface Shown {
  readonly refused?: Refused;
  readonly made?: MadeSecret;
  readonly status?: number;
}

/** @throws Problem 404 for what is no id */
function webhookIdOf(c: Context<AppEnv>): number {
  const named = WebhookParam.safeParse({ webhook: c.req.param("webhook") });
  if (!named.success) throw notFound("The webhook");
  return named.data.webhook;
}

async function answerList(c: Context<AppEnv>, { refused, made, status = 200 }: Shown = {}) {
  const rows = await selectWebhooks(c.var.db, most, null);
  const page = { view: settingsView(c), rows, refused: refused ?? null, made: made ?? null };
  return answerView(c, <WebhooksPage {...page} />, status);
}

async function answerOne(c: Context<AppEnv>, { refused, made, status = 200 }: Shown = {}) {
  const shown = await loadWebhook(c.var.db, webhookIdOf(c), WebhookPageQuery.parse(c.req.query()));
  const answer = await webhookAnswer(courier(c), shown.row);
  const page = { view: settingsView(c), ...shown, answer, refused: refused ?? null, made: made ?? null };
  return answerView(c, <WebhookPage {...page} />, status);
}

async function change(c: Context<AppEnv>, id: number, asked: z.output<typeof ChangeForm>) {
  const { revision, event_types: types, min_interval_seconds: seconds, ...rest } = asked;
  const minIntervalMs = seconds === undefined ? undefined : seconds * 1_000;
  await changeWebhook(actionContext(c), courier(c), id, { ...rest, types, minIntervalMs }, revision);
  return redirectWith(c, webhookPath(id), { text: "The webhook was saved." });
}

async function sendAgain(c: Context<AppEnv>, id: number, asked: z.output<typeof ReplayForm>) {
  const { since, event_ids, dead_only, after } = asked;
  const sinceMs = since === undefined ? null : Date.parse(since);
  const order = { sinceMs, eventIds: event_ids ?? null, deadOnly: dead_only, after, limit: replaysAtOnce };
  const { replayed, next_after } = await replay(actionContext(c), id, order);
  const count = replayed === 1 ? "One delivery is" : `${replayed} deliveries are`;
  const more = next_after === null ? "" : " There are more: send again for the rest.";
  const text = replayed === 0 ? "Nothing was there to be sent again." : `${count} due again.${more}`;
  return redirectWith(c, webhookPath(id), { text });
}

async function sendTest(c: Context<AppEnv>, id: number) {
  const { delivered, status, error, took_ms } = await testWebhook(actionContext(c), courier(c), id);
  const why = [status, error?.replaceAll("_", " ")].filter((part) => part !== null && part !== undefined);
  const came = `${why.join(", ")} after ${took_ms} ms`;
  const text = delivered ? `The test was delivered: ${came}.` : `The test did not arrive: ${came}.`;
  return redirectWith(c, webhookPath(id), { text });
}

export const webhookRoutes = new Hono<AppEnv>()
  .get("/settings/webhooks", viewing, (c) => answerList(c))
  .post("/settings/webhooks", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: CreateForm,
      read: readCreate,
      isOnce: true,
      work: async (asked) => {
        const made = await createWebhook(actionContext(c), courier(c), wishOf(asked));
        return answerList(c, { made, status: 201 });
      },
      again: (draft, status) => answerList(c, { refused: { form: forms.create, draft }, status }),
    }),
  )
  .get("/settings/webhooks/:webhook", viewing, (c) => answerOne(c))
  .post("/settings/webhooks/:webhook/change", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: ChangeForm,
      read: readChange,
      work: (asked) => change(c, webhookIdOf(c), asked),
      again: (draft, status) => answerOne(c, { refused: { form: forms.change, draft }, status }),
    }),
  )
  .post("/settings/webhooks/:webhook/status", viewing, sameOriginOnly, async (c) => {
    const id = webhookIdOf(c);
    const { status } = await readForm(c, StatusForm);
    await changeWebhook(actionContext(c), courier(c), id, { status });
    const undo = {
      action: `${webhookPath(id)}/status`,
      fields: { status: status === "active" ? "paused" : "active" },
    };
    const text =
      status === "active" ? "It goes on, with what waited." : "Paused. What happens meanwhile waits.";
    return redirectWith(c, webhookPath(id), { text, undo });
  })
  .post("/settings/webhooks/:webhook/test", viewing, sameOriginOnly, async (c) => {
    await readForm(c, Nothing);
    return sendTest(c, webhookIdOf(c));
  })
  .post("/settings/webhooks/:webhook/replay", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: ReplayForm,
      read: readReplay,
      work: (asked) => sendAgain(c, webhookIdOf(c), asked),
      again: (draft, status) => answerOne(c, { refused: { form: forms.replay, draft }, status }),
    }),
  )
  .post("/settings/webhooks/:webhook/rotate-secret", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: Nothing,
      read: () => ({}),
      wantsTick: true,
      isOnce: true,
      work: async () => {
        const made = await rotateSecret(actionContext(c), courier(c), webhookIdOf(c));
        return answerOne(c, { made, status: 201 });
      },
      again: (draft, status) => answerOne(c, { refused: { form: forms.rotate, draft }, status }),
    }),
  )
  .post("/settings/webhooks/:webhook/delete", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: Nothing,
      read: () => ({}),
      wantsTick: true,
      work: async () => {
        await removeWebhook(actionContext(c), webhookIdOf(c));
        return redirectWith(c, "/settings/webhooks", { text: "The webhook was deleted." });
      },
      again: (draft, status) => answerOne(c, { refused: { form: forms.remove, draft }, status }),
    }),
  );
