/** Links to the page of an appeal: a JWT that names a decision, good for nothing else (RFC 7519, RFC 8725). */
import { sign, verify } from "hono/jwt";
import { z } from "zod";

const issuer = "game-security-api";
/** No access token has this audience, and no link another. */
const audience = "game-security-appeal";
export const appealLinkSeconds = 30 * 86_400;

const Claims = z.object({ decision: z.int().min(1), exp: z.number() });

export function signAppealLink(
  secret: string,
  decisionId: number,
  nowMs: number,
  jti: string,
): Promise<string> {
  const iat = Math.floor(nowMs / 1_000);
  const claims = { iss: issuer, aud: audience, decision: decisionId, jti, iat, exp: iat + appealLinkSeconds };
  return sign(claims, secret, "HS256");
}

export interface AppealLink {
  readonly decisionId: number;
  readonly expired: boolean;
}

async function readWith(secret: string, token: string): Promise<z.infer<typeof Claims> | null> {
  try {
    const expected = {
      alg: "HS256",
      iss: issuer,
      aud: audience,
      exp: false,
      nbf: false,
      iat: false,
    } as const;
    return Claims.parse(await verify(token, secret, expected));
  } catch {
    return null;
  }
}

/** What a link says; null for one that this service never made. A link ends with the secret that signed it, too. */
export async function readAppealLink(
  secrets: readonly string[],
  token: string,
  nowMs: number,
): Promise<AppealLink | null> {
  for (const secret of secrets) {
    const claims = await readWith(secret, token);
    if (claims !== null) return { decisionId: claims.decision, expired: nowMs >= claims.exp * 1_000 };
  }
  return null;
}
