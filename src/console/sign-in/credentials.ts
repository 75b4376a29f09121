/** The fields of the sign-in form, from a client that may send anything. */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../env.ts";
import { readBytes } from "../../http/bytes.ts";
import { Problem } from "../../http/problem.ts";
import { Credentials } from "../../http/schemas/requests.ts";

const maxBytes = 8 * 1024;
const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** @throws Problem 415 for another content type, 400 for missing, repeated or unknown fields, 413 for too many bytes */
export async function readCredentials(c: Context<AppEnv>): Promise<z.infer<typeof Credentials>> {
  if (!formType.test(c.req.header("content-type") ?? "")) {
    throw new Problem(415, "unsupported_media_type", "The form must be application/x-www-form-urlencoded.");
  }
  const fields = [...new URLSearchParams(new TextDecoder().decode(await readBytes(c.req.raw, maxBytes)))];
  const named = Object.fromEntries(fields);
  const parsed = Credentials.safeParse(named);
  if (!parsed.success || Object.keys(named).length !== fields.length) {
    throw new Problem(400, "invalid_request", "Enter your user name and your password.");
  }
  return parsed.data;
}
