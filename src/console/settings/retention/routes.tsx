/** What is kept for how long: shown, and changed where the service is deployed. */
import { Hono } from "hono";
import type { AppEnv } from "../../../env.ts";
import { answerView } from "../../layout.tsx";
import { viewing } from "../../viewing.ts";
import { settingsView } from "../frame.tsx";
import { keptRules } from "./kept.ts";
import { RetentionPage } from "./page.tsx";

export const retentionRoutes = new Hono<AppEnv>().get("/settings/retention", viewing, (c) =>
  answerView(c, <RetentionPage view={settingsView(c)} rules={keptRules(c.env)} />),
);
