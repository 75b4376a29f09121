/** A confirmed case with a ban that can be appealed, and how appeals are filed. */
import { insertCase, insertDecision, setShare } from "./case-fixtures.ts";
import { type Call, createService, freshDatabase, type Reply, type Service } from "./service.ts";
import { run } from "./trail.ts";

export let service: Service;

/** For `beforeEach`. */
export async function bannedPlayer(): Promise<void> {
  await freshDatabase();
  service = createService();
  await setShare(0);
  await insertCase({ state: "decided", verdict: "confirmed" });
  await run(
    "INSERT INTO reviews (case_id, reviewer, round, review, verdict, reason, reviewed_at) VALUES (1, 'user:rev', 1, 'first', 'confirmed', 'the reviewer''s own words', 0)",
  );
  await insertDecision();
}

export const codeOf = ({ body }: Reply): string => body.type.split(":").at(-1);

/** Files the appeal of a decision by the API. */
export const file = (decision = 1, more: Call & { on?: Service } = {}): Promise<Reply> => {
  const { on = service, ...call } = more;
  return on.call(`/api/decisions/${decision}/appeal`, {
    role: "analyst",
    subject: "fil",
    body: { statement: "It was my brother." },
    ...call,
  });
};

/** A call by a key that is made for it. */
export const keyWith = async (body: object): Promise<Call> => {
  const made = await service.call("/api/auth/keys", { body: { name: "k", ...body } });
  return { role: null, headers: { "x-api-key": made.body.key } };
};
