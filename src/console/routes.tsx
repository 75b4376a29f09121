/** Pages. */
import { Hono } from "hono";
import type { AppEnv } from "../env.ts";

export const console = new Hono<AppEnv>().get("/", (c) => c.text("Game Security API"));
