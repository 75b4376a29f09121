/** A sign-in at the identity provider that is used again, and where a sign-in leads. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createKey, type SigningKey } from "./provider.ts";
import { createService, env, freshDatabase } from "./service.ts";
import {
  type Browser,
  createBrowser,
  createSignInProvider,
  pathOf,
  type SignInProvider,
  variables,
} from "./sign-in-provider.ts";

let key: SigningKey;
let provider: SignInProvider;
let browser: Browser;
const get: Browser["get"] = (...args) => browser.get(...args);

beforeAll(async () => {
  key = await createKey("RS256", "k");
});
beforeEach(async () => {
  await freshDatabase();
  provider = createSignInProvider(key);
  browser = createBrowser(createService(variables, { fetch: provider.fetch }), provider);
});

const trail = async () => (await env.DB.prepare("SELECT actor, action FROM audit_entries").all()).results;

describe("a code that is used again", () => {
  it("opens no second session: neither from the same browser nor with a copy of all it had", async () => {
    const back = pathOf(provider.agree(await browser.leave()));
    const copy = browser.jar.copy();
    expect((await get(back)).status).toBe(200);
    expect((await get(back, "")).status).toBe(400);
    expect((await get(back, copy)).status).toBe(401);
    expect(await trail()).toHaveLength(1);
  });

  it("nor where the provider forgets that it was", async () => {
    provider.forgetful = true;
    const back = pathOf(provider.agree(await browser.leave()));
    const copy = browser.jar.copy();
    const replies = await Promise.all([get(back, copy), get(back, copy), get(back, copy)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect(await trail()).toHaveLength(1);
  });
});

describe("where it leads", () => {
  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/queue//evil.example",
    "javascript:alert(1)",
    '/queue?"><script>',
    "/sign-out",
    "/queue?state=open;url=https://evil.example",
  ])("never elsewhere: %s", async (next) => {
    const reply = await browser.signIn(`?next=${encodeURIComponent(next)}`);
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('content="0; url=/"');
    expect(reply.body).not.toContain("evil.example");
  });
});

it("is not there where it is not configured", async () => {
  for (const missing of ["SSO_AUTHORIZE_URL", "SSO_ISSUER"] as const) {
    const { SSO_AUTHORIZE_URL, SSO_TOKEN_URL, SSO_CLIENT_ID, SSO_CLIENT_SECRET, ...tokensAlone } = variables;
    const plain = createService(missing === "SSO_ISSUER" ? {} : tokensAlone);
    expect((await get("/", "", plain)).body).not.toContain("/sign-in/sso");
    for (const path of ["/sign-in/sso", "/sign-in/sso/callback?code=x&state=y"])
      expect((await get(path, "", plain)).status).toBe(404);
  }
});
