/** What tests of warnings share: a service that somebody listens to, and what was told and stopped. */
import { expect } from "vitest";
import { createService, freshDatabase, type Service } from "./service.ts";
import { all } from "./trail.ts";

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** A fresh service with a receiver: without one nothing is told. */
export async function watchedService(): Promise<Service> {
  await freshDatabase();
  const service = createService();
  const hook = { name: "Watch", url: "https://example.com/hook", format: "json" };
  expect((await service.call("/api/webhooks", { body: hook })).status).toBe(201);
  return service;
}

/** The data of all events of a type, the oldest first. */
export const toldOf = async (type: string) =>
  (await all<{ data: string }>(`SELECT data FROM outbox WHERE type = '${type}' ORDER BY id`)).map(
    ({ data }) => JSON.parse(data),
  );

/** Modes of cs2 whose automatic decisions a warning has stopped. */
export async function pausedModes(service: Service): Promise<string[]> {
  const { body } = await service.call("/api/games/cs2/enforcement");
  return body.automation_pauses.map(({ mode }: { mode: string }) => mode);
}

export const resume = (service: Service, body: object) =>
  service.call("/api/decisions/automation/resume", { body });
