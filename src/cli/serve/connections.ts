/** The connections of a front: how many one address may hold, and those that have not asked for anything yet. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { callerOf } from "./lanes.ts";

export interface Connections {
  /** Ends those that never sent a whole request: Node itself takes them for busy. */
  endSilent(): void;
}

/** `mostOfAddress`: what is beyond is ended at once. */
export function watchConnections(server: Server, mostOfAddress: number): Connections {
  const held = new Map<string, number>();
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    const caller = callerOf(socket.remoteAddress ?? "");
    const own = held.get(caller) ?? 0;
    if (own >= mostOfAddress) return void socket.destroy();
    held.set(caller, own + 1);
    silent.add(socket);
    socket.once("close", () => {
      silent.delete(socket);
      const left = (held.get(caller) ?? 1) - 1;
      if (left === 0) held.delete(caller);
      else held.set(caller, left);
    });
  });
  server.prependListener("request", ({ socket }) => void silent.delete(socket));
  return {
    endSilent() {
      for (const socket of silent) socket.destroy();
    },
  };
}
