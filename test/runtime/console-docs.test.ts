/** The documentation page: every operation is on it, and its examples work. */
import { beforeEach, describe, expect, it } from "vitest";
import { keyOf } from "../../src/http/operation.ts";
import { operations } from "../../src/http/operations.ts";
import { createService, freshDatabase } from "./service.ts";

beforeEach(freshDatabase);

describe("the documentation", () => {
  it("lists every operation with its example, and every link on the page leads somewhere", async () => {
    const { body, status } = await createService().call("/docs", { role: null });
    expect(status).toBe(200);
    for (const operation of operations) {
      const path = operation.path.replaceAll(/:([a-z]+)/g, "{$1}");
      const method = operation.method.toUpperCase();
      expect([keyOf(operation), body.includes(`${method}</span> <span>${path}</span>`)]).toEqual([
        keyOf(operation),
        true,
      ]);
    }
    expect(body.match(/\bcurl (-X [A-Z]+ )?&quot;\$API/g)).toHaveLength(operations.length);
    const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...body.matchAll(/href="(?:\/docs)?#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(body).toContain('href="/openapi.json"');
  });

  it("answers examples that the API accepts", async () => {
    const service = createService();
    const { body } = await service.call("/docs", { role: null });
    const text = body.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    const examples = [
      ...text.matchAll(/curl (?:-X ([A-Z]+) )?"\$API([^"]+)"[^<]*?(?:-d '([^']*)')?<\/code>/g),
    ];
    expect(examples).toHaveLength(operations.length);
    for (const [, method = "GET", path = "", data] of examples) {
      const reply = await service.call(path, {
        method,
        ...(data ? { raw: data, headers: { "content-type": "application/json" } } : {}),
      });
      expect([path, [400, 405, 413, 415].includes(reply.status), reply.body]).toEqual([
        path,
        false,
        reply.body,
      ]);
    }
  });
});
