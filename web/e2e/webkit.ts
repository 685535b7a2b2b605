/** WebKit as Debian has it for GTK, driven by WebDriver on a screen of its own, with GTK's own input method. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  type Browser,
  CONTROL,
  type Device,
  type Driver,
  ENTER,
  isInstalled,
  keys,
  SHIFT,
} from "./driven";
import { end, freePort, said } from "./server";

const TRIPLET = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const BROWSER = process.env.WEBKIT ?? `/usr/lib/${TRIPLET}/webkit2gtk-4.1/MiniBrowser`;

export const WEBKIT: Browser = {
  name: "WebKit",
  missing: ["Xvfb", "WebKitWebDriver", BROWSER].filter((program) => !isInstalled(program)),
  start: startWebkit,
};

async function startWebkit(): Promise<Driver> {
  const folder = await mkdtemp(join(tmpdir(), "chinwag-webkit-"));
  const screen = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1600x1024x24"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const display = await said(screen, /^\d+$/);
  const port = await freePort();
  const program = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DISPLAY: `:${display}`,
      LANG: "C.UTF-8",
      GTK_IM_MODULE: "gtk-im-context-simple",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const session = await Session.begin(`http://127.0.0.1:${port}`);
  return {
    go: (address) => session.go(address),
    run: (work, ...args) => session.run(work, args),
    act: (device) => session.act(device),
    resize: (width, height) => session.post("/window/rect", { width, height }),
    // GTK's own input method writes a character by its number.
    compose: () => session.act(keys([CONTROL, SHIFT, "u"], "6", "7", "7", "1", ENTER)),
    // It has no touch screen, and none can be put on.
    touch: () => Promise.resolve(false),
    troubles: () => session.troubles(),
    close: async () => {
      await session.end();
      await end(program);
      await end(screen);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Session {
  #before: string[] = [];

  private constructor(readonly address: string) {}

  static async begin(driver: string): Promise<Session> {
    await answers(`${driver}/status`);
    const session = new Session(`${driver}/session`);
    const options = { binary: BROWSER, args: ["--automation"] };
    const { sessionId } = await session.post<{ sessionId: string }>("", {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
    });
    const begun = new Session(`${session.address}/${sessionId}`);
    await begun.post("/timeouts", { script: 120_000 });
    return begun;
  }

  async go(url: string): Promise<void> {
    this.#before = await this.troubles();
    await this.post("/url", { url });
    await this.run(noteTroubles, []);
  }

  run<A extends readonly unknown[], R>(work: (...args: A) => R, args: A): Promise<Awaited<R>> {
    const script = `return (${work})(...arguments)`;
    return this.post("/execute/sync", { script, args });
  }

  act(device: Device): Promise<void> {
    return this.post("/actions", { actions: [device] });
  }

  /** Those since the session began; the ones of a page are gone with it. */
  async troubles(): Promise<string[]> {
    const now = await this.run(() => (window as unknown as { troubles?: string[] }).troubles, []);
    return [...this.#before, ...(now ?? [])];
  }

  async end(): Promise<void> {
    await fetch(this.address, { method: "DELETE" });
  }

  async post<R>(path: string, body: object): Promise<R> {
    const response = await fetch(this.address + path, {
      method: "POST",
      body: JSON.stringify(body),
    });
    const { value } = (await response.json()) as {
      value: R & { error?: string; message?: string };
    };
    if (!response.ok) throw new Error(`failed to ${path}: ${value.error} ${value.message}`);
    return value;
  }
}

/** Resolves when the driver listens; it says nothing when it does. */
async function answers(address: string): Promise<void> {
  try {
    await fetch(address);
  } catch {
    await setTimeout(10);
    await answers(address);
  }
}

/** Runs in the page. */
function noteTroubles(): void {
  const troubles: string[] = [];
  Object.assign(window, { troubles });
  addEventListener("error", ({ message }) => troubles.push(message));
  addEventListener("unhandledrejection", ({ reason }) => troubles.push(String(reason)));
  addEventListener("securitypolicyviolation", (event) =>
    troubles.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
}
