/** Security headers of every answer. The policy allows nothing but our own files, and scripts on scripted pages only. */
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../env.ts";

const policy = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};
const common = { xFrameOptions: "DENY", referrerPolicy: "no-referrer" };
const plain = secureHeaders({ ...common, contentSecurityPolicy: policy });
/** Scripts are files of ours, never text of a page; they ask this origin and no other. */
const scripted = secureHeaders({
  ...common,
  contentSecurityPolicy: { ...policy, scriptSrc: ["'self'"], connectSrc: ["'self'"] },
});

const done = async () => {};

/** Which of the two an answer has is known once it is made. */
export const headers = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  await (c.get("isScripted") ? scripted : plain)(c, done);
});
