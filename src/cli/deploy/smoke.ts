/** Whether what was deployed works, seen from outside. */
import { setTimeout as pause } from "node:timers/promises";
import { memberOf, signIn } from "../start/client.ts";

/** A new workers.dev name takes a while to be known everywhere. */
const patience = { tries: 30, everyMs: 2_000 } as const;

async function isAlive(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
    return reply.ok && memberOf(await reply.json(), "status") === "ok";
  } catch {
    return false;
  }
}

/** Waits for /health, then signs in and reads, where the credentials are known. Throws with what does not work. */
export async function smokeTest(
  url: string,
  secrets: Readonly<Record<string, string>>,
  { tries, everyMs }: { readonly tries: number; readonly everyMs: number } = patience,
): Promise<string> {
  for (let attempt = 1; !(await isAlive(url)); attempt++) {
    if (attempt === tries)
      throw new Error(`${url}/health does not answer. To go back: npx wrangler rollback`);
    await pause(everyMs);
  }
  const { SERVICE_USERNAME: username, SERVICE_PASSWORD: password } = secrets;
  if (!username || !password)
    return "Health is fine. Sign-in was not tried: the credentials are deployed, and not known here.";
  const client = await signIn(url, { username, password });
  await client.get("/api/security/dashboard");
  return "Health, sign-in and the dashboard are fine.";
}
