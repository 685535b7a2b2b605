/** Starts the real program on a free port with a store of its own, kills it, and starts it again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(
  import.meta.dirname,
  "..",
  process.env.CHINWAG_BIN ?? "../target/release/chinwag",
);

export type StoreKind = "embedded" | "redis";

export class Server {
  #program: ChildProcess | undefined;
  #redis: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly redisPort: number | undefined,
  ) {}

  static async start(store: StoreKind): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "chinwag-e2e-"));
    const redisPort = store === "redis" ? await freePort() : undefined;
    const server = new Server(await freePort(), folder, redisPort);
    if (redisPort !== undefined) await server.#startRedis(redisPort);
    await server.restart();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Ends the program at once, as a crash would. */
  async kill(): Promise<void> {
    await end(this.#program, "SIGKILL");
    this.#program = undefined;
  }

  async restart(): Promise<void> {
    await this.kill();
    const redis =
      this.redisPort === undefined ? {} : { REDIS_URL: `redis://127.0.0.1:${this.redisPort}` };
    const folder = process.env.CHINWAG_CLIENT;
    const client = folder === undefined ? {} : { CLIENT_LOCATION: resolve(folder) };
    this.#program = spawn(PROGRAM, {
      env: {
        PATH: process.env.PATH,
        SERVER_ADDRESS: `127.0.0.1:${this.port}`,
        DATA_DIR: this.folder,
        MESSAGE_RATE: "0",
        SIGN_IN_RATE: "0",
        CONNECTION_RATE: "0",
        ...redis,
        ...client,
      },
      cwd: this.folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    await listening(this.port, this.#program);
  }

  async stop(): Promise<void> {
    await this.kill();
    await end(this.#redis, "SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }

  async #startRedis(port: number): Promise<void> {
    const options = [
      "--port",
      String(port),
      "--dir",
      this.folder,
      "--save",
      "",
      "--appendonly",
      "yes",
    ];
    this.#redis = spawn("redis-server", [...options, "--appendfsync", "always"], {
      stdio: "ignore",
    });
    await listening(port, this.#redis);
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new Error("failed to find a free port");
  return address.port;
}

/** A program tells nobody when it listens, so it is asked until it answers or has ended. */
async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`failed to start: the program ended with ${child.exitCode}`);
    if (await accepts(port)) return;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
