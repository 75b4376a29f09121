/** Single sign-on: whom a good token speaks for. */
import { beforeAll, describe, expect, it } from "vitest";
import { claimAt } from "../../src/auth/sso/claims.ts";
import type { Env } from "../../src/env.ts";
import {
  createKey,
  createProvider,
  keySetUrl,
  nowSeconds,
  personOf,
  type SigningKey,
  sign,
} from "./provider.ts";
import { nowMs } from "./service.ts";

let rsa: SigningKey;
let ec: SigningKey;

beforeAll(async () => {
  rsa = await createKey("RS256", "rsa-1");
  ec = await createKey("ES256", "ec-1");
});

const ann = personOf("ann", "analyst");

describe("a good token", () => {
  it("speaks for its subject, whichever of the keys signed it", async () => {
    const provider = createProvider([rsa, ec]);
    for (const key of [rsa, ec]) expect(await provider.verify(await sign(key))).toEqual(ann);
    expect(provider.fetched).toEqual([keySetUrl]);
  });

  it.each(["PS256", "PS512", "RS384", "RS512", "ES384", "EdDSA"])(
    "is signed with %s where that is allowed",
    async (alg) => {
      const key = await createKey(alg, "k");
      expect(await createProvider([key], { SSO_ALGORITHMS: alg }).verify(await sign(key))).toEqual(ann);
      expect(await createProvider([key]).verify(await sign(key))).toEqual({ denied: "token_algorithm" });
    },
  );

  it("needs no kid where one key fits", async () => {
    expect(await createProvider([rsa, ec]).verify(await sign(rsa, {}, { kid: undefined }))).toEqual(ann);
  });

  it("may be for others too, and for any of ours", async () => {
    const aud = ["another", "game-security"];
    expect(await createProvider([rsa]).verify(await sign(rsa, { aud }))).toEqual(ann);
    const provider = createProvider([rsa], { SSO_AUDIENCE: "first,game-security" });
    for (const one of ["first", "game-security", ["first"]]) {
      expect(await provider.verify(await sign(rsa, { aud: one }))).toEqual(ann);
    }
  });

  it.each(["JWT", "jwt", "at+jwt", "application/at+jwt", undefined])("has the type %s", async (typ) => {
    expect(await createProvider([rsa]).verify(await sign(rsa, {}, { typ }))).toEqual(ann);
  });

  it("is judged at the time given, with a minute for the clocks", async () => {
    const provider = createProvider([rsa]);
    const token = await sign(rsa, { nbf: nowSeconds, exp: nowSeconds + 300 });
    const at = async (seconds: number) => provider.verify(token, nowMs + seconds * 1_000);
    expect(await at(-60)).toEqual(ann);
    expect(await at(-61)).toEqual({ denied: "token_expired" });
    expect(await at(359)).toEqual(ann);
    expect(await at(360)).toEqual({ denied: "token_expired" });
  });
});

describe("the role", () => {
  const roleOf = async (payload: object, env: Partial<Env> = {}) =>
    createProvider([ec], env).verify(await sign(ec, { roles: undefined, ...payload }));
  const role = (name: string) => personOf("ann", name);
  const none = { denied: "token_role" };

  it.each([
    ["fraud", "analyst"],
    ["lead", "admin"],
    [["guest"], "viewer"],
    [["guest", "lead", "fraud"], "admin"],
    [["guest", "fraud", "unknown", 7, null, { lead: true }], "analyst"],
  ])("of %j is %s: the highest wins", async (roles, name) => {
    expect(await roleOf({ roles })).toEqual(role(name));
  });

  it.each([
    undefined,
    null,
    "",
    "unknown",
    "Fraud",
    "fraud lead",
    "admin",
    "constructor",
    "__proto__",
    [],
    ["unknown"],
    [["lead"]],
    { lead: true },
    { 0: "lead", length: 1 },
    7,
    true,
  ])("of %j is none: no mapping, no access", async (roles) => {
    expect(await roleOf({ roles })).toEqual(none);
  });

  it("is read at a path, or at a claim of that very name", async () => {
    const custom = { SSO_ROLE_CLAIM: "custom.groups" };
    expect(await roleOf({ custom: { groups: ["fraud"] } }, custom)).toEqual(role("analyst"));
    const namespaced = { SSO_ROLE_CLAIM: "https://game.example/roles" };
    expect(await roleOf({ "https://game.example/roles": "lead" }, namespaced)).toEqual(role("admin"));
  });

  it.each([
    ["custom.groups", { custom: null }],
    ["custom.groups", { custom: "lead" }],
    ["custom.groups", { custom: [{ groups: "lead" }] }],
    ["custom.0", { custom: ["lead"] }],
    ["custom.groups.name", { custom: { groups: "lead" } }],
    ["constructor.name", {}],
    ["__proto__", {}],
  ])("is not found at %s of %j", async (path, payload) => {
    const env = { SSO_ROLE_CLAIM: path, SSO_ROLE_MAP: '{"lead":"admin","Object":"admin"}' };
    expect(await roleOf(payload, env)).toEqual(none);
  });
});

describe("a claim at a path", () => {
  it.each(["__proto__", "a.__proto__", "a.b.length", "a.toString", "constructor"])(
    "%s is no claim",
    (path) => {
      expect(claimAt({ a: { b: "text" } }, path)).toBeUndefined();
    },
  );
});

describe("the subject", () => {
  const subjectOf = async (payload: object, path: string) =>
    createProvider([ec], { SSO_SUBJECT_CLAIM: path }).verify(await sign(ec, payload as never));

  it("is the claim that the configuration names, in normal form", async () => {
    const subject = (name: string) => personOf(name, "analyst");
    expect(await subjectOf({ email: "ann@example.com" }, "email")).toEqual(subject("ann@example.com"));
    expect(await subjectOf({ custom: { id: "7" } }, "custom.id")).toEqual(subject("7"));
    expect(await subjectOf({ sub: "Ze\u0301" }, "sub")).toEqual(subject("Z\u00e9"));
    expect(await subjectOf({ sub: "x".repeat(256) }, "sub")).toEqual(subject("x".repeat(256)));
  });

  it.each([
    undefined,
    "",
    " ",
    " ann",
    7,
    ["ann"],
    "a\nb",
    "a\u0000",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "\ud800",
    "x".repeat(257),
  ])("%j names nobody", async (sub) => {
    expect(await subjectOf({ sub }, "sub")).toEqual({ denied: "token_malformed" });
  });

  it.each([false, "false"])("is no address that the provider calls unproved (%j)", async (email_verified) => {
    const payload = { email: "ann@example.com", email_verified };
    expect(await subjectOf(payload, "email")).toEqual({ denied: "token_malformed" });
  });
});
