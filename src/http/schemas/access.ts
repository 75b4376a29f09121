/** What is said of people, their sign-ins and API keys, in requests and answers. */
import { z } from "zod";
import { usernameKey } from "../../auth/usernames.ts";
import { roles, scopes } from "../../env.ts";
import { keyLimitClasses } from "../../rate-limit/policy.ts";
import { gameName, identifier, instant, optional } from "../../telemetry/fields.ts";
import { adapterId } from "./adapters.ts";
import { isoTime, maybeText, nextCursor } from "./answers.ts";
import { cursor, limitQuery } from "./requests.ts";

const minPasswordLength = 12;

/** Length is what counts (NIST SP 800-63B, 3.1.1.2): any characters, none required. */
const newPassword = z
  .string()
  .min(minPasswordLength)
  .max(1_024)
  .refine((text) => new Set(text).size >= 5, { error: "must hold at least five different characters" })
  .meta({ description: `At least ${minPasswordLength} characters.`, example: "plum orbit canvas ninety" });

const accountName = identifier(64)
  .transform(usernameKey)
  .pipe(
    z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u, {
      error: "must be 1 to 64 letters, digits, dots, dashes, underscores, plus or at signs",
    }),
  )
  .meta({ description: "Lower case in Unicode NFKC, whatever is sent.", example: "ann@studio.example" });

const role = z.enum(roles);

/** A password must not hold the name that it belongs to. */
const apart = <T extends { username?: string; password?: string | undefined }>({ username, password }: T) =>
  !username || !password?.toLowerCase().includes(username);

export const NewUserRequest = z
  .strictObject({ username: accountName, password: newPassword, role })
  .refine(apart, { path: ["password"], error: "must not hold the user's name" })
  .meta({ example: { username: "ann", password: "plum orbit canvas ninety", role: "analyst" } });

export const UserChangeRequest = z
  .strictObject({ role: role.optional(), disabled: z.boolean().optional(), password: newPassword.optional() })
  .refine((change) => Object.keys(change).length > 0, { error: "must change something" });

export const PasswordRequest = z.strictObject({
  current_password: z.string().min(1).max(1_024),
  new_password: newPassword,
});

export const UsernameParam = z.object({ username: accountName });
export const UsersQuery = z.strictObject({ limit: limitQuery(200, 50), cursor });
export const SessionParam = z.object({ session: z.string().min(1).max(64) });
export const AuthSessionsQuery = z.strictObject({
  subject: identifier(128).optional().meta({ description: "Whose; admins alone may ask for others'." }),
  limit: limitQuery(200, 50),
  cursor,
});

export const User = z
  .object({
    username: z.string(),
    role,
    disabled: z.boolean(),
    created_at: isoTime,
    created_by: z.string(),
    password_changed_at: isoTime,
    last_sign_in_at: isoTime.nullable(),
  })
  .meta({ id: "User" });
export const UserList = z.object({ users: z.array(User), next_cursor: nextCursor });

export const AuthSession = z
  .object({
    id: z.string(),
    subject: z.string(),
    role,
    current: z.boolean().meta({ description: "Whether the caller's own token belongs to it." }),
    created_at: isoTime,
    last_used_at: isoTime,
    expires_at: isoTime,
    address: maybeText,
    user_agent: maybeText,
    ended_at: isoTime.nullable(),
    end_reason: maybeText,
  })
  .meta({ id: "AuthSession" });
export const AuthSessionList = z.object({ sessions: z.array(AuthSession), next_cursor: nextCursor });

export const Me = z
  .object({
    kind: z.enum(["user", "sso", "key"]),
    subject: z.string(),
    role: role.nullable(),
    scopes: z.array(z.enum(scopes)).nullable(),
    games: z.array(z.string()).nullable().meta({ description: "null: all games." }),
  })
  .meta({ id: "Me" });

const limit = z.strictObject({
  requests: z.int().min(1).max(1_000_000_000),
  period_seconds: z.int().min(1).max(86_400),
});
const limits = z
  .partialRecord(z.enum(keyLimitClasses), limit)
  .meta({ description: "Limits of the key in place of the service's, by class." });

export const NewKeyRequest = z
  .strictObject({
    name: identifier(64).meta({ example: "eu-west match servers" }),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .transform((list) => [...new Set(list)].sort())
      .optional(),
    adapter: optional(adapterId).meta({
      description: "Makes an ingest key: good for this adapter alone, in a header or in its path.",
    }),
    games: optional(
      z
        .array(gameName)
        .min(1)
        .max(50)
        .transform((list) => [...new Set(list)].sort()),
    ).meta({ description: "The games that the key is bound to; left out: all." }),
    expires_at: optional(instant),
    limits: optional(limits),
  })
  .refine(({ scopes: asked, adapter }) => (asked === undefined) !== (adapter == null), {
    path: ["scopes"],
    error: "must be named, unless adapter is",
  })
  .meta({
    example: { name: "eu-west match servers", scopes: ["telemetry:write"], games: ["cs2"] },
  });

export const KeyChangeRequest = z
  .strictObject({
    name: identifier(64).optional(),
    expires_at: instant.nullable().optional(),
    limits: limits.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { error: "must change something" });

const maxOverlapSeconds = 30 * 86_400;
export const RotateRequest = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(maxOverlapSeconds)
    .default(86_400)
    .meta({ description: "How long the old key works on." }),
});

export const KeyParam = z.object({
  key: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: "must be a key's id" })
    .transform(Number),
});
export const KeysQuery = z.strictObject({ limit: limitQuery(200, 50), cursor });

export const ApiKey = z
  .object({
    id: z.int(),
    hint: z.string().meta({ description: "How the key begins." }),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    games: z.array(z.string()).nullable().meta({ description: "null: all games." }),
    adapter: maybeText,
    limits: z.record(z.string(), limit).nullable(),
    created_at: isoTime,
    created_by: z.string(),
    expires_at: isoTime.nullable(),
    last_used_at: isoTime.nullable().meta({ description: "To five minutes." }),
    revoked_at: isoTime.nullable(),
    replaces: z.int().nullable().meta({ description: "The key that it was rotated from." }),
  })
  .meta({ id: "ApiKey" });
export const ShownKey = ApiKey.extend({
  key: z.string().meta({ description: "The key in full: shown now and never again." }),
}).meta({ id: "ShownApiKey" });
export const ApiKeyList = z.object({ keys: z.array(ApiKey), next_cursor: nextCursor });
export const Done = z.object({ message: z.string() });
