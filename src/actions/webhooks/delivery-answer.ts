/** A delivery as it is shown. */
import type { DeliveryRow } from "../../db/delivery-list.ts";
import { isoOf } from "../answers.ts";

export const deliveryAnswer = (row: DeliveryRow) => ({
  event_id: row.event_id,
  type: row.type,
  game: row.game,
  created_at: isoOf(row.at),
  state: row.state,
  attempts: row.attempts,
  due_at: row.state === "pending" ? isoOf(row.due_at) : null,
  last_status: row.last_status,
  last_error: row.last_error,
  delivered_at: row.delivered_at === null ? null : isoOf(row.delivered_at),
});
