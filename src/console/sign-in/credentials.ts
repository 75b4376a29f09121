/** The fields of the sign-in form. */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../env.ts";
import { Credentials } from "../../http/schemas/requests.ts";
import { readForm } from "../forms.ts";

const maxBytes = 8 * 1024;

/** @throws Problem 415 for another content type, 400 for missing, repeated or unknown fields, 413 for too many bytes */
export const readCredentials = (c: Context<AppEnv>): Promise<z.infer<typeof Credentials>> =>
  readForm(c, Credentials, { maxBytes, message: "Enter your user name and your password." });
