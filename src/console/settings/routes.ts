/** The routes of the settings. */
import { accountRoutes } from "./account/routes.tsx";
import { gameRoutes } from "./games/routes.tsx";
import { keyRoutes } from "./keys/routes.tsx";
import { retentionRoutes } from "./retention/routes.tsx";
import { userRoutes } from "./users/routes.tsx";
import { webhookRoutes } from "./webhooks/routes.tsx";

export const settingsRoutes = [
  accountRoutes,
  userRoutes,
  keyRoutes,
  webhookRoutes,
  gameRoutes,
  retentionRoutes,
] as const;
