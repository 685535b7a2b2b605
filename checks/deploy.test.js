/** What deploys Chinwag is valid, and what can be run without a container engine is run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { folder, freePort, programs, read, root, run, start, startServer } from "./programs.js";
import { Talker } from "./talker.js";

test("the Dockerfile is as hadolint would have it", () => {
  run(programs.hadolint, ["Dockerfile"]);
});

test("what .dockerignore lets through is a whole workspace, for cargo and for npm", (t) => {
  const path = folder(t);
  const allowed = [...read(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, name]) => name);
  for (const file of run("git", ["ls-files", "--", ...allowed])
    .trim()
    .split("\n")) {
    cpSync(join(root, file), join(path, file));
  }
  rmSync(join(path, "rust-toolchain.toml"));
  const options = { cwd: path, maxBuffer: 1 << 28 };
  run("cargo", ["metadata", "--locked", "--format-version=1"], options);
  run("npm", ["ci", "--dry-run", "--no-audit", "--no-fund"], options);
});

test("the compose file is of the Compose Specification's shape", () => {
  const check =
    "import sys, compose_spec; file = compose_spec.PyCompose.from_yaml(sys.stdin.read()); file.validate(); print(*sorted(file.service_names()))";
  // What Compose fills in first.
  const filled = read("compose.yaml").replace(/\$\{\w+:-(\w+)\}/g, "$1");
  const names = run(programs.python, ["-c", check], { input: filled });
  assert.equal(names.trim(), "chinwag redis");
});

test("the systemd unit is understood, and leaves the service little", (t) => {
  const path = folder(t);
  const unit = join(path, "chinwag.service");
  writeFileSync(
    unit,
    read("deploy/systemd/chinwag.service").replace("/usr/local/bin/chinwag", programs.chinwag),
  );
  // Before version 254 it doesn't know these two, and says so.
  const unknown = /^.*Unknown key.* '(RestartSteps|RestartMaxDelaySec)' .*\n/gm;
  assert.equal(run("systemd-analyze", ["verify", "--man=no", unit]).replace(unknown, ""), "");
  const said = run("systemd-analyze", ["security", "--offline=yes", "--no-pager", unit]);
  const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
  assert.ok(exposure < 2, said);
});

test("the systemd unit is started again until it runs, unless a setting is wrong", (t) => {
  const sections = read("deploy/systemd/chinwag.service").split(/^\[(\w+)\]$/m);
  const section = (name) => sections[sections.indexOf(name) + 1];
  assert.match(section("Unit"), /^StartLimitIntervalSec=0$/m);
  assert.match(section("Service"), /^Restart=on-failure$/m);
  const [, codes] = /^RestartPreventExitStatus=(.+)$/m.exec(section("Service"));
  const env = { PATH: process.env.PATH, MESSAGE_RATE: "many" };
  const ended = [[], ["--mesage-rate", "5"]].map(
    (args) => spawnSync(programs.chinwag, args, { env, cwd: folder(t) }).status,
  );
  assert.deepEqual(ended.map(String).sort(), codes.split(" ").sort());
});

test("no container publishes the metrics' port", () => {
  const ports = [...read("compose.yaml").matchAll(/^ +- "(\S+:\d+)"$/gm)].map(([, port]) => port);
  assert.deepEqual(ports, [`\${PORT:-5000}:5000`]);
  assert.match(read("Dockerfile"), /^EXPOSE 5000$/m);
});

test("the server takes the settings of app.json", async (t) => {
  const { env } = JSON.parse(read("app.json"));
  const set = Object.entries(env).flatMap(([name, { value }]) => (value ? [[name, value]] : []));
  assert.ok(set.some(([name]) => name === "TRUSTED_PROXIES"));
  await startServer(t, Object.fromEntries(set));
});

/** Signs in and talks through the proxy, which leads to no metrics. */
async function talkThrough(port) {
  const talker = new Talker(port);
  await talker.signIn("Ada");
  assert.equal((await talker.say("through")).Message, "through");
  await talker.leave();
  const answer = async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  assert.equal(await answer("/healthz"), 200);
  assert.equal(await answer("/metrics"), 404);
}

test("people talk through nginx", async (t) => {
  const server = await startServer(t, { TRUSTED_PROXIES: "127.0.0.1" });
  const [path, port] = [folder(t), await freePort()];
  const site = read("deploy/nginx/chinwag.conf")
    .replace("listen 80;", `listen 127.0.0.1:${port};`)
    .replace("server 127.0.0.1:5000;", `server 127.0.0.1:${server};`);
  writeFileSync(join(path, "chinwag.conf"), site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const config = `daemon off; pid ${path}/pid; error_log stderr notice; events {}
    http { access_log off; ${temporary.map((name) => `${name}_temp_path ${path}/${name};`).join(" ")} include ${path}/chinwag.conf; }`;
  writeFileSync(join(path, "nginx.conf"), config);
  const args = ["-e", "stderr", "-p", path, "-c", join(path, "nginx.conf")];
  run(programs.nginx, ["-t", ...args]);
  await start(t, programs.nginx, args, /start worker process \d/);
  await talkThrough(port);
});

test("people talk through Caddy", async (t) => {
  const server = await startServer(t, { TRUSTED_PROXIES: "127.0.0.1" });
  const [path, port] = [folder(t), await freePort()];
  const site = read("deploy/caddy/Caddyfile")
    .replace("chat.example.org {", `http://127.0.0.1:${port} {\n\tbind 127.0.0.1`)
    .replace("127.0.0.1:5000", `127.0.0.1:${server}`);
  writeFileSync(join(path, "Caddyfile"), `{\n\tadmin off\n}\n${site}`);
  const env = { PATH: process.env.PATH, HOME: path, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path };
  await start(
    t,
    programs.caddy,
    ["run", "--config", join(path, "Caddyfile")],
    /serving initial configuration/,
    { env },
  );
  await talkThrough(port);
});
