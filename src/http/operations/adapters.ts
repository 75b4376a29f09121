/** Telemetry as game servers already emit it. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/adapters.ts";

export const listAdapters = defineOperation({
  method: "get",
  path: "/api/telemetry/adapters",
  tag: "Adapters",
  summary: "The adapters: what they take, what that yields, and what is unverified.",
  answers: { 200: { description: "The adapters.", schema: schema.AdapterList } },
});

const answers = {
  200: { description: "Taken, and what came of it; PlayFab in its own shape.", schema: schema.AdapterReply },
  204: { description: "Taken, for senders that want no answer." },
};

export const readAdapter = defineOperation({
  method: "post",
  path: "/api/telemetry/adapters/:adapter",
  tag: "Adapters",
  summary: "Send what the game server emits, in the source's own format. Sent again, it changes nothing.",
  params: schema.AdapterParam,
  query: schema.AdapterQuery,
  once: false,
  answers,
  faults: [409, 413, 415],
});

export const readAdapterByPath = defineOperation({
  method: "post",
  path: "/api/telemetry/adapters/:adapter/:key",
  tag: "Adapters",
  summary:
    "The same for senders that can only be given a URL: an ingest key of the adapter stands in the path.",
  params: schema.AdapterKeyParam,
  query: schema.AdapterQuery,
  once: false,
  answers,
  faults: [401, 403, 409, 413, 415],
});

export const listUnparsed = defineOperation({
  method: "get",
  path: "/api/telemetry/adapters/:adapter/unparsed",
  tag: "Adapters",
  summary:
    "Shapes of lines that were not understood, most frequent first: a key's own, or for people any key's.",
  params: schema.AdapterParam,
  query: schema.UnparsedQuery,
  answers: { 200: { description: "The shapes.", schema: schema.UnparsedList } },
});

export const explainLines = defineOperation({
  method: "post",
  path: "/api/telemetry/explain",
  tag: "Adapters",
  summary: "What an adapter makes of lines, one by one. Nothing is stored.",
  body: schema.ExplainRequest,
  maxBodyBytes: 1024 * 1024,
  once: false,
  answers: { 200: { description: "Line by line.", schema: schema.Explanation } },
});
