/** One player. */
import { Hono } from "hono";
import type { AppEnv } from "../../env.ts";
import { viewing } from "../viewing.ts";
export const playerRoutes = new Hono<AppEnv>()
  .get("/players/:player", viewing, (c) => c.text("soon"))
  .post("/players/:player/rename", viewing, (c) => c.text("soon"))
  .post("/players/:player/report", viewing, (c) => c.text("soon"));
