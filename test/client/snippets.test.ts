/** The documentation's snippets are files; each runs, or is parsed, as far as npm has something for its language. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Language, Parser } from "@vscode/tree-sitter-wasm";
import { describe, expect, it } from "vitest";
import { LuaFactory } from "wasmoon";
import { FakeService, listen } from "../cli/import/service.ts";
import { problem, row } from "./api.ts";

const read = (name: string) => readFileSync(join("docs/snippets", name), "utf8");

describe("docs/clients.md", () => {
  const page = readFileSync("docs/clients.md", "utf8");

  it.each(readdirSync("docs/snippets"))("shows %s as it is", (name) => {
    expect(page).toContain(`\n${read(name)}\`\`\`\n`);
  });

  it("shows no program that is not a file", () => {
    expect(page.match(/^```\w+$/gm)).toHaveLength(readdirSync("docs/snippets").length + 1);
  });
});

it("the C# is C#", async () => {
  const folder = dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"));
  await Parser.init({ locateFile: (name: string) => join(folder, name) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(folder, "tree-sitter-c-sharp.wasm")));
  expect(parser.parse(read("GameSecurity.cs"))?.rootNode.hasError).toBe(false);
  expect(
    parser.parse(read("GameSecurity.cs").replace("yield break;", "yield break"))?.rootNode.hasError,
  ).toBe(true);
});

it("curl sends again after a failure", async () => {
  const service = new FakeService();
  service.whim = (n) => (n === 1 ? problem(503, "busy", "Later.", { "retry-after": "0" }) : null);
  const site = await listen(service);
  const child = spawn("sh", ["docs/snippets/curl.sh"], {
    env: { ...process.env, URL: site.origin, GSA_KEY: "gsk_a" },
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  await site.close();
  expect(code).toBe(0);
  expect(service.asked.map(({ headers }) => headers["x-api-key"])).toEqual(["gsk_a", "gsk_a"]);
  expect([...service.stored.keys()]).toEqual(["match-1"]);
});

/** What the platforms' HTTP functions are asked, and what they answer, status by status. */
function platform(...statuses: readonly number[]) {
  const bodies: { sessions: { session_id: string }[] }[] = [];
  return {
    bodies,
    ids: () => bodies.map(({ sessions }) => sessions.map(({ session_id }) => session_id)),
    next(body: string): number {
      bodies.push(JSON.parse(body));
      return statuses[bodies.length - 1] ?? 200;
    },
  };
}
const luaRow = (n: number) =>
  `{player="p", session_id="${row(n).session_id}", recorded_at="2026-11-20T20:15:00Z"}`;

describe("FiveM", () => {
  async function run(answer: string, ...statuses: readonly number[]) {
    const asked = platform(...statuses);
    const printed: string[] = [];
    const waits: number[] = [];
    const lua = await new LuaFactory().createEngine({ enableProxy: false });
    lua.global.set("GetConvar", (name: string) => (name === "gsa_url" ? "https://x.example" : "gsk_a"));
    lua.global.set("print", (text: string) => printed.push(text));
    lua.global.set("json", { encode: JSON.stringify, decode: JSON.parse });
    lua.global.set("SetTimeout", (ms: number, then: () => void) => {
      waits.push(ms);
      then();
    });
    type Callback = (status: number, body: string, headers: object) => void;
    lua.global.set(
      "PerformHttpRequest",
      (url: string, then: Callback, method: string, body: string, headers: object) => {
        expect([url, method]).toEqual(["https://x.example/api/telemetry/sessions", "POST"]);
        expect(headers).toEqual({ "Content-Type": "application/json", "X-API-Key": "gsk_a" });
        const status = asked.next(body);
        then(status, answer, status === 429 ? { "Retry-After": "7" } : {});
      },
    );
    await lua.doString(`${read("fivem.lua")}\nSendSessions({${luaRow(1)}, ${luaRow(2)}})`);
    lua.global.close();
    return { ids: asked.ids(), printed, waits };
  }

  it("sends until it is answered, and waits as long as it is asked to", async () => {
    const { ids, printed, waits } = await run('{"rejected":[]}', 0, 429, 503);
    expect(ids).toEqual(Array.from({ length: 4 }, () => ["s-1", "s-2"]));
    expect(waits[1]).toBe(7_000);
    expect(printed).toEqual([]);
  });

  it("tells rejected rows, and gives up on a refusal", async () => {
    const rejected = '{"rejected":[{"index":1,"pointer":"/sessions/1/kills","detail":"Too many."}]}';
    expect((await run(rejected)).printed).toEqual(["session s-2 was rejected: /sessions/1/kills Too many."]);
    const refused = await run("", 401);
    expect([refused.ids.length, refused.printed]).toEqual([1, ["2 sessions were refused: 401"]]);
    expect((await run("", ...Array.from({ length: 20 }, () => 503))).ids).toHaveLength(8);
  });
});

describe("Roblox", () => {
  const prelude = `
    local HttpService = {
      GetSecret = function(_, name) return name end,
      JSONEncode = function(_, value) return encode(value) end,
      RequestAsync = function(_, request)
        assert(request.Method == "POST" and request.Headers["X-API-Key"] == "gsa_key")
        local status = next_status(request.Body)
        if status == 0 then error("HttpError: Timedout") end
        return {StatusCode = status, Headers = status == 429 and {["retry-after"] = "7"} or {}}
      end,
    }
    game = {
      GetService = function(_, name) assert(name == "HttpService"); return HttpService end,
      BindToClose = function(_, run) on_close = run end,
    }
    task = {wait = function(seconds) waited(seconds) end, spawn = function(run) end}
    warn = print`;

  async function run(count: number, ...statuses: readonly number[]) {
    const asked = platform(...statuses);
    const printed: string[] = [];
    const waits: number[] = [];
    const lua = await new LuaFactory().createEngine({ enableProxy: false });
    lua.global.set("print", (text: string) => printed.push(text));
    lua.global.set("encode", JSON.stringify);
    lua.global.set("next_status", (body: string) => asked.next(body));
    lua.global.set("waited", (seconds: number) => waits.push(seconds));
    const rows = Array.from({ length: count }, (_, n) => `queue.addSession(${luaRow(n)})`).join("\n");
    await lua.doString(
      `${prelude}\nlocal queue = (function()\n${read("roblox.lua")}\nend)()\n${rows}\non_close()`,
    );
    lua.global.close();
    return { ids: asked.ids(), printed, waits };
  }

  it("sends what is queued in batches, again after failures, when the server closes", async () => {
    const { ids, printed, waits } = await run(501, 0, 429, 503);
    expect(ids.map((batch) => batch.length)).toEqual([500, 500, 500, 500, 1]);
    expect(waits[1]).toBe(7);
    expect(printed).toEqual([]);
  });

  it("gives up on a refusal", async () => {
    const { ids, printed } = await run(2, 403);
    expect([ids.length, printed]).toEqual([1, ["2 sessions were refused: 403"]]);
  });
});
