/** Decisions: made by type and by policy, ended, listed, and held to their games. */
import { beforeEach, describe, expect, it } from "vitest";
import * as operations from "../../src/http/operations.ts";
import { expectAnswer } from "./contract.ts";
import { createPlayer, iso } from "./samples.ts";
import { createService, freshDatabase, nowMs, type Service } from "./service.ts";

let service: Service;
const dayMs = 86_400_000;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const decide = (body: object, more: object = {}) => service.call("/api/decisions", { body, ...more });

describe("a decision", () => {
  it("is made by type and length, and reads the same", async () => {
    const player_id = await createPlayer(service, { ref: "r1", game: "cs2" });
    const made = await decide({ player_id, type: "suspend", days: 7, reason: "Spin bot." });
    expectAnswer(made, operations.makeDecision, 201);
    expect(made.body).toMatchObject({
      player: { id: player_id, game: "cs2", ref: "r1" },
      game: "cs2",
      state: "live",
      starts_at: iso(nowMs),
      expires_at: iso(nowMs + 7 * dayMs),
      made_by: "user:tester",
      origin: "person",
    });
    const read = await service.call(`/api/decisions/${made.body.id}`);
    expectAnswer(read, operations.getDecision, 200);
    expect(read.body).toEqual(made.body);
    const check = await service.call("/api/decisions/check?player=@r1&game=cs2");
    expectAnswer(check, operations.checkPlayer, 200);
    expect(check.body).toMatchObject({ known: true, allowed: false, action: "suspend" });
    const stream = await service.call("/api/decisions/stream");
    expectAnswer(stream, operations.streamDecisions, 200);
    expect(stream.body.changes).toHaveLength(1);
  });
});
