/** Where the programs are that `make target/checks/ready` brings, and how a test runs one to its end or beside it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const python = (name) => join(root, "target/checks/bin", name);
const debian = (name) => join(root, "target/checks/debian/usr", name);

const chinwag = resolve(root, process.env.CHINWAG_BIN ?? "target/release/chinwag");

export const programs = {
  chinwag,
  chinwagLoad: join(root, "target/debug/chinwag-load"),
  hadolint: python("hadolint"),
  kubernetesValidate: python("kubernetes-validate"),
  python: python("python"),
  caddy: debian("bin/caddy"),
  fail2banRegex: debian("bin/fail2ban-regex"),
  nginx: debian("sbin/nginx"),
  prometheus: debian("bin/prometheus"),
  promtool: debian("bin/promtool"),
};

/** Where Debian's package of fail2ban is unpacked. */
export const fail2ban = {
  config: join(root, "target/checks/debian/etc/fail2ban"),
  modules: debian("lib/python3/dist-packages"),
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

const endings = new WeakMap();

/** Does this after the test. The last registered comes first, so that a program ends before its folder is removed. */
export function atEnd(test, action) {
  if (!endings.has(test)) {
    const actions = [];
    endings.set(test, actions);
    test.after(async () => {
      for (const action of actions.reverse()) await action();
    });
  }
  endings.get(test).push(action);
}

/** A folder that is removed after the test. */
export function folder(test) {
  const path = mkdtempSync(join(tmpdir(), "chinwag-check-"));
  atEnd(test, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Starts it and waits until its lines have matched all patterns; it ends with the test. */
export async function start(test, program, args, patterns, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const ended = once(child, "exit");
  atEnd(test, async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const lines = [];
  const wanted = [patterns].flat();
  const found = wanted.map(() => null);
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        for (const [index, pattern] of wanted.entries()) found[index] ??= pattern.exec(line);
        if (found.every(Boolean)) resolve();
      });
    }
    child.once("error", reject);
    // After its last line, which comes after its exit.
    child.once("close", () => reject(new Error(`${program} ended: ${lines.join("\n")}`)));
  });
  return { found, lines, pid: child.pid };
}

/** The real server on a free port, with a store of its own; resolves to its port. */
export async function startServer(test, settings = {}) {
  return (await startListening(test, [LISTENING], settings))[0];
}

/** The same, with a listener for metrics; resolves to both ports. */
export async function startServerWithMetrics(test, settings = {}) {
  const patterns = [LISTENING, /metrics on http:\/\/[^"\s]*?:(\d+)\/metrics/];
  const [port, metrics] = await startListening(test, patterns, {
    METRICS_ADDRESS: "127.0.0.1:0",
    ...settings,
  });
  return { port, metrics };
}

/** The real server with its lines; resolves to its port and the lines that it has logged so far. */
export async function startLogging(test, settings = {}) {
  const { found, lines } = await startWith(test, [LISTENING], settings);
  return { port: Number(found[0][1]), lines };
}

const LISTENING = /listening on https?:\/\/[^"\s]*?:(\d+)/;

async function startListening(test, patterns, settings) {
  const { found } = await startWith(test, patterns, settings);
  return found.map(([, port]) => Number(port));
}

function startWith(test, patterns, settings) {
  const cwd = folder(test);
  const env = { PATH: process.env.PATH, SERVER_ADDRESS: "127.0.0.1:0", DATA_DIR: cwd, ...settings };
  return start(test, programs.chinwag, [], patterns, { cwd, env });
}

/** A certificate for this name and its key in a folder, named as certbot names them. */
export function makeCertificate(path, name) {
  const [key, certificate] = ["privkey.pem", "fullchain.pem"].map((file) => join(path, file));
  const subject = ["-subj", `/CN=${name}`, "-days", "30"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  run("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", certificate, ...subject]);
}

/** A redis-server that makes every write durable and ends with the test; resolves to its URL. */
export async function startRedis(test) {
  const port = await freePort();
  const durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder(test), ...durable];
  await start(test, "redis-server", args, /Ready to accept connections/);
  return `redis://127.0.0.1:${port}`;
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
