/** Access tokens: JWTs of one hour, signed with HS256 alone (RFC 7519, RFC 8725). */
import { sign, verify } from "hono/jwt";
import { z } from "zod";
import { type Person, type Role, roles } from "../env.ts";

const issuer = "game-security-api";
/** Whom a token is for: the API's are worth nothing as a cookie of the console, nor the other way round. */
export type Audience = "game-security-api" | "game-security-console";
export const accessTokenSeconds = 3_600;
/** A refresh token is good for one use within 14 days. */
export const refreshTokenSeconds = 14 * 86_400;
/** However often it is refreshed, a sign-in ends after 30 days. */
export const signInSeconds = 30 * 86_400;
/** Clocks of two machines may differ by this. */
const skewSeconds = 60;

const Claims = z.object({
  sub: z.string().min(1),
  role: z.enum(roles),
  jti: z.string().min(1),
  /** The sign-in that the token came from. */
  sid: z.string().min(1),
  /** Whose person it is: the identity provider's; absent: ours. */
  idp: z.literal("sso").optional(),
  iat: z.number(),
  exp: z.number(),
});

export interface TokenClaims {
  readonly subject: string;
  readonly role: Role;
  readonly sessionId: string;
  /** Whether a person of the identity provider signed in. */
  readonly isSso?: boolean;
}

export function signAccessToken(
  secret: string,
  { subject, role, sessionId, isSso = false }: TokenClaims,
  nowMs: number,
  jti: string,
  audience: Audience = "game-security-api",
): Promise<string> {
  const iat = Math.floor(nowMs / 1_000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: subject,
    role,
    jti,
    sid: sessionId,
    ...(isSso ? { idp: "sso" } : {}),
    iat,
    nbf: iat,
    exp: iat + accessTokenSeconds,
  };
  return sign(claims, secret, "HS256");
}

/** Why credentials were refused; kinds of the audit trail's counted denials. */
export type TokenFault =
  | "token_malformed"
  | "token_algorithm"
  | "token_signature"
  | "token_issuer"
  | "token_audience"
  | "token_expired";

/** What hono/jwt throws, by name: its classes are not told apart by type alone across bundles. */
const faultByError: Readonly<Record<string, TokenFault>> = {
  JwtTokenSignatureMismatched: "token_signature",
  JwtAlgorithmMismatch: "token_algorithm",
  JwtAlgorithmNotAllowed: "token_algorithm",
  JwtAlgorithmNotImplemented: "token_algorithm",
  JwtTokenIssuer: "token_issuer",
  JwtTokenAudience: "token_audience",
};

const faultOf = (error: unknown): TokenFault =>
  (error instanceof Error ? faultByError[error.name] : undefined) ?? "token_malformed";

async function verifyWith(
  secret: string,
  token: string,
  audience: Audience,
): Promise<z.infer<typeof Claims> | TokenFault> {
  try {
    // The algorithm is ours to say, never the token's (RFC 8725, 3.1); `kid` and its kin are not looked at.
    const payload = await verify(token, secret, {
      alg: "HS256",
      iss: issuer,
      aud: audience,
      exp: false,
      nbf: false,
      iat: false,
    });
    return Claims.parse(payload);
  } catch (error) {
    return faultOf(error);
  }
}

/** What a token of ours says, whatever the time. */
export type Claims = Readonly<z.infer<typeof Claims>>;

/**
 * What a token says, or what is wrong with it but for its times. `secrets`: the current one, then the one before the
 * last rotation, whose tokens end by themselves within the hour.
 */
export async function readAccessToken(
  secrets: readonly string[],
  token: string,
  audience: Audience = "game-security-api",
): Promise<Claims | TokenFault> {
  let fault: TokenFault = "token_malformed";
  for (const secret of secrets) {
    const claims = await verifyWith(secret, token, audience);
    if (typeof claims !== "string") return claims;
    fault = claims;
    if (claims !== "token_signature") return claims;
  }
  return fault;
}

/** The person that claims name. Times are judged at `nowMs`, to the second. */
export function personOfClaims(
  { sub, role, sid, idp, iat, exp }: Claims,
  nowMs: number,
): Person | TokenFault {
  const now = nowMs / 1_000;
  if (now >= exp || now < iat - skewSeconds) return "token_expired";
  return { kind: idp ?? "user", subject: sub, role, sessionId: sid };
}

/** The person of a token, or what is wrong with it, as {@link readAccessToken} and {@link personOfClaims} say. */
export async function verifyAccessToken(
  secrets: readonly string[],
  token: string,
  nowMs: number,
  audience: Audience = "game-security-api",
): Promise<Person | TokenFault> {
  const claims = await readAccessToken(secrets, token, audience);
  return typeof claims === "string" ? claims : personOfClaims(claims, nowMs);
}
