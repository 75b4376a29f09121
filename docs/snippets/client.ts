import { createClient } from "game-security-api/client";

const client = createClient({
  url: process.env.URL ?? "http://localhost:8787",
  key: process.env.GSA_KEY ?? "",
  sessions: {
    onRejected: (rows) => console.error("rejected:", rows),
    onFailed: (error, rows) => console.error(`${rows.length} sessions were refused:`, error),
  },
});

// Returns at once; batches go out in the background and are sent again until they are decided.
client.sessions.add({
  player: "76561198000000000",
  session_id: "match-1",
  recorded_at: "2026-11-20T20:15:00Z",
  game: "cs2",
  mode: "premier",
  kills: 16,
  headshots: 9,
});

// On shutdown: sends what is left. What could not be sent within ten seconds comes back.
const { unsent } = await client.close();
console.log(`${unsent.length} sessions unsent`);
