/** Who a verified set of claims speaks for: the subject, and the role that its claim maps to. */
import type { Person } from "../../env.ts";
import { type SsoConfiguration, type SsoRole, ssoRoles } from "./configuration.ts";

type Claims = Readonly<Record<string, unknown>>;

const maxSubjectLength = 256;

/**
 * The claim at a dot path, through objects alone and their own members alone. A claim of exactly that name goes
 * first: namespaced claims are URLs, and URLs have dots.
 */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Claims)[name];
  }
  return value;
}

/** The highest role that a claim's value, or one of its values, maps to; null if none does. */
export function roleOfClaim(configuration: SsoConfiguration, claim: unknown): SsoRole | null {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const mapped = values.map((value) =>
    typeof value === "string" ? configuration.roleOf.get(value) : undefined,
  );
  return ssoRoles.findLast((role) => mapped.includes(role)) ?? null;
}

/** An address that the provider itself has not proved is anybody's (OpenID Connect Core 1.0, 5.7). */
const isUnprovedEmail = (claims: Claims, path: string): boolean =>
  path === "email" && (claims.email_verified === false || claims.email_verified === "false");

/** The name in normal form (NFC), or null for what cannot name anybody in a log or on a page. */
function subjectOf(configuration: SsoConfiguration, claims: Claims): string | null {
  const value = claimAt(claims, configuration.subjectClaim);
  if (typeof value !== "string" || isUnprovedEmail(claims, configuration.subjectClaim)) return null;
  const subject = value.normalize("NFC");
  if (subject.length > maxSubjectLength || subject.trim() !== subject || subject === "") return null;
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(subject) ? null : subject;
}

/** The person of verified claims. The kind keeps a provider's people apart from accounts of the same name. */
export function actorOfClaims(
  configuration: SsoConfiguration,
  claims: Claims,
): { readonly actor: Person } | { readonly denied: "token_malformed" | "token_role" } {
  const subject = subjectOf(configuration, claims);
  if (subject === null) return { denied: "token_malformed" };
  const role = roleOfClaim(configuration, claimAt(claims, configuration.roleClaim));
  return role === null
    ? { denied: "token_role" }
    : { actor: { kind: "sso", subject, role, sessionId: null } };
}
