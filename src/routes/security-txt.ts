/** Where to tell us of a hole (RFC 9116). */
import { Hono } from "hono";
import { isoOf } from "../actions/answers.ts";
import type { AppEnv } from "../env.ts";

/** A reader must not trust the file longer: RFC 9116 recommends less than a year. */
const validMs = 180 * 86_400_000;

/** A field is one line and its value a URI; a contact that is neither would say something else than it means. */
const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);

export const securityTxt = new Hono<AppEnv>().get("/.well-known/security.txt", (c) => {
  const { origin } = new URL(c.req.url);
  const contact = c.env.SECURITY_CONTACT?.trim() ?? "";
  const lines = [
    `Contact: ${isUri(contact) ? contact : `${origin}/docs`}`,
    `Expires: ${isoOf(c.var.nowMs + validMs)}`,
    "Preferred-Languages: en",
    `Canonical: ${origin}/.well-known/security.txt`,
  ];
  c.header("cache-control", "public, max-age=3600");
  return c.text(`${lines.join("\n")}\n`);
});
