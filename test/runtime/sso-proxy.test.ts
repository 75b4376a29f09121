/** Pages behind an access proxy: signed in by the token that it puts on each request, and by no other site's hand. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { cookieOf } from "./console-pages.ts";
import { createKey, createProvider, type SigningKey, sign } from "./provider.ts";
import { createService, env, freshDatabase, type Reply, type Service } from "./service.ts";
import { variables } from "./sign-in-provider.ts";

const header = "cf-access-jwt-assertion";
const { SSO_ISSUER, SSO_AUDIENCE, SSO_JWKS_URL, SSO_ROLE_MAP } = variables;
const behindProxy = {
  SSO_ISSUER,
  SSO_AUDIENCE,
  SSO_JWKS_URL,
  SSO_ROLE_MAP,
  SSO_TOKEN_HEADER: "Cf-Access-Jwt-Assertion",
};
let key: SigningKey;
let service: Service;

beforeAll(async () => {
  key = await createKey("RS256", "k");
});
beforeEach(async () => {
  await freshDatabase();
  service = createService(behindProxy, { fetch: createProvider([key]).fetch });
});

type Headers = Readonly<Record<string, string>>;
const own = { "sec-fetch-site": "same-origin" };
async function get(path: string, headers: Headers = {}, claims = {}, from = service): Promise<Reply> {
  return from.call(path, { role: null, headers: { [header]: await sign(key, claims), ...headers } });
}
async function post(path: string, headers: Headers, fields: Headers = {}): Promise<Reply> {
  return service.call(path, {
    role: null,
    method: "POST",
    raw: new URLSearchParams(fields).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      [header]: await sign(key, { roles: "lead" }),
      ...headers,
    },
  });
}
const countOf = async (sql: string) => (await env.DB.prepare(sql).first<{ n: number }>())?.n;

describe("a person whom the proxy lets through", () => {
  it("sees pages without a password, under the provider's name and with the mapped role", async () => {
    const page = await get("/");
    expect(page.status).toBe(200);
    expect(page.body).toContain("<h1>Overview</h1>");
    expect(page.body).toMatch(/<bdi>ann<\/bdi>.*analyst/s);
    expect(service.log.at(-1)).toMatchObject({ actor: "analyst:sso:ann", rows_written: 0 });
    expect((await get("/queue")).status).toBe(200);
    expect(await countOf("SELECT count(*) AS n FROM auth_sessions")).toBe(0);
  });

  it("acts by forms of our own pages, and the trail names them", async () => {
    const { body } = await service.call("/api/players", { body: { username: "Nightjar" } });
    const path = `/players/${body.id}/rename`;
    const reply = await post(path, own, { username: "Heron", reason: "typo" });
    expect(reply.status).toBe(303);
    const entry =
      "SELECT count(*) AS n FROM audit_entries WHERE actor = 'sso:ann' AND action = 'player.rename'";
    expect(await countOf(entry)).toBe(1);
  });

  it("is no more than the role", async () => {
    const { body } = await service.call("/api/players", { body: { username: "Nightjar" } });
    const page = await get(`/players/${body.id}`, {}, { roles: "guest" });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain(`/players/${body.id}/rename`);
    const raw = "username=x&reason=y";
    const token = await sign(key, { roles: "guest" });
    const headers = { "content-type": "application/x-www-form-urlencoded", [header]: token, ...own };
    const sent = { role: null, method: "POST", raw, headers };
    expect((await service.call(`/players/${body.id}/rename`, sent)).status).toBe(403);
  });

  it("steps back behind a session of the service's own", async () => {
    const page = await get("/", { cookie: await cookieOf("viewer") });
    expect(page.body).toContain("<bdi>pat</bdi>");
  });

  it("is told that signing out is the proxy's, and where", async () => {
    const reply = await post("/sign-out", own);
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("Your studio signs you in");
    expect(reply.body).toContain('href="/cdn-cgi/access/logout"');
    const other = createService({ ...behindProxy, SSO_TOKEN_HEADER: "X-Token" });
    const headers = { "x-token": await sign(key), ...own };
    const plain = await other.call("/sign-out", { role: null, method: "POST", raw: "", headers });
    expect(plain.body).toContain("Your studio signs you in");
    expect(plain.body).not.toContain("cdn-cgi");
  });
});

describe("another site", () => {
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  it("may lead to a page by a link, as from a chat", async () => {
    expect((await get("/queue", link)).status).toBe(200);
  });

  it.each<[string, Headers]>([
    ["a script's request", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
    ["an image", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
    ["a frame", { ...link, "sec-fetch-dest": "iframe" }],
    ["a sister host", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }],
    ["an old browser's request", { origin: "https://evil.example" }],
  ])("reads nothing by %s", async (_, headers) => {
    expect((await get("/queue", headers)).status).toBe(401);
  });

  it.each<[string, Headers]>([
    ["a form", { ...link, origin: "https://evil.example" }],
    ["a form of a sister host", { "sec-fetch-site": "same-site", origin: "https://evil.localhost" }],
    ["a form without Fetch Metadata", { origin: "https://evil.example" }],
    ["a form from nowhere", { origin: "null" }],
    ["a request that does not say where it comes from", {}],
  ])("does nothing by %s, on any page that writes", async (_, headers) => {
    const pages = Object.entries(accessTable).filter(
      ([name, { cookie }]) => cookie && name.startsWith("POST "),
    );
    expect(pages.length).toBeGreaterThan(8);
    for (const [name] of pages) {
      const path = name.slice("POST ".length).replace(/:[a-z]+/g, "1");
      expect([401, 403], name).toContain((await post(path, headers)).status);
    }
    expect(await countOf("SELECT count(*) AS n FROM audit_entries")).toBe(0);
  });
});

describe("a token that does not let in", () => {
  it("leads to the form, with a status of its own and a line in the count of refusals", async () => {
    const expired = await get("/queue", {}, { exp: 1 });
    expect([expired.status, expired.body.includes("<h1>Sign in</h1>")]).toEqual([401, true]);
    const unmapped = await get("/queue", {}, { roles: "cleaning" });
    expect(unmapped.status).toBe(403);
    expect(unmapped.body).toContain("gives you no role");
    expect(unmapped.body).toContain('name="password"');
    const down = createService(behindProxy, { fetch: async () => new Response("", { status: 500 }) });
    const away = await get("/", {}, {}, down);
    expect(away.status).toBe(503);
    expect(away.body).toContain("cannot be reached");
    const { results } = await env.DB.prepare("SELECT kind FROM audit_denials ORDER BY kind").all();
    expect(results.map(({ kind }) => kind)).toEqual(["provider_unavailable", "token_expired", "token_role"]);
  });

  it("is anybody's where no header is named", async () => {
    const { SSO_TOKEN_HEADER, ...without } = behindProxy;
    const plain = createService(without, { fetch: createProvider([key]).fetch });
    expect((await get("/queue", {}, {}, plain)).status).toBe(401);
    expect((await get("/queue", { authorization: `Bearer ${await sign(key)}` }, {}, plain)).status).toBe(401);
  });
});
