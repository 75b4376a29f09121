/** The fields of a form, from a client that may send anything. */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../env.ts";
import { readBytes } from "../http/bytes.ts";
import { Problem } from "../http/problem.ts";

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;

interface FormOptions {
  readonly maxBytes?: number;
  /** What is said where the fields are not as they have to be; by default what is wrong with them. */
  readonly message?: string;
}

/** Browsers send a line break of a text field as two characters, and count it as one. */
const withPlainBreaks = (text: string): string => text.replaceAll("\r\n", "\n");

const faultsOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join(".") || "The form"}: ${message}.`).join(" ");

/**
 * All fields in their order.
 * @throws Problem 415 for another content type, 413 for too many bytes
 */
export async function readEntries(
  c: Context<AppEnv>,
  maxBytes: number,
): Promise<readonly (readonly [name: string, value: string])[]> {
  if (!formType.test(c.req.header("content-type") ?? "")) {
    throw new Problem(415, "unsupported_media_type", "The form must be application/x-www-form-urlencoded.");
  }
  const text = new TextDecoder().decode(await readBytes(c.req.raw, maxBytes));
  return [...new URLSearchParams(text)].map(([name, value]) => [name, withPlainBreaks(value)] as const);
}

/**
 * The fields by name; null where one is repeated, of which nobody could say which is meant.
 * @throws Problem as {@link readEntries}
 */
export async function readFields(
  c: Context<AppEnv>,
  maxBytes: number,
): Promise<Readonly<Record<string, string>> | null> {
  const fields = await readEntries(c, maxBytes);
  const named = Object.fromEntries(fields);
  return Object.keys(named).length === fields.length ? named : null;
}

/**
 * Fields that a strict schema takes; each may come once.
 * @throws Problem 415 for another content type, 400 for missing, repeated or unknown fields, 413 for too many bytes
 */
export async function readForm<T extends z.ZodType>(
  c: Context<AppEnv>,
  schema: T,
  { maxBytes = 64 * 1024, message }: FormOptions = {},
): Promise<z.infer<T>> {
  const fields = await readFields(c, maxBytes);
  if (fields === null) throw new Problem(400, "invalid_request", message ?? "Each field must come once.");
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw new Problem(400, "invalid_request", message ?? faultsOf(parsed.error));
  return parsed.data;
}
