/**
 * Runs one command in a process group of its own, and never outlives `npm start`: wrangler leaves its workerd
 * behind when it is killed, and nobody else would end it. The channel to `npm start` closes when that ends,
 * whatever ended it. Usage: keeper.ts SCRIPT [ARGUMENT...], spawned detached with an IPC channel.
 */
import { spawn } from "node:child_process";

/** Wrangler stops within a second; after this it hangs. */
const graceMs = 5_000;

const command = spawn(process.execPath, process.argv.slice(2), { stdio: ["ignore", "inherit", "inherit"] });
let stopping = false;

/** Ends whatever is left in the group, this process included. */
function endGroup(): void {
  process.kill(-process.pid, "SIGKILL");
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  command.kill("SIGTERM");
  setTimeout(endGroup, graceMs);
}

command.on("exit", (code) => {
  if (process.connected) process.send?.({ exitCode: code ?? 1 }, undefined, undefined, endGroup);
  else endGroup();
});
process.on("disconnect", stop);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
