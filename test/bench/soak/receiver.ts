/** Takes webhooks on the loopback interface, and forgets none: some of its answers get lost, so messages come again. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Receiver {
  readonly url: string;
  /** How often each message came, by its `webhook-id`. */
  readonly messages: ReadonlyMap<string, number>;
  close(): void;
}

/** One answer in so many is not given. */
const lostEvery = 20;

export async function startReceiver(): Promise<Receiver> {
  const messages = new Map<string, number>();
  let received = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const id = String(request.headers["webhook-id"] ?? "");
      messages.set(id, (messages.get(id) ?? 0) + 1);
      received += 1;
      if (received % lostEvery === 0) request.socket.destroy();
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, messages, close: () => void server.close() };
}
