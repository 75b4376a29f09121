/** The fields of a form, from a client that may send anything. */
import type { Context } from "hono";
import type { AppEnv } from "../env.ts";
import { readBytes } from "../http/bytes.ts";
import { Problem } from "../http/problem.ts";

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * The fields by name; null where one is repeated, of which nobody could say which is meant.
 * @throws Problem 415 for another content type, 413 for too many bytes
 */
export async function readForm(
  c: Context<AppEnv>,
  maxBytes: number,
): Promise<Readonly<Record<string, string>> | null> {
  if (!formType.test(c.req.header("content-type") ?? "")) {
    throw new Problem(415, "unsupported_media_type", "The form must be application/x-www-form-urlencoded.");
  }
  const fields = [...new URLSearchParams(new TextDecoder().decode(await readBytes(c.req.raw, maxBytes)))];
  const named = Object.fromEntries(fields);
  return Object.keys(named).length === fields.length ? named : null;
}
