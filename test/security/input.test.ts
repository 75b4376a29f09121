/** What commands refuse to take: fields that they do not know, names in disguise, bodies that cost too much. */
import { beforeEach, describe, expect, it } from "vitest";
import { openApiDocument } from "../../src/http/openapi.ts";
import { expectProblem } from "../runtime/contract.ts";
import { tableCounts } from "../runtime/recount.ts";
import { createPlayer } from "../runtime/samples.ts";
import { createService, freshDatabase, type Reply, type Service } from "../runtime/service.ts";
import { type OpenApi, targetsOf } from "./fuzz/requests.ts";
import type { Schema } from "./fuzz/schema-values.ts";

const document = openApiDocument() as unknown as OpenApi;
const commands = targetsOf(document).flatMap(({ key, method, template, operation }) => {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  return schema ? [{ key, method, template, schema }] : [];
});

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

/** Objects that take fields beside those they name, as pointers into the body. */
function looseIn(schema: Schema, path: string): string[] {
  if (schema.$ref)
    return looseIn(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, path);
  const parts = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]) => looseIn(part, `${path}/${name}`)),
    ...(schema.anyOf ?? []).map((part) => looseIn(part, path)),
    ...(schema.items ? [looseIn(schema.items, `${path}/*`)] : []),
    ...(typeof schema.additionalProperties === "object"
      ? [looseIn(schema.additionalProperties, `${path}/*`)]
      : []),
  ];
  return [...(schema.properties && schema.additionalProperties !== false ? [path] : []), ...parts.flat()];
}

describe("mass assignment", () => {
  it("finds no object that takes unknown fields, telemetry rows aside", () => {
    const loose = commands.flatMap(({ key, schema }) => looseIn(schema, key));
    expect(loose).toEqual([
      "POST /api/telemetry/sessions/sessions/*",
      "POST /api/telemetry/events/events/*",
      "POST /api/security/scan-log/entries/*",
    ]);
  });

  it.each(commands)("$key refuses fields that it does not name", async ({ method, template, schema }) => {
    const path = template
      .replace("{player}", "1")
      .replace("{key}", "1")
      .replace("{username}", "ann")
      .replace("{game}", "cs2");
    const good = (schema as { example?: object }).example ?? {};
    const before = await tableCounts();
    for (const field of ["id", "role_", "risk_score", "created_by", "__proto__", "constructor"]) {
      const raw = JSON.stringify(good).replace(
        /\}$/,
        `${Object.keys(good).length > 0 ? "," : ""}"${field}":1}`,
      );
      const headers = { "content-type": "application/json" };
      expectProblem(await service.call(path, { method, raw, headers }), 400);
    }
    expect(await tableCounts()).toEqual(before);
  });
});

describe("names", () => {
  it.each([
    ["\uff2e\uff49\uff47\uff48\uff54", "Night"],
    ["  Owl  ", "Owl"],
    ["e\u0301", "\u00e9"],
    ["\ufb01n", "fin"],
    ["\u2460", "1"],
  ])("of a player: %j is stored as %j", async (sent, stored) => {
    const id = await createPlayer(service, { username: sent, ref: "r" });
    expect((await service.call(`/api/players/${id}`)).body.username).toBe(stored);
    const renamed = await service.call(`/api/players/${id}`, { method: "PATCH", body: { username: sent } });
    expect(renamed.body.username).toBe(stored);
  });

  it("of a player must be something, and not grow, in that form", async () => {
    for (const username of ["\u3000", "\u00a0 ", "\ufdfa".repeat(64), "\u202e\u0000"]) {
      expectProblem(await service.call("/api/players", { body: { username } }), 400);
    }
  });

  it("of a user are one in every spelling, and no look-alike of control characters gets in", async () => {
    const create = (username: string) =>
      service.call("/api/auth/users", {
        body: { username, password: "plum orbit canvas ninety", role: "viewer" },
      });
    expect((await create("\uff21NN")).body.username).toBe("ann");
    for (const username of ["ann", "Ann", "\uff41\uff4e\uff4e"]) expectProblem(await create(username), 409);
    for (const username of ["a\u200bnn", "a\u202enn", "a\u00adnn", "a/nn", "\u0430 nn"]) {
      expectProblem(await create(username), 400);
    }
  });

  it("of modes, metrics and units hold no control characters and no broken Unicode", async () => {
    const metric = {
      name: "speed",
      kind: "level",
      unit: "m/s",
      range: [0.1, 9],
      direction: "high",
      group: "aim",
    };
    const put = (raw: string): Promise<Reply> =>
      service.call("/api/games/cs2", { method: "PUT", raw, headers: { "content-type": "application/json" } });
    expect((await put(JSON.stringify({ modes: ["ranked"], metrics: [metric] }))).status).toBe(200);
    for (const text of ['"\\u0000"', '"\\ud800"', '"a\\u001b[2J"']) {
      expectProblem(await put(`{"modes":[${text}]}`), 400);
      for (const field of ["label", "unit"]) {
        const broken = JSON.stringify(metric).replace(/\}$/, `,"${field}":${text}}`);
        expectProblem(await put(`{"metrics":[${broken}]}`), 400);
      }
    }
  });
});
