/** Single sign-on is configured wholly or not at all, and what is wrong is said in one sentence without a value. */
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../src/auth/accounts.ts";
import { readSsoConfiguration } from "../../src/auth/sso.ts";
import type { Env } from "../../src/env.ts";

const good = {
  ENVIRONMENT: "production",
  SSO_ISSUER: "https://id.example.com",
  SSO_AUDIENCE: "game-security",
  SSO_JWKS_URL: "https://id.example.com/keys",
  SSO_ROLE_MAP: '{"fraud":"analyst","lead":"admin"}',
};
const read = (changed: Partial<Env> = {}) => readSsoConfiguration({ ...good, ...changed } as Env);

describe("a whole configuration", () => {
  it("has defaults for the rest", () => {
    expect(read()).toEqual({
      issuer: "https://id.example.com",
      audiences: ["game-security"],
      keySetUrl: "https://id.example.com/keys",
      algorithms: ["RS256", "ES256"],
      roleOf: new Map([
        ["fraud", "analyst"],
        ["lead", "admin"],
      ]),
      roleClaim: "roles",
      subjectClaim: "sub",
      tokenHeader: null,
      flow: null,
    });
  });

  it("says everything otherwise", () => {
    const changed = {
      SSO_ISSUER: "https://id.example.com/tenant/",
      SSO_AUDIENCE: "one, two",
      SSO_JWKS_URL: "https://keys.example.com/?p=b2c",
      SSO_ALGORITHMS: "PS512, EdDSA",
      SSO_ROLE_CLAIM: "https://example.com/roles",
      SSO_SUBJECT_CLAIM: "custom.email",
      SSO_TOKEN_HEADER: "Cf-Access-Jwt-Assertion",
    };
    expect(read(changed)).toMatchObject({
      issuer: "https://id.example.com/tenant/",
      audiences: ["one", "two"],
      keySetUrl: "https://keys.example.com/?p=b2c",
      algorithms: ["PS512", "EdDSA"],
      roleClaim: "https://example.com/roles",
      subjectClaim: "custom.email",
      tokenHeader: "cf-access-jwt-assertion",
    });
  });

  it.each(["localhost", "127.0.0.1", "[::1]"])("takes http from %s in development alone", (host) => {
    const local = { SSO_ISSUER: `http://${host}:9000`, SSO_JWKS_URL: `http://${host}:9000/keys` };
    expect(read({ ...local, ENVIRONMENT: "development" })).toMatchObject({ issuer: local.SSO_ISSUER });
    for (const ENVIRONMENT of ["production", "Development"]) {
      expect(read({ ...local, ENVIRONMENT })).toBe("SSO_ISSUER must be an https URL.");
    }
  });
});

const flow = {
  SSO_AUTHORIZE_URL: "https://id.example.com/authorize?tenant=7",
  SSO_TOKEN_URL: "https://id.example.com/token",
  SSO_CLIENT_ID: "console",
};

describe("signing in at the provider", () => {
  it("takes tokens that are made out to the client, and no proxy's", () => {
    const found = read({
      ...flow,
      SSO_CLIENT_SECRET: "s",
      SSO_SCOPES: "openid groups",
      SSO_TOKEN_HEADER: "X",
    });
    if (found === null || typeof found === "string") throw new Error(String(found));
    expect(found.flow).toMatchObject({
      authorizeUrl: "https://id.example.com/authorize?tenant=7",
      tokenUrl: "https://id.example.com/token",
      clientId: "console",
      clientSecret: "s",
      scopes: "openid groups",
      idTokens: {
        issuer: "https://id.example.com",
        audiences: ["console"],
        algorithms: ["RS256", "ES256"],
        tokenHeader: null,
        flow: null,
      },
    });
    expect(read(flow)).toMatchObject({ flow: { clientSecret: null, scopes: "openid profile email" } });
  });

  it.each(["SSO_AUTHORIZE_URL", "SSO_TOKEN_URL", "SSO_CLIENT_ID"])("needs %s", (name) => {
    expect(read({ ...flow, [name]: "" })).toBe(
      `Signing in at the provider is configured in part: ${name} must be set too.`,
    );
  });

  it.each(["SSO_CLIENT_SECRET", "SSO_SCOPES"])("is not had by %s alone", (name) => {
    expect(read({ [name]: "openid" })).toBe(
      `Signing in at the provider is configured in part: ${Object.keys(flow).join(", ")} must be set too.`,
    );
  });

  it("leaves no configured account the name of somebody else's", () => {
    const env = { ENVIRONMENT: "development", JWT_SECRET: "x".repeat(32) };
    const accounts = JSON.stringify([{ username: "sso:ann", password: "y", role: "viewer" }]);
    expect(readConfiguration({ ...env, SERVICE_ACCOUNTS: accounts } as unknown as Env)).toEqual({
      missing: ["Account names must not begin with sso:."],
    });
  });
});

describe("no configuration", () => {
  it("is one where nothing is set, or all of it is empty", () => {
    expect(readSsoConfiguration({ ENVIRONMENT: "production" } as Env)).toBeNull();
    const empty = Object.fromEntries(Object.keys(good).map((name) => [name, ""]));
    expect(readSsoConfiguration(empty as unknown as Env)).toBeNull();
  });
});

describe("in part", () => {
  const needed = ["SSO_ISSUER", "SSO_AUDIENCE", "SSO_JWKS_URL", "SSO_ROLE_MAP"] as const;
  it.each(needed)("without %s", (name) => {
    expect(read({ [name]: "" })).toBe(`Single sign-on is configured in part: ${name} must be set too.`);
  });

  it.each(["SSO_ALGORITHMS", "SSO_ROLE_CLAIM", "SSO_SUBJECT_CLAIM", "SSO_TOKEN_HEADER"])(
    "%s alone",
    (name) => {
      const sentence = readSsoConfiguration({ [name]: "x" } as unknown as Env);
      expect(sentence).toBe(`Single sign-on is configured in part: ${needed.join(", ")} must be set too.`);
    },
  );
});

const wrong: Readonly<Record<string, readonly string[]>> = {
  SSO_ISSUER: [
    "id.example.com",
    "http://id.example.com",
    "ftp://id.example.com",
    "https://user@id.example.com",
    "https://user:hidden-value@id.example.com",
    "https://id.example.com?hidden-value",
    "https://id.example.com#",
    " https://id.example.com",
    "https://id.example.com\n",
    "http://localhost.example.com",
  ],
  SSO_JWKS_URL: [
    "/hidden-value",
    "http://id.example.com/keys",
    "data:,hidden-value",
    "https://a:b@c.example/keys",
  ],
  SSO_AUTHORIZE_URL: ["/hidden-value", "http://id.example.com/hidden-value", "javascript:hidden-value"],
  SSO_TOKEN_URL: ["hidden-value", "http://id.example.com/hidden-value", "https://a:hidden-value@c.example"],
  SSO_SCOPES: ["hidden-value", "openidx hidden-value"],
  SSO_AUDIENCE: [",", "hidden-value,", ",hidden-value", " "],
  SSO_ALGORITHMS: [
    "HS256",
    "RS256,HS256",
    "none",
    "None",
    "RS256,none",
    "rs256",
    "RS1",
    "RSA-OAEP",
    "RS256,",
    "constructor",
  ],
  SSO_ROLE_CLAIM: [".", "a.", ".a", "a..b", "hidden value"],
  SSO_SUBJECT_CLAIM: [".", "a.", "hidden value"],
  SSO_TOKEN_HEADER: ["Authorization", "authorization", "COOKIE", "X: hidden-value", "X_Y", "x".repeat(65)],
  SSO_ROLE_MAP: [
    "hidden-value",
    "[]",
    "{}",
    "null",
    '"admin"',
    '{"hidden-value":"root"}',
    '{"hidden-value":"ingest"}',
    '{"hidden-value":["admin"]}',
    '{"":"admin"}',
    '{"hidden-value":"admin","b":"Admin"}',
  ],
};

describe("a wrong value is named, and not repeated", () => {
  for (const [name, values] of Object.entries(wrong)) {
    it.each(values)(`${name}=%j`, (value) => {
      const sentence = read({ ...flow, [name]: value });
      expect(sentence).toMatch(new RegExp(`^${name} must be .*\\.$`));
      expect(sentence).not.toContain("hidden-value");
      expect(sentence).not.toContain("hidden value");
    });
  }
});

describe("the service's configuration", () => {
  const account = {
    ENVIRONMENT: "production",
    JWT_SECRET: "s".repeat(32),
    SERVICE_USERNAME: "studio",
    SERVICE_PASSWORD: "correct horse battery",
  };
  const readAll = (changed: object = {}) => readConfiguration({ ...account, ...changed } as Env);

  it("has single sign-on, or none", () => {
    expect(readAll()).toMatchObject({ sso: null });
    expect(readAll(good)).toMatchObject({ sso: { issuer: good.SSO_ISSUER } });
  });

  it("is missing what single sign-on lacks", () => {
    expect(readAll({ ...good, SSO_ISSUER: "x" })).toEqual({ missing: ["SSO_ISSUER must be an https URL."] });
  });
});
