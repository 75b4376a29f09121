/** The CPU of a workerd process, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** User and system time of all threads of a process so far, in ms; exact to the switch of a thread. */
export function cpuMs(pid: string): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [ran = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ");
    nanoseconds += Number(ran);
  }
  return nanoseconds / 1e6;
}

/** Its memory now, in MB. */
export function residentMb(pid: string): number {
  const [, resident = "0"] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ");
  return (Number(resident) * 4_096) / 1e6;
}
