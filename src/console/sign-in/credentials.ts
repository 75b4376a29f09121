/** The fields of the sign-in form, from a client that may send anything. */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../env.ts";
import { Problem } from "../../http/problem.ts";
import { Credentials } from "../../http/schemas/requests.ts";
import { readForm } from "../form.ts";

const maxBytes = 8 * 1024;

/** @throws Problem 415 for another content type, 400 for missing, repeated or unknown fields, 413 for too many bytes */
export async function readCredentials(c: Context<AppEnv>): Promise<z.infer<typeof Credentials>> {
  const parsed = Credentials.safeParse(await readForm(c, maxBytes));
  if (!parsed.success) throw new Problem(400, "invalid_request", "Enter your user name and your password.");
  return parsed.data;
}
