/** Where to tell us of a hole (RFC 9116). */
import { Hono } from "hono";
import { isoOf } from "../actions/answers.ts";
import type { AppEnv } from "../env.ts";

/** A reader must not trust the file longer: RFC 9116 recommends less than a year. */
const validMs = 180 * 86_400_000;

export const securityTxt = new Hono<AppEnv>().get("/.well-known/security.txt", (c) => {
  const { origin } = new URL(c.req.url);
  const lines = [
    `Contact: ${c.env.SECURITY_CONTACT || `${origin}/docs`}`,
    `Expires: ${isoOf(c.var.nowMs + validMs)}`,
    "Preferred-Languages: en",
    `Canonical: ${origin}/.well-known/security.txt`,
  ];
  c.header("cache-control", "public, max-age=3600");
  return c.text(`${lines.join("\n")}\n`);
});
