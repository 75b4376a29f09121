/** Single sign-on under attack: every forged, foreign or stale token is refused, for the right reason. */
import { base64url, exportSPKI, importJWK, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  audience,
  claims,
  createKey,
  createProvider,
  issuer,
  keySetUrl,
  nowSeconds,
  type Provider,
  type SigningKey,
  sign,
} from "./provider.ts";

let rsa: SigningKey;
let ec: SigningKey;
let attacker: SigningKey;
let provider: Provider;

beforeAll(async () => {
  rsa = await createKey("RS256", "rsa-1");
  ec = await createKey("ES256", "ec-1");
  attacker = await createKey("RS256", "rsa-1");
  provider = createProvider([rsa, ec]);
});

const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
const parts = (token: string) => token.split(".") as [string, string, string];

describe("the signature", () => {
  it.each(["none", "None", "NONE", "nOnE"])("alg %s is none", async (alg) => {
    for (const signature of ["", parts(await sign(rsa))[2]]) {
      const token = `${encode({ alg, kid: "rsa-1" })}.${encode(claims)}.${signature}`;
      expect(await provider.verify(token)).toEqual({ denied: "token_algorithm" });
    }
  });

  it("HS256 with the public key as the secret (confusion)", async () => {
    const publicKey = (await importJWK(rsa.publicJwk, "RS256")) as CryptoKey;
    const pem = await exportSPKI(publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(rsa.publicJwk), rsa.publicJwk.n ?? ""]) {
      for (const alg of ["HS256", "HS512"]) {
        const token = await new SignJWT(claims)
          .setProtectedHeader({ alg, kid: "rsa-1" })
          .sign(new TextEncoder().encode(secret.padEnd(64)));
        expect(await provider.verify(token)).toEqual({ denied: "token_algorithm" });
      }
    }
  });

  it("an algorithm outside the list, even of a published key", async () => {
    const strict = createProvider([rsa, ec], { SSO_ALGORITHMS: "ES256" });
    expect(await strict.verify(await sign(rsa))).toEqual({ denied: "token_algorithm" });
    expect(strict.fetched).toEqual([]);
  });

  it("another key under a known kid, or none", async () => {
    for (const kid of ["rsa-1", undefined]) {
      expect(await provider.verify(await sign(attacker, {}, { kid }))).toEqual({ denied: "token_signature" });
    }
  });

  it("the kid of a key of another kind", async () => {
    expect(await provider.verify(await sign(rsa, {}, { kid: "ec-1" }))).toEqual({
      denied: "token_signature",
    });
  });

  it("a changed payload, a cut or a borrowed signature", async () => {
    const [header, , signature] = parts(await sign(rsa));
    const promoted = encode({ ...claims, roles: "lead" });
    const other = parts(await sign(rsa, { roles: "guest" }))[2];
    for (const token of [`${header}.${promoted}.${signature}`, `${header}.${promoted}.${other}`]) {
      expect(await provider.verify(token)).toEqual({ denied: "token_signature" });
    }
    const [h, p, s] = parts(await sign(ec));
    for (const cut of [s.slice(0, 40), base64url.encode(new Uint8Array(64)), ""]) {
      expect(await provider.verify(`${h}.${p}.${cut}`)).toEqual({ denied: "token_signature" });
    }
  });
});

describe("the header chooses no key", () => {
  const kids = [
    "unknown",
    "../../../../dev/null",
    "/proc/self/environ",
    "' UNION SELECT 'secret' --",
    "https://attacker.example/keys",
    "rsa-1\u0000",
    "RSA-1",
    "",
    "__proto__",
    "x".repeat(4_000),
  ];
  it.each(kids)("kid %j", async (kid) => {
    const fresh = createProvider([rsa, ec]);
    expect(await fresh.verify(await sign(attacker, {}, { kid }))).toEqual({ denied: "token_signature" });
    expect(new Set(fresh.fetched)).toEqual(new Set([keySetUrl]));
  });

  it.each([7, null, ["rsa-1"], { kid: "rsa-1" }])("kid %j, not a text", async (kid) => {
    const fresh = createProvider([rsa, ec]);
    expect(await fresh.verify(await sign(attacker, {}, { kid }))).toEqual({
      denied: expect.stringMatching(/^token_(signature|malformed)$/),
    });
  });

  it("jku, x5u, jwk and x5c of an attacker are never followed", async () => {
    const injected = {
      jku: "https://attacker.example/keys",
      x5u: "https://attacker.example/cert",
      jwk: attacker.publicJwk,
      x5c: ["MIIB"],
    };
    for (const kid of ["rsa-1", "rsa-9", undefined]) {
      const fresh = createProvider([rsa, ec]);
      const token = await sign(attacker, {}, { ...injected, kid });
      expect(await fresh.verify(token)).toEqual({ denied: "token_signature" });
      expect(new Set(fresh.fetched)).toEqual(new Set([keySetUrl]));
    }
  });

  it("critical extensions that nobody here knows, and unencoded payloads, are refused", async () => {
    const [, payload, signature] = parts(await sign(rsa));
    for (const header of [{ crit: ["exp"], exp: 1 }, { crit: ["b64"], b64: false }, { crit: [] }]) {
      const token = `${encode({ alg: "RS256", kid: "rsa-1", ...header })}.${payload}.${signature}`;
      expect(await provider.verify(token)).toEqual({
        denied: expect.stringMatching(/^token_(signature|malformed)$/),
      });
    }
  });

  it.each(["logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", ""])("a token of the type %j", async (typ) => {
    expect(await provider.verify(await sign(rsa, {}, { typ }))).toEqual({ denied: "token_malformed" });
  });
});

describe("the claims of a rightly signed token", () => {
  it.each([
    ["expired", { exp: nowSeconds - 60 }, "token_expired"],
    ["not valid yet", { nbf: nowSeconds + 61 }, "token_expired"],
    ["no exp", { exp: undefined }, "token_malformed"],
    ["exp a text", { exp: `${nowSeconds + 300}` }, "token_malformed"],
    ["exp null", { exp: null }, "token_malformed"],
    ["nbf a text", { nbf: "0" }, "token_malformed"],
    ["no issuer", { iss: undefined }, "token_issuer"],
    ["another issuer", { iss: "https://attacker.example" }, "token_issuer"],
    ["issuer with a slash", { iss: `${issuer}/` }, "token_issuer"],
    ["issuer as a prefix", { iss: `${issuer}.attacker.example` }, "token_issuer"],
    ["a part of the issuer", { iss: issuer.slice(0, -1) }, "token_issuer"],
    ["issuer in capitals", { iss: issuer.toUpperCase() }, "token_issuer"],
    ["issuer in a list", { iss: [issuer] }, "token_issuer"],
    ["our own issuer", { iss: "game-security-api" }, "token_issuer"],
    ["no audience", { aud: undefined }, "token_audience"],
    ["another audience", { aud: "another" }, "token_audience"],
    ["other audiences", { aud: ["another", `${audience}-2`] }, "token_audience"],
    ["no audience at all", { aud: [] }, "token_audience"],
    ["audience in a list of lists", { aud: [[audience]] }, "token_audience"],
    ["audience an object", { aud: { [audience]: true } }, "token_audience"],
    ["no mapped role", { roles: ["unknown"] }, "token_role"],
    ["a role claim that is an object", { roles: { lead: true } }, "token_role"],
    ["our own role claim", { roles: undefined, role: "admin" }, "token_role"],
  ])("%s", async (_, changed, denied) => {
    expect(await provider.verify(await sign(rsa, changed as never))).toEqual({ denied });
  });
});

describe("what is no token", () => {
  it.each([
    "",
    ".",
    "..",
    "a.b",
    "a.b.c",
    "a.b.c.d.e",
    "eyJhbGciOiJSUzI1NiJ9..",
    "eyJhbGciOiJSUzI1NiJ9.e30",
    "Bearer x.y.z",
    "\u0000.\u0000.\u0000",
    "\u{1f600}.\u{1f600}.\u{1f600}",
    "bnVsbA.bnVsbA.bnVsbA",
    "W10.W10.W10",
    "e30.e30.e30",
  ])("%j", async (token) => {
    expect(await provider.verify(token)).toEqual({ denied: "token_malformed" });
  });

  it("a signed payload that is no object", async () => {
    const { CompactSign } = await import("jose");
    for (const payload of ["[]", "null", "7", "{", ""]) {
      const token = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: "RS256", kid: "rsa-1" })
        .sign(rsa.privateKey);
      expect(await provider.verify(token)).toEqual({ denied: "token_malformed" });
    }
  });

  it("100 KB, rightly signed, costs no key and no look at the provider; 8 KB is the end", async () => {
    const fresh = createProvider([rsa]);
    const big = await sign(rsa, { padding: "x".repeat(75_000) });
    expect(big.length).toBeGreaterThan(100_000);
    expect(await fresh.verify(big)).toEqual({ denied: "token_malformed" });
    expect(fresh.fetched).toEqual([]);
    expect(await fresh.verify(await sign(rsa, { padding: "x".repeat(5_000) }))).toHaveProperty("actor");
    expect(await fresh.verify(await sign(rsa, { padding: "x".repeat(6_000) }))).toHaveProperty("denied");
  });

  const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  /** Another character in its highest bit: the low bits of a part's last character may stand for nothing. */
  const withOtherBits = (character: string) => base64url[base64url.indexOf(character) ^ 32] ?? "A";

  it("any one changed character is refused, and never takes the provider for absent", async () => {
    const token = await sign(ec);
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${withOtherBits(token[at] ?? "")}${token.slice(at + 1)}`;
      expect(await provider.verify(changed), changed).toHaveProperty("denied");
    }
  });
});
