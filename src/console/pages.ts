/** The console's routes, for the app to mount. */
import { auditRoutes } from "./audit/routes.tsx";
import { caseRoutes } from "./case/routes.tsx";
import { decisionRoutes } from "./decisions/routes.tsx";
import { detectorRoutes } from "./detectors/routes.tsx";
import { playerRoutes } from "./player/routes.tsx";
import { playersRoutes } from "./players/routes.tsx";
import { queueRoutes } from "./queue/routes.tsx";
import { console } from "./routes.tsx";
import { scopeRoutes } from "./scopes/routes.tsx";
import { settingsRoutes } from "./settings/routes.ts";
import { ssoSignIn } from "./sign-in/sso.tsx";

export const consolePages = [
  console,
  ssoSignIn,
  playersRoutes,
  playerRoutes,
  queueRoutes,
  caseRoutes,
  decisionRoutes,
  detectorRoutes,
  scopeRoutes,
  auditRoutes,
  ...settingsRoutes,
] as const;
