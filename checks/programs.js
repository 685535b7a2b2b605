/** Where the programs are that `make target/checks/ready` brings, and how a test runs one to its end or beside it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const python = (name) => join(root, "target/checks/bin", name);
const debian = (name) => join(root, "target/checks/debian/usr", name);

const chinwag = join(root, process.env.CHINWAG_BIN ?? "target/release/chinwag");

export const programs = {
  chinwag,
  chinwagLoad: join(dirname(chinwag), "chinwag-load"),
  hadolint: python("hadolint"),
  kubernetesValidate: python("kubernetes-validate"),
  python: python("python"),
  caddy: debian("bin/caddy"),
  nginx: debian("sbin/nginx"),
  prometheus: debian("bin/prometheus"),
  promtool: debian("bin/promtool"),
};

export const read = (name) => readFileSync(join(root, name), "utf8");

/** Runs it to its end; throws what it said when it fails. */
export function run(program, args, options = {}) {
  const ended = spawnSync(program, args, { cwd: root, encoding: "utf8", ...options });
  if (ended.error) throw ended.error;
  if (ended.status !== 0)
    throw new Error(`${program} ${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  return ended.stdout + ended.stderr;
}

/** A folder that is gone after the test. */
export function folder(test) {
  const path = mkdtempSync(join(tmpdir(), "chinwag-check-"));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Starts it and waits until it says what is wanted; it ends with the test. */
export async function start(test, program, args, wanted, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const ended = once(child, "exit");
  test.after(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const lines = [];
  const found = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        const match = wanted.exec(line);
        if (match) resolve(match);
      });
    }
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${program} ended: ${lines.join("\n")}`)));
  });
  return { found, lines };
}

/** The real server on a free port, with a store of its own; resolves to its port. */
export async function startServer(test, settings = {}) {
  const cwd = folder(test);
  const env = { PATH: process.env.PATH, SERVER_ADDRESS: "127.0.0.1:0", DATA_DIR: cwd, ...settings };
  const { found } = await start(
    test,
    programs.chinwag,
    [],
    /listening on http:\/\/[^"\s]*?:(\d+)/,
    { cwd, env },
  );
  return Number(found[1]);
}

/** For programs that don't say which port they took. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
