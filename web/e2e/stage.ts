/** One server and one browser, which all tests of a file or of a `describe` share. */
import type { Browser } from "playwright-core";
import { afterAll } from "vitest";
import { launch } from "./browser";
import { Server, type StoreKind } from "./server";

export async function stage(
  store: StoreKind = "embedded",
  settings: Readonly<Record<string, string>> = {},
  open: () => Promise<Browser> = launch,
): Promise<{ readonly server: Server; readonly browser: Browser }> {
  const browser = await open();
  afterAll(() => browser.close());
  const server = await Server.start(store, settings);
  afterAll(() => server.stop());
  return { server, browser };
}
