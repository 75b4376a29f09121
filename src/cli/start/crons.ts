/** Calls the Worker's crons on time, which wrangler dev never does. */
import { Cron } from "croner";
import { runOwnScript } from "./wrangler.ts";

/** The local runtime's own address for firing a cron. */
export function cronUrl(origin: string, cron: string): string {
  return `${origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`;
}

/** The cron expressions of the Worker's configuration. */
export async function readCrons(project: readonly string[]): Promise<string[]> {
  // A process of its own: importing wrangler costs 270 MB, which would stay as long as the service runs.
  const crons: unknown = JSON.parse(
    (await runOwnScript("print-crons.ts", project)).trim().split("\n").at(-1) ?? "",
  );
  return Array.isArray(crons) ? crons.map(String) : [];
}

/** Fires each expression at its times (UTC, as at Cloudflare), one run at a time. Answers how to stop. */
export function scheduleCrons(crons: readonly string[], fire: (cron: string) => Promise<void>): () => void {
  const jobs = crons.map(
    (cron) =>
      new Cron(
        cron,
        { timezone: "UTC", protect: true, catch: (error) => console.error(`cron ${cron}:`, error) },
        () => fire(cron),
      ),
  );
  return () => {
    for (const job of jobs) job.stop();
  };
}

/** Fires one cron; throws where the Worker does not answer that it ran. */
export async function fireCron(origin: string, cron: string): Promise<void> {
  const response = await fetch(cronUrl(origin, cron));
  const text = await response.text();
  if (!response.ok) throw new Error(`answered ${response.status} ${text.slice(0, 200)}`);
}
