/** The writes about measured quality, for the list of all. */
import { plantVerdicts } from "./quality-samples.ts";
import { service, type Written } from "./writes.ts";

export const qualityWrites: readonly Written[] = [
  {
    route: "POST /api/games/:game/combination",
    action: "combination.accept",
    change: "INSERT ON game_versions",
    call: async () => {
      await plantVerdicts("cs2", 300);
      const { body } = await service.call("/api/games/cs2/combination");
      return ["/api/games/cs2/combination", { body: { proposal_hash: body.proposal.hash } }];
    },
  },
];
