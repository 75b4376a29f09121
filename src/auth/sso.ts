/** Single sign-on: tokens of an outside identity provider, verified by its published keys (RFC 7519, RFC 8725). */
import type { JWTPayload } from "jose";
import { JOSEError, JWTClaimValidationFailed } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import type { Person } from "../env.ts";
import { sha256Hex } from "./digest.ts";
import { actorOfClaims } from "./sso/claims.ts";
import type { SsoConfiguration } from "./sso/configuration.ts";
import { type Fetch, fetchKeySet } from "./sso/fetch-key-set.ts";
import { createFindKey } from "./sso/keys.ts";
import type { TokenFault } from "./tokens.ts";

export { readSsoConfiguration, type SsoConfiguration, type SsoFlow } from "./sso/configuration.ts";
export type { Fetch } from "./sso/fetch-key-set.ts";
export { beginSignIn, finishSignIn, type PendingSignIn, SignInRefused } from "./sso/flow.ts";
export { findPageToken, findSsoToken } from "./sso/token.ts";

/** Changes when what the provider may say of people here does: ends the sign-ins from before. */
export const ssoCredentialOf = ({ issuer, roleOf, roleClaim, subjectClaim, flow }: SsoConfiguration) =>
  sha256Hex(JSON.stringify([issuer, flow?.clientId ?? null, [...roleOf], roleClaim, subjectClaim]));

/** Why a token is refused, as of our own tokens; `token_role`: of a known person to whom no role is mapped. */
export type SsoDenial = TokenFault | "token_role";

export type SsoResult =
  | { readonly actor: Person }
  | { readonly denied: SsoDenial }
  /** The provider's keys cannot be had: nothing can be said of the token, so the answer is 503 and never 401. */
  | { readonly unavailable: true };

/** Times are judged at `nowMs`. Never throws. */
export type SsoVerifier = (token: string, nowMs: number) => Promise<SsoResult>;

export interface SsoOptions {
  readonly configuration: SsoConfiguration;
  readonly fetch: Fetch;
  /** For the provider's whole answer. */
  readonly timeoutMs?: number;
}

/** Twice what browsers must keep in one cookie (RFC 6265, 6.1), where providers have to fit theirs. Chosen by us. */
const maxTokenLength = 8_192;
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]*$/;
/** How far the provider's clock may be from ours. */
const clockSkewSeconds = 60;
/** Until when a token counts here that ends at `expiresAtMs` by the provider's clock. */
export const usableUntilMs = (expiresAtMs: number): number => expiresAtMs + clockSkewSeconds * 1_000;

const denialOfCode: Readonly<Record<string, SsoDenial>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: "token_algorithm",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "token_signature",
  ERR_JWKS_NO_MATCHING_KEY: "token_signature",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "token_signature",
  ERR_JWT_EXPIRED: "token_expired",
};

function resultOfError(error: unknown): SsoResult {
  // What jose says of a key, not of a token, is a TypeError: a key too short, say. That is for the provider to mend.
  if (!(error instanceof JOSEError)) return { unavailable: true };
  if (error instanceof JWTClaimValidationFailed) {
    if (error.claim === "iss") return { denied: "token_issuer" };
    if (error.claim === "aud") return { denied: "token_audience" };
    if (error.claim === "nbf" && error.reason === "check_failed") return { denied: "token_expired" };
  }
  return { denied: denialOfCode[error.code] ?? "token_malformed" };
}

/** A logout token or a proof of possession is signed by the same keys and is no proof of who calls (RFC 8725, 3.11). */
const isAccessOrIdentityType = (typ: unknown): boolean =>
  typ === undefined || (typeof typ === "string" && /^(application\/)?(at\+)?jwt$/i.test(typ));

/**
 * Verifies the provider's tokens. Make one per configuration and keep it: it holds the provider's keys. Of the
 * token's header only `alg`, `kid` and `typ` are read; `jku`, `x5u`, `jwk` and `x5c` choose no key (RFC 8725, 3.10).
 */
export function createSsoVerifier({ configuration, fetch, timeoutMs = 3_000 }: SsoOptions): SsoVerifier {
  const findKey = createFindKey(() => fetchKeySet(fetch, configuration.keySetUrl, timeoutMs));
  const options = {
    algorithms: [...configuration.algorithms],
    issuer: configuration.issuer,
    audience: [...configuration.audiences],
    requiredClaims: ["exp"],
    clockTolerance: clockSkewSeconds,
  };
  return async (token, nowMs) => {
    if (token.length > maxTokenLength || !compactForm.test(token)) return { denied: "token_malformed" };
    try {
      const { payload, protectedHeader } = await jwtVerify<JWTPayload>(
        token,
        (header, jws) => findKey(nowMs, header, jws),
        { ...options, currentDate: new Date(nowMs) },
      );
      if (!isAccessOrIdentityType(protectedHeader.typ)) return { denied: "token_malformed" };
      return actorOfClaims(configuration, payload);
    } catch (error) {
      return resultOfError(error);
    }
  };
}
