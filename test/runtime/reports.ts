/** A player who is reported, and what a test of that needs. */
import * as operations from "../../src/http/operations.ts";
import { expectAnswer } from "./contract.ts";
import { createPlayer } from "./samples.ts";
import { createService, freshDatabase, type Service } from "./service.ts";
import { all, run } from "./trail.ts";

export let service: Service;
/** The player whom {@link report} reports unless told otherwise. */
export let suspect: number;

/** For `beforeEach`: an empty database, and the one player. */
export async function freshReports(): Promise<void> {
  await freshDatabase();
  service = createService();
  suspect = await createPlayer(service, { username: "Nightjar", game: "cs2", ref: "77" });
}

export const report = async (more: object = {}, by = service) => {
  const reply = await by.call("/api/security/report", { body: { player_id: suspect, ...more } });
  expectAnswer(reply, operations.reportPlayer, 201);
  return reply;
};

/** What verdicts made of a reporter. */
export const rate = (reporter: string, confirmed: number, dismissed: number) =>
  run(
    `INSERT INTO reporters (game, reporter, confirmed, dismissed) VALUES ('cs2', '${reporter}', ${confirmed}, ${dismissed})
      ON CONFLICT DO UPDATE SET confirmed = ${confirmed}, dismissed = ${dismissed}`,
  );

/** What the stored scores say that the reports were believed. */
export const credibilityStored = async () =>
  (
    await all<{ c: number }>(
      "SELECT result->>'reporterCredibility' AS c FROM standings WHERE result IS NOT NULL",
    )
  ).map(({ c }) => c);
