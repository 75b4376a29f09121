/** API keys. */
import { Hono } from "hono";
import { z } from "zod";
import {
  changeApiKey,
  createApiKey,
  getKey,
  keyAnswer,
  revokeKey,
  rotateApiKey,
} from "../actions/api-keys.ts";
import { selectApiKeys } from "../db/api-keys.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import { expiryOf, grantOf } from "../http/key-grant.ts";
import * as operations from "../http/operations.ts";
import { body, json, param, query } from "../http/validate.ts";

const keyCursors = cursorsOf("keys", z.int());

export const keys = new Hono<AppEnv>()
  .get(operations.listKeys.path, query(operations.listKeys), async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await selectApiKeys(c.var.db, limit, keyCursors.read(cursor));
    return c.json({
      keys: rows.map(keyAnswer),
      next_cursor: nextCursor(rows, limit, (row) => keyCursors.write(row.id)),
    });
  })
  .post(operations.createKey.path, body(operations.createKey), json(operations.createKey), async (c) => {
    const grant = grantOf(c.req.valid("json"), c.var.nowMs);
    return c.json(await createApiKey(actionContext(c), grant), 201);
  })
  .get(operations.getKey.path, param(operations.getKey), async (c) =>
    c.json(keyAnswer(await getKey(c.var, c.req.valid("param").key))),
  )
  .patch(
    operations.changeKey.path,
    param(operations.changeKey),
    body(operations.changeKey),
    json(operations.changeKey),
    async (c) => {
      const { name, expires_at, limits } = c.req.valid("json");
      const expiresAtMs = expires_at === undefined ? undefined : expiryOf(expires_at, c.var.nowMs);
      const change = { name, limits, expiresAtMs };
      return c.json(await changeApiKey(actionContext(c), c.req.valid("param").key, change));
    },
  )
  .delete(operations.revokeKey.path, param(operations.revokeKey), async (c) =>
    c.json(await revokeKey(actionContext(c), c.req.valid("param").key)),
  )
  .post(
    operations.rotateKey.path,
    param(operations.rotateKey),
    body(operations.rotateKey),
    json(operations.rotateKey),
    async (c) => {
      const overlapMs = c.req.valid("json").overlap_seconds * 1_000;
      return c.json(await rotateApiKey(actionContext(c), c.req.valid("param").key, overlapMs), 201);
    },
  );
