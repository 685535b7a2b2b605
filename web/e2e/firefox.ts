/** Firefox, driven by WebDriver BiDi, which it speaks itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type Browser, type Device, type Driver, isInstalled } from "./driven";
import { end, said } from "./server";

const PROGRAM = process.env.FIREFOX ?? (isInstalled("firefox-esr") ? "firefox-esr" : "firefox");
/** The browser asks the network for nothing of its own. */
const PREFERENCES = [
  'user_pref("app.normandy.enabled", false);',
  'user_pref("network.captive-portal-service.enabled", false);',
  'user_pref("network.connectivity-service.enabled", false);',
];
/** A pointer that is coarse and can't hover. */
const FINGER = 1;

interface Answer {
  id?: number;
  type: "success" | "error" | "event";
  params?: { level?: string; text?: string };
  message?: string;
  result?: unknown;
}

export const FIREFOX: Browser = {
  name: "Firefox",
  missing: [PROGRAM].filter((program) => !isInstalled(program)),
  start: startFirefox,
};

async function startFirefox(): Promise<Driver> {
  const folder = await mkdtemp(join(tmpdir(), "chinwag-firefox-"));
  await writeFile(join(folder, "user.js"), PREFERENCES.join("\n"));
  const program = spawn(
    PROGRAM,
    [
      ...["--headless", "--no-remote", "--profile", folder],
      // The second is for the input method, which no page may act.
      ...["--remote-debugging-port", "0", "--remote-allow-system-access"],
    ],
    { env: { PATH: process.env.PATH, HOME: folder }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const listening = await said(program, /ws:\S+/);
  const session = new Session(new WebSocket(`${listening}/session`));
  await session.begin();
  const page = await session.context();
  const chrome = await session.context("chrome");
  return {
    go: async (address) => {
      await session.call("browsingContext.navigate", {
        context: page,
        url: address,
        wait: "complete",
      });
      await session.run(chrome, giveFocus, []);
    },
    run: (work, ...args) => session.run(page, work, args),
    act: async (device: Device) => {
      await session.call("input.performActions", { context: page, actions: [device] });
    },
    resize: async (width, height) => {
      await session.call("browsingContext.setViewport", {
        context: page,
        viewport: { width, height },
      });
    },
    compose: () => session.run(chrome, composeInFirefox, []),
    touch: async () => {
      await session.run(chrome, pointWith, [FINGER]);
      return true;
    },
    troubles: () => Promise.resolve(session.troubles),
    close: async () => {
      await session.call("browser.close");
      await end(program);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Session {
  readonly troubles: string[] = [];
  readonly #awaited = new Map<number, (answer: Answer) => void>();
  #nextId = 1;

  constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => this.#take(JSON.parse(String(data)) as Answer));
  }

  async begin(): Promise<void> {
    await once(this.socket, "open");
    await this.call("session.new", { capabilities: {} });
    await this.call("session.subscribe", { events: ["log.entryAdded"] });
  }

  async call(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    const answered = new Promise<Answer>((resolve) => this.#awaited.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer.type === "error") throw new Error(`failed to ${method}: ${answer.message}`);
    return answer.result;
  }

  /** The page, or the window around it. */
  async context(scope: "content" | "chrome" = "content"): Promise<string> {
    const tree = await this.call("browsingContext.getTree", { "moz:scope": scope });
    return (tree as { contexts: [{ context: string }] }).contexts[0].context;
  }

  async run<A extends readonly unknown[], R>(
    context: string,
    work: (...args: A) => R,
    args: A,
  ): Promise<Awaited<R>> {
    const called = (await this.call("script.callFunction", {
      functionDeclaration: `async (args) => JSON.stringify(await (${work})(...JSON.parse(args)))`,
      arguments: [{ type: "string", value: JSON.stringify(args) }],
      awaitPromise: true,
      target: { context },
    })) as { result?: { value?: string }; exceptionDetails?: { text: string } };
    if (called.exceptionDetails) throw new Error(called.exceptionDetails.text);
    const value = called.result?.value;
    return (value === undefined ? undefined : JSON.parse(value)) as Awaited<R>;
  }

  #take(answer: Answer): void {
    const { level, text = "" } = answer.params ?? {};
    // A server that was killed on purpose can't be reached; the browser says so itself.
    if (level === "error" && !text.includes("establish a connection")) this.troubles.push(text);
    if (answer.id === undefined) return;
    this.#awaited.get(answer.id)?.(answer);
    this.#awaited.delete(answer.id);
  }
}

/** What Firefox's own window has, beyond a page's. */
interface TextInputProcessor {
  readonly ATTR_RAW_CLAUSE: number;
  beginInputTransactionForTests(window: Window): boolean;
  setPendingCompositionString(text: string): void;
  appendClauseToPendingComposition(length: number, attribute: number): void;
  flushPendingComposition(key: KeyboardEvent): boolean;
  commitCompositionWith(text: string, key: KeyboardEvent): boolean;
  keyup(key: KeyboardEvent): void;
}
declare const Cc: Record<string, { createInstance(kind: unknown): TextInputProcessor }>;
declare const Ci: Record<string, unknown>;
declare const Services: { prefs: { setIntPref(name: string, value: number): void } };
declare const gBrowser: { selectedBrowser: HTMLElement };

/** Runs in the window around the page: a page that nobody looks at marks nothing as read. */
function giveFocus(): void {
  window.focus();
  gBrowser.selectedBrowser.focus();
}

/** Runs in the window around the page: acts the system's input method. */
function composeInFirefox(): void {
  const method = Cc["@mozilla.org/text-input-processor;1"]?.createInstance(
    Ci.nsITextInputProcessor,
  ) as TextInputProcessor;
  if (!method.beginInputTransactionForTests(window)) throw new Error("failed to compose");
  const key = (name: string, keyCode: number) => new KeyboardEvent("", { key: name, keyCode });
  method.setPendingCompositionString("ひがし");
  method.appendClauseToPendingComposition(3, method.ATTR_RAW_CLAUSE);
  method.flushPendingComposition(key("i", 73));
  method.keyup(key("i", 73));
  method.commitCompositionWith("東", key("Enter", 13));
  method.keyup(key("Enter", 13));
}

/** Runs in the window around the page. */
function pointWith(pointer: number): void {
  for (const which of ["primary", "all"])
    Services.prefs.setIntPref(`ui.${which}PointerCapabilities`, pointer);
}
