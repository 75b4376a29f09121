/** What the SSO_* variables say of the identity provider, or one sentence about what is wrong with them. */
import { z } from "zod";
import type { Env, Role } from "../../env.ts";

/** Roles that a provider's claim may give. `ingest` is for machines, and they hold keys of ours. */
export const ssoRoles = ["viewer", "analyst", "admin"] as const satisfies readonly Role[];
export type SsoRole = (typeof ssoRoles)[number];

/** Public-key signatures alone: with HS* the verifier could sign too, and `none` is no signature (RFC 8725, 3.1). */
const allowedAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
] as const;

export interface SsoConfiguration {
  /** Compared with `iss` character by character. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly keySetUrl: string;
  readonly algorithms: readonly string[];
  /** Claim value to role. */
  readonly roleOf: ReadonlyMap<string, SsoRole>;
  readonly roleClaim: string;
  readonly subjectClaim: string;
  /** Lower-case name of the header that carries the token instead of `Authorization`; null for none. */
  readonly tokenHeader: string | null;
  /** How people sign in to the console at the provider; null where they can't. */
  readonly flow: SsoFlow | null;
}

/** The authorization code flow (OpenID Connect Core 1.0, 3.1). */
export interface SsoFlow {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Null for a public client, for which PKCE speaks alone. */
  readonly clientSecret: string | null;
  readonly scopes: string;
  /** How its ID tokens are verified: as other tokens, but made out to this client. */
  readonly idTokens: SsoConfiguration;
}

const required = ["SSO_ISSUER", "SSO_AUDIENCE", "SSO_JWKS_URL", "SSO_ROLE_MAP"] as const;
/** Together or not at all. */
const ofFlow = ["SSO_AUTHORIZE_URL", "SSO_TOKEN_URL", "SSO_CLIENT_ID"] as const;
const optionalOfFlow = ["SSO_CLIENT_SECRET", "SSO_SCOPES"] as const;
const optional = [
  "SSO_ALGORITHMS",
  "SSO_ROLE_CLAIM",
  "SSO_SUBJECT_CLAIM",
  "SSO_TOKEN_HEADER",
  ...ofFlow,
  ...optionalOfFlow,
] as const;

const listOf = (text: string): string[] => text.split(",").map((part) => part.trim());
const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** https everywhere; plain http only to a provider on the developer's own machine. */
function isSafeUrl(text: string, development: boolean): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || text.includes("#")) return false;
  if (url.protocol === "https:") return true;
  return development && url.protocol === "http:" && loopbackHosts.includes(url.hostname);
}

const RoleMap = z.record(z.string().min(1), z.enum(ssoRoles));

function roleMapOf(text: string, context: z.RefinementCtx): ReadonlyMap<string, SsoRole> {
  try {
    const entries = Object.entries(RoleMap.parse(JSON.parse(text)));
    if (entries.length > 0) return new Map(entries);
  } catch {
    // The reason would repeat the value: the sentence below says enough.
  }
  context.addIssue('SSO_ROLE_MAP must be a JSON object such as {"claim value":"viewer|analyst|admin"}.');
  return z.NEVER;
}

const claimPath = (name: string) =>
  z.string().regex(/^[^\s.]+(\.[^\s.]+)*$/, `${name} must be the name of a claim, or a path such as a.b.c.`);

/** `Authorization` is read anyway, and differently; a cookie is never a token here. */
const isTokenHeader = (name: string): boolean =>
  /^[A-Za-z0-9-]{1,64}$/.test(name) && !["authorization", "cookie"].includes(name.toLowerCase());

const endpoint = (name: string, development: boolean) =>
  z
    .string()
    .refine((text) => isSafeUrl(text, development), `${name} must be an https URL.`)
    .optional();

const Variables = (development: boolean) =>
  z.object({
    SSO_ISSUER: z
      .string()
      .refine(
        (text) => isSafeUrl(text, development) && !text.includes("?"),
        "SSO_ISSUER must be an https URL.",
      ),
    SSO_AUDIENCE: z
      .string()
      .transform(listOf)
      .refine((list) => list.every((name) => name !== ""), "SSO_AUDIENCE must be a comma-separated list."),
    SSO_JWKS_URL: z
      .string()
      .refine((text) => isSafeUrl(text, development), "SSO_JWKS_URL must be an https URL."),
    SSO_ROLE_MAP: z.string().transform(roleMapOf),
    SSO_ALGORITHMS: z
      .string()
      .default("RS256,ES256")
      .transform(listOf)
      .refine(
        (list) => list.every((name) => (allowedAlgorithms as readonly string[]).includes(name)),
        `SSO_ALGORITHMS must be a comma-separated list out of ${allowedAlgorithms.join(", ")}.`,
      ),
    SSO_ROLE_CLAIM: claimPath("SSO_ROLE_CLAIM").default("roles"),
    SSO_SUBJECT_CLAIM: claimPath("SSO_SUBJECT_CLAIM").default("sub"),
    SSO_TOKEN_HEADER: z
      .string()
      .refine(
        isTokenHeader,
        "SSO_TOKEN_HEADER must be the name of a header other than Authorization and Cookie.",
      )
      .optional(),
    SSO_AUTHORIZE_URL: endpoint("SSO_AUTHORIZE_URL", development),
    SSO_TOKEN_URL: endpoint("SSO_TOKEN_URL", development),
    SSO_CLIENT_ID: z.string().optional(),
    SSO_CLIENT_SECRET: z.string().optional(),
    SSO_SCOPES: z
      .string()
      .default("openid profile email")
      .refine(
        (text) => text.split(" ").includes("openid"),
        "SSO_SCOPES must be scopes separated by spaces, openid among them.",
      ),
  });

/**
 * The configuration of single sign-on; null where none of its variables is set; otherwise one sentence for the list
 * of what is missing, which never repeats a value. An empty variable is an unset one.
 */
export function readSsoConfiguration(env: Env): SsoConfiguration | string | null {
  const isSet = (name: (typeof required | typeof optional)[number]) => Boolean(env[name]);
  const given = [...required, ...optional].filter(isSet);
  if (given.length === 0) return null;
  const missing = required.filter((name) => !isSet(name));
  if (missing.length > 0)
    return `Single sign-on is configured in part: ${missing.join(", ")} must be set too.`;
  const missingOfFlow = ofFlow.filter((name) => !isSet(name));
  if (missingOfFlow.length > 0 && [...ofFlow, ...optionalOfFlow].some(isSet))
    return `Signing in at the provider is configured in part: ${missingOfFlow.join(", ")} must be set too.`;
  const values = Object.fromEntries(given.map((name) => [name, env[name]]));
  const parsed = Variables(env.ENVIRONMENT === "development").safeParse(values);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? "Single sign-on is configured wrongly.";
  return configurationOf(parsed.data);
}

type Values = z.output<ReturnType<typeof Variables>>;

function flowOf(variables: Values, tokens: Omit<SsoConfiguration, "flow">): SsoFlow | null {
  const { SSO_AUTHORIZE_URL: authorizeUrl, SSO_TOKEN_URL: tokenUrl, SSO_CLIENT_ID: clientId } = variables;
  if (authorizeUrl === undefined || tokenUrl === undefined || clientId === undefined) return null;
  return {
    authorizeUrl,
    tokenUrl,
    clientId,
    clientSecret: variables.SSO_CLIENT_SECRET ?? null,
    scopes: variables.SSO_SCOPES,
    idTokens: { ...tokens, audiences: [clientId], tokenHeader: null, flow: null },
  };
}

function configurationOf(variables: Values): SsoConfiguration {
  const tokens = {
    issuer: variables.SSO_ISSUER,
    audiences: variables.SSO_AUDIENCE,
    keySetUrl: variables.SSO_JWKS_URL,
    algorithms: variables.SSO_ALGORITHMS,
    roleOf: variables.SSO_ROLE_MAP,
    roleClaim: variables.SSO_ROLE_CLAIM,
    subjectClaim: variables.SSO_SUBJECT_CLAIM,
    tokenHeader: variables.SSO_TOKEN_HEADER?.toLowerCase() ?? null,
  };
  return { ...tokens, flow: flowOf(variables, tokens) };
}
