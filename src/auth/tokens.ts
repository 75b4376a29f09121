/** Access tokens: JWTs of one hour, signed with HS256 alone (RFC 7519, RFC 8725). */
import { sign, verify } from "hono/jwt";
import { z } from "zod";
import { type Actor, roles } from "../env.ts";

const issuer = "game-security-api";
/** Whom a token is for: the API's are worth nothing as a cookie of the console, nor the other way round. */
export type Audience = "game-security-api" | "game-security-console";
export const accessTokenSeconds = 3_600;
/** A refresh token is good for one use within 14 days. */
export const refreshTokenSeconds = 14 * 86_400;

const Claims = z.object({
  sub: z.string().min(1),
  role: z.enum(roles),
  jti: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
});

export function signAccessToken(
  secret: string,
  actor: Actor,
  nowMs: number,
  jti: string,
  audience: Audience = "game-security-api",
): Promise<string> {
  const iat = Math.floor(nowMs / 1_000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: actor.subject,
    role: actor.role,
    jti,
    iat,
    nbf: iat,
    exp: iat + accessTokenSeconds,
  };
  return sign(claims, secret, "HS256");
}

/** The actor of a token, or null for whatever is wrong with it. Times are judged at `nowMs`, to the second. */
export async function verifyAccessToken(
  secret: string,
  token: string,
  nowMs: number,
  audience: Audience = "game-security-api",
): Promise<Actor | null> {
  try {
    const payload = await verify(token, secret, {
      alg: "HS256",
      iss: issuer,
      aud: audience,
      exp: false,
      nbf: false,
      iat: false,
    });
    const claims = Claims.parse(payload);
    const now = nowMs / 1_000;
    if (now >= claims.exp || now < claims.iat - 60) return null;
    return { subject: claims.sub, role: claims.role };
  } catch {
    return null;
  }
}
