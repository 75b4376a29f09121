/** API keys. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/access.ts";

export const listKeys = defineOperation({
  method: "get",
  path: "/api/auth/keys",
  tag: "API keys",
  summary: "Keys, newest first, without the keys themselves.",
  query: schema.KeysQuery,
  answers: { 200: { description: "A page of keys.", schema: schema.ApiKeyList } },
});

export const createKey = defineOperation({
  method: "post",
  path: "/api/auth/keys",
  tag: "API keys",
  summary: "Make a key. The answer is the only place where it stands in full.",
  body: schema.NewKeyRequest,
  answers: { 201: { description: "Made.", schema: schema.ShownKey } },
});

export const getKey = defineOperation({
  method: "get",
  path: "/api/auth/keys/:key",
  tag: "API keys",
  summary: "One key, without the key itself.",
  params: schema.KeyParam,
  answers: { 200: { description: "The key.", schema: schema.ApiKey } },
  faults: [404],
});

export const changeKey = defineOperation({
  method: "patch",
  path: "/api/auth/keys/:key",
  tag: "API keys",
  summary: "Change a key's name, expiry or limits. What it may do never changes: make another key for that.",
  params: schema.KeyParam,
  body: schema.KeyChangeRequest,
  answers: { 200: { description: "Changed.", schema: schema.ApiKey } },
  faults: [404, 409],
});

export const revokeKey = defineOperation({
  method: "delete",
  path: "/api/auth/keys/:key",
  tag: "API keys",
  summary: "Revoke a key for good. It takes effect within five seconds.",
  params: schema.KeyParam,
  answers: { 200: { description: "Revoked.", schema: schema.ApiKey } },
  faults: [404, 409],
});

export const rotateKey = defineOperation({
  method: "post",
  path: "/api/auth/keys/:key/rotate",
  tag: "API keys",
  summary: "Make a new key with the same grant; the old one works on for the overlap, then ends.",
  params: schema.KeyParam,
  body: schema.RotateRequest,
  answers: { 201: { description: "The new key.", schema: schema.ShownKey } },
  faults: [404, 409],
});
