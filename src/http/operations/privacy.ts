/** A person's data: all of it, or none of it any more. */
import { z } from "zod";
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/privacy.ts";
import { GameQuery, PlayerParam } from "../schemas/requests.ts";

export const exportPlayer = defineOperation({
  method: "get",
  path: "/api/players/:player/export",
  tag: "Players",
  summary: "Everything that is stored about a player, as NDJSON. It leaves an entry in the audit trail.",
  params: PlayerParam,
  query: GameQuery,
  answers: {
    200: {
      description: "A `PlayerExportStart`, rows as `PlayerExportRow`, then one `PlayerExportEnd`.",
      schema: z.union([schema.ExportStart, schema.ExportedRow, schema.ExportEnd]),
      contentType: "application/x-ndjson",
    },
  },
  faults: [404],
});

export const erasePlayer = defineOperation({
  method: "delete",
  path: "/api/players/:player",
  tag: "Players",
  summary: "Erase a player: hidden at once, its decisions ended, its data deleted within minutes.",
  notes: "Asked again with our id, it says how far the erasure is.",
  params: PlayerParam,
  query: schema.EraseQuery,
  answers: { 200: { description: "The erasure.", schema: schema.Erasure } },
  faults: [404],
});
