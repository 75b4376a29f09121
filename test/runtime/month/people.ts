/** Three analysts, one of them careless, and whoever looks at what they may not. */
import { expect } from "vitest";
import { createRandom } from "../random.ts";
import type { Call, Service } from "../service.ts";

interface Claimed {
  readonly id: number;
  readonly review: string;
  readonly player: { readonly ref: string };
}

export interface Analyst {
  readonly name: string;
  readonly role: "analyst" | "admin";
  /** Of a hundred verdicts so many are the coin's. */
  readonly guesses: number;
}

export const analysts: readonly Analyst[] = [
  { name: "ann", role: "analyst", guesses: 4 },
  { name: "bob", role: "analyst", guesses: 90 },
  { name: "cid", role: "analyst", guesses: 4 },
];
/** Takes what none of the three may review: tie-breaks and appeals of what they had a part in. */
export const lead: Analyst = { name: "lead", role: "admin", guesses: 0 };

export type Truth = (ref: string) => boolean;

/** The people at work on a service. `isSuspect` is what they would find out if they looked well. */
export function createOffice(service: Service, isSuspect: Truth, seed: number) {
  const random = createRandom(seed);

  const verdictOf = ({ guesses }: Analyst, { player }: Claimed): "confirmed" | "cleared" => {
    const found = random(100) < guesses ? random(2) === 0 : isSuspect(player.ref);
    return found ? "confirmed" : "cleared";
  };

  async function claim(as: Call): Promise<Claimed | null> {
    const { status, body } = await service.call("/api/cases/claim", { ...as, body: {} });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.case;
  }

  /** Reviews one case; false where there is none for this person. */
  async function review(analyst: Analyst): Promise<boolean> {
    const as = { role: analyst.role, subject: analyst.name };
    const claimed = await claim(as);
    if (claimed === null) return false;
    const verdict = verdictOf(analyst, claimed);
    const reason = verdict === "confirmed" ? "The rounds agree with the score." : "An ordinary player.";
    const decides = verdict === "confirmed" && claimed.review !== "appeal";
    const decision = decides ? { decision: { policy: "cheating" } } : {};
    const path = `/api/cases/${claimed.id}/verdict`;
    const { status, body } = await service.call(path, { ...as, body: { verdict, reason, ...decision } });
    expect(status, JSON.stringify(body)).toBe(200);
    return true;
  }

  /** Works in turns until nobody finds a case. */
  async function work(): Promise<void> {
    for (let busy = true; busy; ) {
      busy = false;
      for (const analyst of analysts) if (await review(analyst)) busy = true;
      if (!busy) busy = await review(lead);
    }
  }
  return { work };
}
