/** A new version of the page on the server is noticed, told, and taken without losing a word. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, openChannel, signIn, Troubles, visit } from "./browser";
import { Server } from "./server";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** A folder with the page as the program has it. */
async function page(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "chinwag-page-"));
  const server = await Server.start("embedded");
  const fetched = async (path: string) => {
    const response = await fetch(new URL(path, server.address));
    const file = join(folder, path === "/" ? "index.html" : path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, Buffer.from(await response.arrayBuffer()));
    return readFile(file, "utf8");
  };
  const html = await fetched("/");
  const worker = await fetched("/sw.js");
  const files = `${html} ${worker}`.match(/\/(?:assets\/[\w.-]+|[\w-]+\.(?:svg|webmanifest))/g);
  for (const path of new Set(files)) await fetched(path);
  await server.stop();
  return folder;
}

/** The next build: all its scripts have other names, and the first one says so when it runs. */
async function release(folder: string): Promise<void> {
  const scripts = await readdir(join(folder, "assets"));
  const names = scripts.filter((name) => name.endsWith(".js")).map((name) => basename(name, ".js"));
  const renamed = (text: string) =>
    names.reduce((now, name) => now.replaceAll(`${name}.js`, `${name}-next.js`), text);
  for (const name of names) {
    const code = renamed(await readFile(join(folder, "assets", `${name}.js`), "utf8"));
    const said = name.startsWith("index-") ? `${code}\nwindow.next = true;` : code;
    await writeFile(join(folder, "assets", `${name}-next.js`), said);
  }
  for (const name of ["index.html", "sw.js"]) {
    const file = join(folder, name);
    await writeFile(file, renamed(await readFile(file, "utf8")));
  }
}

test.each(["block", "allow"] as const)(
  "by a reload that keeps the channel and the draft, with service workers: %s",
  async (serviceWorkers) => {
    const troubles = new Troubles();
    const folder = await page();
    const server = await Server.start("embedded", { CLIENT_LOCATION: folder });
    const user = await visit(browser, server.address, troubles, { serviceWorkers });
    await signIn(user, "Weeks");
    if (serviceWorkers === "allow")
      await user.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await openChannel(user, "Notes to self");
    await user.locator("#composer").fill("half a thought");
    const looked = user.waitForResponse((response) => response.url().endsWith("/?fresh"));
    await server.restart();
    await (await looked).finished();
    await user.locator(".banner").waitFor({ state: "detached" });
    expect(await user.getByText("There is a new version").count()).toBe(0);
    await release(folder);
    await server.restart();
    await user.getByText("There is a new version").waitFor();
    await user.getByRole("button", { name: "Reload" }).click();
    await user.waitForFunction(() => "next" in window);
    await user.getByRole("heading", { level: 2, name: "Notes to self" }).waitFor();
    expect(await user.locator("#composer").inputValue()).toBe("half a thought");
    await user.locator(".banner").waitFor({ state: "detached" });
    await user.context().close();
    await server.stop();
    await rm(folder, { recursive: true });
    expect(troubles.seen).toEqual([]);
  },
);
