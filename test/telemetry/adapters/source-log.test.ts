import { expect, test } from "vitest";
import { sourceLog } from "../../../src/telemetry/adapters/source-log.ts";
import { bytesOf, deliver, requestOf } from "./fixtures/requests.ts";

const [mia, tom] = ['"mia<2><[U:1:80001]><Red>"', '"tom<3><[U:1:80002]><Blue>"'];
const at = (seconds: number): string =>
  `L 05/06/2026 - 21:${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}: `;

const lines: readonly (readonly [number, string])[] = [
  [0, 'Log file started (file "logs/L0506000.log") (game "/srv/tf2/tf") (version "9543365")'],
  [1, 'rcon from "192.0.2.1:4000": command "status"'],
  [2, 'Loading map "cp_ferry"'],
  [3, `${mia} killed ${tom} with "scattergun" (attacker_position "1 2 3") (victim_position "4 5 6")`],
  [60, 'World triggered "Round_Start"'],
  [61, `${mia} triggered "shot_fired" (weapon "smg")`],
  [61, `${mia} triggered "shot_fired" (weapon "smg")`],
  [62, `${mia} triggered "shot_hit" (weapon "smg")`],
  [
    62,
    `${mia} triggered "damage" against ${tom} (damage "282") (realdamage "200") (weapon "sniperrifle") (headshot "1")`,
  ],
  [63, `${mia} killed ${tom} with "sniperrifle" (customkill "headshot") (attacker_position "1 2 3")`],
  [64, `${tom} killed ${mia} with "knife" (customkill "feign_death") (victim_position "1 2 3")`],
  [65, `${tom} committed suicide with "world" (attacker_position "1 2 3")`],
  [66, `${tom} say "killed"`],
  [180, 'World triggered "Round_Win" (winner "Red")'],
  [181, `${tom} killed ${mia} with "bat"`],
  [182, 'World triggered "Game_Over" reason "Reached Win Limit"'],
  [190, "Log file closed."],
];
const log = bytesOf(lines.map(([seconds, text]) => `${at(seconds)}${text}\n`).join(""));

test("a match of Team Fortress 2 becomes rows with shots, damage and headshots", () => {
  const { sessions, counts } = deliver(sourceLog, [requestOf(log, {}, { server: "tf-1" })]);
  expect(counts).toMatchObject({ unparsed: 0, neverStored: 2 });
  expect(sessions).toHaveLength(2);
  expect(sessions[0]).toEqual({
    player: "76561197960345729",
    session_id: "tf-1:cp_ferry:20260506T210100",
    recorded_at: "2026-05-06T21:03:02.000Z",
    game: "tf2",
    mode: "default",
    server: "tf-1",
    build: "9543365",
    duration_minutes: 2,
    kills: 1,
    deaths: 0,
    headshots: 1,
    shots_fired: 2,
    shots_hit: 1,
    metrics: { damage_per_minute: 100, damage: 200 },
  });
  expect(sessions[1]).toMatchObject({ kills: 0, deaths: 2 });
});

test("names that are no UTF-8 do no harm, and a forwarder may cut and repeat", () => {
  const odd = Uint8Array.from(log, (byte) => (byte === 0x6d ? 0xe9 : byte));
  const headers = (begin: number) => ({
    "x-server-instance-token": "t",
    "x-logbytes-beginoffset": String(begin),
  });
  const part = (begin: number, end: number) => requestOf(log.subarray(begin, end), headers(begin));
  const whole = deliver(sourceLog, [part(0, log.length)]).sessions;
  expect(deliver(sourceLog, [part(0, 333), part(0, 700), part(700, log.length)]).sessions).toEqual(whole);
  expect(() => deliver(sourceLog, [requestOf(odd)])).not.toThrow();
});

test("a log that stops is closed by flush", () => {
  const open = log.subarray(0, log.length - 180);
  const { states } = deliver(sourceLog, [requestOf(open)]);
  const [state = null] = states.values();
  expect(sourceLog.flush(state, 0).sessions.length).toBeGreaterThan(0);
});
