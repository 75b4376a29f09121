/** The console as tests visit it: who is signed in, and what a page costs. */
import type { Role } from "../../src/env.ts";
import { watchedD1 } from "./fault.ts";
import { costOf, createService, env, type Reply, type Service, tokenFor } from "./service.ts";

/** The session of somebody with a role, as a browser sends it. */
export async function cookieOf(role: Role, subject = "pat"): Promise<string> {
  return `__Host-session=${await tokenFor({ subject, role, audience: "game-security-console" })}`;
}

/** A page as somebody with a role sees it. */
export async function visit(service: Service, path: string, role: Role = "viewer"): Promise<Reply> {
  return service.call(path, { role: null, headers: { cookie: await cookieOf(role) } });
}

/** Sends a form as its page's own button does; answers the redirect. */
export async function submit(
  service: Service,
  path: string,
  fields: Readonly<Record<string, string>>,
  role: Role = "analyst",
  headers: Readonly<Record<string, string>> = { "sec-fetch-site": "same-origin" },
): Promise<Reply> {
  return service.call(path, {
    role: null,
    method: "POST",
    raw: new URLSearchParams(fields).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: await cookieOf(role),
      ...headers,
    },
  });
}

export interface Cost {
  /** Calls of D1: a batch is one. */
  readonly trips: number;
  readonly read: number;
  readonly written: number;
  /** Bytes of the page as it travels. */
  readonly gzipped: number;
}

async function gzippedSize(text: string): Promise<number> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}

/** What a page costs somebody whose sign-in the isolate does not remember. */
export async function costOfPage(path: string, role: Role = "admin"): Promise<Cost & { reply: Reply }> {
  let trips = 0;
  const counted = watchedD1(env.DB, () => {
    trips += 1;
  });
  const reply = await visit(createService({ DB: counted }), path, role);
  const { read, written } = costOf(reply);
  return { trips, read, written, gzipped: await gzippedSize(reply.body), reply };
}
