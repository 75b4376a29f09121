/** Tokens and keys that are none: refused, and counted in the audit trail by their kind. */
import { sign } from "hono/jwt";
import { beforeEach, describe, expect, it } from "vitest";
import { createKey } from "../../src/auth/api-keys.ts";
import { expectProblem } from "../runtime/contract.ts";
import {
  type Call,
  createService,
  env,
  freshDatabase,
  nowMs,
  type Service,
  tokenFor,
} from "../runtime/service.ts";

const secret = "test-secret-of-more-than-thirty-two-bytes";
const now = Math.floor(nowMs / 1_000);
const claims = {
  iss: "game-security-api",
  aud: "game-security-api",
  sub: "tester",
  role: "admin",
  jti: "1",
  sid: "tester/admin",
  iat: now,
  nbf: now,
  exp: now + 3_600,
};
const base64Url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const part = (value: unknown) => base64Url(new TextEncoder().encode(JSON.stringify(value)));

/** Rightly signed with our secret, whatever its header says. */
async function signedWith(header: object, payload: object = claims): Promise<string> {
  const text = `${part(header)}.${part(payload)}`;
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await tokenFor({ subject: "tester", role: "admin" });
});

const bearing = (token: string): Call => ({ role: null, headers: { authorization: `Bearer ${token}` } });
const denials = async () =>
  (await env.DB.prepare("SELECT kind, who, count FROM audit_denials ORDER BY kind").all()).results;

describe("a token", () => {
  it("that nobody forged is let in: the forger's template is right", async () => {
    const token = await signedWith({ alg: "HS256", typ: "JWT" });
    expect((await service.call("/api/players", bearing(token))).status).toBe(200);
    expect(await denials()).toEqual([]);
  });

  it.each<readonly [string, string, () => Promise<string>]>([
    ["forged with another secret", "token_signature", () => sign(claims, `${secret}x`, "HS256")],
    ["expired", "token_expired", () => sign({ ...claims, iat: now - 7_200, exp: now }, secret, "HS256")],
    [
      "not yet valid",
      "token_expired",
      () => sign({ ...claims, iat: now + 61, exp: now + 99 }, secret, "HS256"),
    ],
    ["of a foreign audience", "token_audience", () => sign({ ...claims, aud: "another" }, secret, "HS256")],
    [
      "of the console's audience",
      "token_audience",
      () => sign({ ...claims, aud: "game-security-console" }, secret, "HS256"),
    ],
    ["of a foreign issuer", "token_issuer", () => sign({ ...claims, iss: "another" }, secret, "HS256")],
    ["alg-confused: HS512 with our secret", "token_algorithm", () => sign(claims, secret, "HS512")],
    ["alg-confused: RS256 in a header signed by HMAC", "token_algorithm", () => signedWith({ alg: "RS256" })],
    ["of alg none", "token_malformed", async () => `${part({ alg: "none" })}.${part(claims)}.AAAA`],
    ["garbage", "token_malformed", async () => "a.b.c"],
    ["of nobody's sign-in", "token_revoked", () => sign({ ...claims, sid: "made-up" }, secret, "HS256")],
    ["of somebody else's sign-in", "token_revoked", () => sign({ ...claims, sub: "other" }, secret, "HS256")],
    [
      "of a role above its sign-in's",
      "token_revoked",
      async () => {
        await tokenFor({ subject: "tester", role: "viewer" });
        return sign({ ...claims, sid: "tester/viewer" }, secret, "HS256");
      },
    ],
  ])("%s is refused and counted as %s", async (_, kind, forge) => {
    const reply = await service.call("/api/players", { ...bearing(await forge()) });
    expectProblem(reply, 401);
    expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(await denials()).toEqual([{ kind, who: "shared", count: 1 }]);
  });

  it.each(["../../../../dev/null", "' UNION SELECT 'x' --", "https://evil.example/keys", ""])(
    "with the injected kid %j is verified by our secret alone",
    async (kid) => {
      const injected = { alg: "HS256", kid, jku: "https://evil.example/keys", jwk: { kty: "oct", k: "AA" } };
      expect((await service.call("/api/players", bearing(await signedWith(injected)))).status).toBe(200);
      // What a look-up of the kid would yield: nothing, or a key that the attacker names.
      for (const key of ["\u0000", "x", kid || "AA"]) {
        const [, payload] = (await sign(claims, key, "HS256")).split(".");
        const signature = (await sign(claims, key, "HS256")).split(".")[2];
        const forged = `${part(injected)}.${payload}.${signature}`;
        expectProblem(await service.call("/api/players", bearing(forged)), 401);
      }
      expect(await denials()).toEqual([{ kind: "token_signature", who: "shared", count: 3 }]);
    },
  );

  it("replayed after its sign-in ended is refused and counted as token_revoked", async () => {
    const token = await tokenFor({ subject: "tester", role: "admin" });
    await service.call("/api/auth/sign-out", { method: "POST", ...bearing(token) });
    expectProblem(await service.call("/api/players", bearing(token)), 401);
    expect(await denials()).toMatchObject([{ kind: "token_revoked", count: 1 }]);
  });
});

describe("a refresh token", () => {
  const refresh = (refresh_token: string) =>
    service.call("/api/auth/refresh", { role: null, body: { refresh_token } });

  it("made up, or shown again, is refused and counted as refresh_refused", async () => {
    const body = { username: "security_console", password: "letmein123" };
    const { refresh_token } = (await service.call("/api/auth/token", { role: null, body })).body;
    expectProblem(await refresh("made-up"), 401);
    expect((await refresh(refresh_token)).status).toBe(200);
    expectProblem(await refresh(refresh_token), 401);
    expect(await denials()).toEqual([{ kind: "refresh_refused", who: "shared", count: 2 }]);
    const { results } = await env.DB.prepare(
      "SELECT action FROM audit_entries WHERE action = 'auth.refresh_reused'",
    ).all();
    expect(results).toHaveLength(1);
  });
});

describe("an API key", () => {
  it("forged, made up, expired or revoked is refused and counted by its kind", async () => {
    const make = async (body: object = {}) =>
      (await service.call("/api/auth/keys", { body: { name: "x", scopes: ["players:read"], ...body } })).body;
    const revoked = await make();
    await service.call(`/api/auth/keys/${revoked.id}`, { method: "DELETE" });
    const expired = await make({ expires_at: new Date(service.clock.nowMs + 1).toISOString() });
    service.clock.nowMs += 1;
    const keys = {
      key_malformed: `${revoked.key.slice(0, -1)}!`,
      key_unknown: (await createKey("gsk")).key,
      key_revoked: revoked.key,
      key_expired: expired.key,
    };
    for (const key of Object.values(keys)) {
      expectProblem(await service.call("/api/players", { role: null, headers: { "x-api-key": key } }), 401);
    }
    const counted = await denials();
    expect(counted.map(({ kind }) => kind)).toEqual(Object.keys(keys).sort());
    for (const { count } of counted) expect(count).toBe(1);
  });

  it("never mends a bad token, nor a token a bad key: one of them is judged", async () => {
    const token = await tokenFor({ subject: "tester", role: "admin" });
    const headers = { authorization: `Bearer ${token}`, "x-api-key": (await createKey("gsk")).key };
    expectProblem(await service.call("/api/players", { role: null, headers }), 401);
    expect(await denials()).toMatchObject([{ kind: "key_unknown", count: 1 }]);
  });
});

describe("rotating JWT_SECRET", () => {
  const [oldest, middle, newest] = ["oldest", "middle", "newest"].map((name) => `${name}-${secret}`);
  const serviceOf = (JWT_SECRET = "", JWT_SECRET_PREVIOUS = "") =>
    createService({ JWT_SECRET, JWT_SECRET_PREVIOUS });
  const tokenOf = (key = "") => tokenFor({ subject: "tester", role: "admin", secret: key });

  it("accepts the tokens of the previous secret, and none of an older one", async () => {
    const rotated = serviceOf(newest, middle);
    expect((await rotated.call("/api/players", bearing(await tokenOf(newest)))).status).toBe(200);
    expect((await rotated.call("/api/players", bearing(await tokenOf(middle)))).status).toBe(200);
    expectProblem(await rotated.call("/api/players", bearing(await tokenOf(oldest))), 401);
    expect(await denials()).toMatchObject([{ kind: "token_signature", count: 1 }]);
  });

  it("signs with the new secret alone, and ends the old one's tokens once it is taken out", async () => {
    const rotated = serviceOf(newest, middle);
    const body = { username: "security_console", password: "letmein123" };
    const before = (await serviceOf(middle).call("/api/auth/token", { role: null, body })).body;
    // The device that the old secret signed is still known, and so is the refresh token.
    const again = await rotated.call("/api/auth/refresh", {
      role: null,
      body: { refresh_token: before.refresh_token },
    });
    expect(again.status).toBe(200);
    const finished = serviceOf(newest);
    expect((await finished.call("/api/players", bearing(await tokenOf(newest)))).status).toBe(200);
    expectProblem(await finished.call("/api/players", bearing(before.access_token)), 401);
  });
});
