/** report.people: what people say. It ranks, and never corroborates. */
import { z } from "zod";
import { defineDetector, judged } from "../detector.ts";
import { eventTrace, saturating, weightOf } from "../statistics/events.ts";

const params = z.object({
  slopeNats: z.number().default(1).describe("Nats of the first medium report of full credibility, nearly."),
  ceilingNats: z
    .number()
    .default(7)
    .describe(
      "Most that any number of reports says: below the elevated band alone, so a brigade convicts nobody.",
    ),
  suspectNats: z
    .number()
    .default(2)
    .describe("Nats beyond the ordinary from which people are shown the finding."),
});

export const reportPeople = defineDetector({
  id: "report.people",
  version: 1,
  family: "report",
  category: "report",
  summary: "People reported the player; weighed by severity and by how credible they have been.",
  sources: ["chosen by us: saturating, because reports come in brigades and good players draw them"],
  knownFalsePositives: ["organised reporting of streamers and of whoever won"],
  minimumEvidence: "1 report",
  params,
  evaluate: (measured, _baseline, p) => {
    const reports = measured.events.filter((e) => e.source === "report");
    if (reports.length === 0) return { outcome: "clear", trace: null };
    const weight = weightOf(reports, measured) * measured.reporterCredibility;
    const many = reports.length === 1 ? "1 report" : `${reports.length} reports`;
    const sentence = `${many} by people, weighed by severity and credibility.`;
    return judged(
      "report",
      eventTrace(reports, saturating(weight, p.ceilingNats, p.slopeNats), sentence),
      p.suspectNats,
    );
  },
});
