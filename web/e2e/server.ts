/** Starts the real program on a free port with a store of its own, kills it, and starts it again. */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const WEB = resolve(import.meta.dirname, "..");
const PROGRAM = resolve(WEB, process.env.CHINWAG_BIN ?? "../target/release/chinwag");

export type StoreKind = "embedded" | "redis";
/** For what people do first, and for what happens when a server dies. */
export const BOTH: readonly StoreKind[] = ["embedded", "redis"];
/** For all else, since no page knows its server's store: both of them with `E2E=all`, each night. */
export const STORES = process.env.E2E === "all" ? BOTH : BOTH.slice(0, 1);

type Program = ChildProcessByStdio<null, Readable, Readable>;

/** For tests that say more than a person does. All others run with the settings that users have. */
export const LOAD = { MESSAGE_RATE: "0" };

export class Server {
  #program: Program | undefined;
  #redis: Program | undefined;
  /** The first start takes a free port; the later ones take it again, so that the page finds them. */
  #port = 0;
  #stopped = false;

  private constructor(
    readonly folder: string,
    readonly redisPort: number | undefined,
    private settings: Readonly<Record<string, string>>,
  ) {}

  static async start(
    store: StoreKind,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "chinwag-e2e-"));
    const redisPort = store === "redis" ? await freePort() : undefined;
    const server = new Server(folder, redisPort, settings);
    if (redisPort !== undefined) await server.#startRedis(redisPort);
    await server.restart();
    return server;
  }

  /** Another node on the same Redis. */
  async another(): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "chinwag-e2e-"));
    const node = new Server(folder, this.redisPort, this.settings);
    await node.restart();
    return node;
  }

  /** The nodes stop hearing each other, until they have connected to Redis again. */
  async cutFeeds(): Promise<void> {
    const kill = ["-p", String(this.redisPort), "CLIENT", "KILL", "TYPE", "pubsub"];
    await promisify(execFile)("redis-cli", kill);
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Ends the program at once, as a crash would. It runs again after the test, also where that has failed. */
  async kill(): Promise<void> {
    await this.#end();
    onTestFinished(async () => {
      if (this.#program === undefined && !this.#stopped) await this.restart();
    });
  }

  async #end(): Promise<void> {
    await end(this.#program);
    this.#program = undefined;
  }

  /** Starts it anew, on its old port and store; with other settings, where given. */
  async restart(settings = this.settings): Promise<void> {
    await this.#end();
    this.settings = settings;
    this.#program = spawn(PROGRAM, {
      env: this.#environment(),
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const line = await said(this.#program, /listening on .*?:\d+/);
    this.#port = Number(/:(\d+)$/.exec(line)?.[1]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
    await end(this.#redis);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What a subcommand of the program prints, on this server's store and with its settings. */
  async command(...words: string[]): Promise<string> {
    const options = { env: this.#environment(), cwd: this.folder };
    const { stdout } = await promisify(execFile)(PROGRAM, words, options);
    return stdout.trim();
  }

  /** A link that the server made, at the address where the tests reach it. */
  at(link: string): string {
    return this.address + new URL(link).hash;
  }

  #environment(): NodeJS.ProcessEnv {
    const client = process.env.CHINWAG_CLIENT;
    return {
      PATH: process.env.PATH,
      NO_COLOR: "1",
      SERVER_ADDRESS: `127.0.0.1:${this.#port}`,
      DATA_DIR: this.folder,
      ...(this.redisPort !== undefined && { REDIS_URL: `redis://127.0.0.1:${this.redisPort}` }),
      // A build of the page that is not in the program, to try it without building the program anew.
      ...(client !== undefined && { CLIENT_LOCATION: resolve(WEB, client) }),
      ...this.settings,
    };
  }

  async #startRedis(port: number): Promise<void> {
    const kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", this.folder, ...kept];
    this.#redis = spawn("redis-server", options, { stdio: ["ignore", "pipe", "pipe"] });
    await said(this.#redis, /Ready to accept connections/);
  }
}

export async function end(program: Program | undefined): Promise<void> {
  if (program === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, "exit");
  program.kill("SIGKILL");
  await ended;
}

/** What the program says that fits; all that it said, when it ends without having said it. */
export function said(program: Program, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const take = (line: string) => {
      lines.push(line);
      const found = wanted.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    };
    createInterface({ input: program.stdout }).on("line", take);
    createInterface({ input: program.stderr }).on("line", take);
    program.once("error", reject);
    program.once("exit", () => reject(new Error(`failed to start: ${lines.join("\n")}`)));
  });
}

/** For programs that don't say which port they took. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new Error("failed to find a free port");
  return address.port;
}
