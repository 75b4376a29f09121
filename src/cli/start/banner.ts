/** What a person needs once the service answers. */
import type { Credentials } from "./client.ts";

/** Accepted in development alone, and only where no others are configured. */
export const defaultCredentials: Credentials = { username: "security_console", password: "letmein123" };

type Variables = Readonly<Record<string, string>>;

/** Whether the default credentials are the ones that this service accepts. */
export function usesDefaultCredentials(variables: Variables): boolean {
  const configured = variables.SERVICE_USERNAME || variables.SERVICE_PASSWORD;
  return variables.ENVIRONMENT === "development" && !configured;
}

/** One line for any POSIX shell, without jq: sign in, and list the players worth a look. */
function curlOf(origin: string, { username, password }: Credentials): string {
  const body = JSON.stringify({ username, password });
  return [
    `TOKEN=$(curl -s ${origin}/api/auth/token -H 'content-type: application/json' -d '${body}'`,
    `| sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    `&& curl -s ${origin}/api/players/suspicious -H "authorization: Bearer $TOKEN"`,
  ].join(" ");
}

/** `variables` are the effective ones of the files and the command line. */
export function bannerOf(origin: string, variables: Variables): string {
  const byDefault = usesDefaultCredentials(variables);
  const shown = byDefault ? defaultCredentials : { username: "YOUR_USERNAME", password: "YOUR_PASSWORD" };
  const lines = [
    "",
    `Game Security API is ready at ${origin}`,
    byDefault
      ? `Sign in as ${shown.username} / ${shown.password} (this machine only)`
      : "Sign in with the credentials that you configured",
    ...(variables.JWT_SECRET
      ? []
      : ["JWT_SECRET is not set: everything but /health answers 503 until it is"]),
    "",
    "Try it:",
    curlOf(origin, shown),
    "",
    "Crons are called on time while this runs. Ctrl-C stops it.",
  ];
  return lines.join("\n");
}
