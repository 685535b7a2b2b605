/** What deploys Chinwag is valid, and what can be run without a container engine is run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { basename, join } from "node:path";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  fail2ban,
  folder,
  freePort,
  makeCertificate,
  programs,
  read,
  root,
  run,
  start,
  startLogging,
  startServer,
} from "./programs.js";
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

test("the compose files are of the Compose Specification's shape", () => {
  const check =
    "import sys, compose_spec; file = compose_spec.PyCompose.from_yaml(sys.stdin.read()); file.validate(); print(*sorted(file.service_names()))";
  // What Compose fills in first.
  const filled = read("compose.yaml").replace(/\$\{\w+:-([^}]+)\}/g, "$1");
  const names = run(programs.python, ["-c", check], { input: filled });
  assert.equal(names.trim(), "chinwag redis");
  // !reset, by which Compose drops what the first file says, is not of the Specification's YAML.
  const caddy = read("deploy/caddy/compose.yaml").replace(/!reset \[\]/, "[]");
  const site = caddy.replace(/\$\{SITE[^}]*\}/g, "chat.example.org");
  assert.equal(run(programs.python, ["-c", check], { input: site }).trim(), "caddy chinwag");
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

test("with its drop-in the unit may use port 443, and still leaves the service little", (t) => {
  const path = folder(t);
  const unit = join(path, "chinwag.service");
  const dropIn = read("deploy/systemd/tls.conf");
  // systemd merges a drop-in so: what it sets comes last.
  const [head, service, install] = read("deploy/systemd/chinwag.service")
    .replace("/usr/local/bin/chinwag", programs.chinwag)
    .split(/(?=^\[(?:Service|Install)\]$)/m);
  const set = dropIn.replace(/^#([A-Z]\w+=)/gm, "$1").replace("[Service]\n", "");
  writeFileSync(unit, `${head}${service}${set}\n${install}`);
  const unknown = /^.*Unknown key.* '(RestartSteps|RestartMaxDelaySec)' .*\n/gm;
  assert.equal(run("systemd-analyze", ["verify", "--man=no", unit]).replace(unknown, ""), "");
  const said = run("systemd-analyze", ["security", "--offline=yes", "--no-pager", unit]);
  assert.match(said, /✗ AmbientCapabilities=/);
  assert.ok(Number(/Overall exposure level for .*: ([\d.]+)/.exec(said)?.[1]) < 2.5, said);
});

test("the units of the nightly backup are understood", (t) => {
  const path = folder(t);
  const units = ["chinwag-backup.service", "chinwag-backup.timer"].map((name) => join(path, name));
  for (const unit of units) cpSync(join(root, "deploy/systemd", basename(unit)), unit);
  assert.equal(run("systemd-analyze", ["verify", "--man=no", ...units]), "");
});

test("fail2ban finds the addresses of refused sign-ins in both forms of the log", async (t) => {
  const path = folder(t);
  for (const format of ["json", "text"]) {
    const { port, lines } = await startLogging(t, {
      LOG_FORMAT: format,
      TRUSTED_PROXIES: "127.0.0.1",
    });
    for (const from of ["203.0.113.7", "2001:db8::1"]) {
      const guesser = new Talker(port, { headers: { "x-forwarded-for": from } });
      await guesser.next("ready");
      guesser.send("signIn", { accessKey: "no-such-key" });
      await guesser.next("error");
      await guesser.leave();
    }
    // The log is written before the answer, and read by this process at its own pace.
    const refused = () => lines.filter((line) => line.includes("refused a sign-in"));
    while (refused().length < 2) await setImmediate();
    writeFileSync(join(path, "log"), `${lines.join("\n")}\n`);
    const filter = join(root, "deploy/fail2ban/chinwag.conf");
    const found = run(
      programs.python,
      [programs.fail2banRegex, "-v", "-c", fail2ban.config, join(path, "log"), filter],
      { env: { PATH: process.env.PATH, PYTHONPATH: fail2ban.modules } },
    );
    assert.match(found, /Failregex: 2 total/);
    for (const address of ["203.0.113.7", "2001:db8::1"]) assert.ok(found.includes(address), found);
  }
});

test("the workflows run targets of the Makefile, and each slow one is run each night", () => {
  const targets = [...read("Makefile").matchAll(/^([a-z-]+):.* ## /gm)].map(([, name]) => name);
  const made = (name) =>
    [...read(`.github/workflows/${name}.yml`).matchAll(/\bmake ([\w-]+)$/gm)].map(([, to]) => to);
  for (const name of [...made("ci"), ...made("nightly")]) assert.ok(targets.includes(name), name);
  const slow = "advisories attack autobahn bench-quick bots chaos fuzz otel page soak valkey".split(
    " ",
  );
  assert.deepEqual(made("nightly").sort(), slow);
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
async function talkThrough(port, { tls = false } = {}) {
  const talker = new Talker(port, { scheme: tls ? "wss" : "ws" });
  await talker.signIn("Ada");
  assert.equal((await talker.say("through")).Message, "through");
  await talker.leave();
  const answer = async (path) => {
    const request = (tls ? https : http).get({ host: "127.0.0.1", port, path, ...TRUSTING });
    const [response] = await once(request, "response");
    response.resume();
    return response;
  };
  assert.equal((await answer("/healthz")).statusCode, 200);
  assert.equal((await answer("/metrics")).statusCode, 404);
  return answer;
}

/** For a certificate that the test has made itself. */
const TRUSTING = { rejectUnauthorized: false, servername: "chat.example.org" };

test("people talk through nginx", async (t) => {
  const server = await startServer(t, { TRUSTED_PROXIES: "127.0.0.1" });
  const [path, plain, port] = [folder(t), await freePort(), await freePort()];
  makeCertificate(path, "chat.example.org");
  const site = read("deploy/nginx/chinwag.conf")
    .replace("listen 80;", `listen 127.0.0.1:${plain};`)
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
    .replace(/ *listen \[::\].*\n/g, "")
    .replaceAll("/etc/letsencrypt/live/chat.example.org", path)
    .replace("server 127.0.0.1:5000;", `server 127.0.0.1:${server};`);
  writeFileSync(join(path, "chinwag.conf"), site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const config = `daemon off; pid ${path}/pid; error_log stderr notice; events {}
    http { access_log off; ${temporary.map((name) => `${name}_temp_path ${path}/${name};`).join(" ")} include ${path}/chinwag.conf; }`;
  writeFileSync(join(path, "nginx.conf"), config);
  const args = ["-e", "stderr", "-p", path, "-c", join(path, "nginx.conf")];
  run(programs.nginx, ["-t", ...args]);
  await start(t, programs.nginx, args, /start worker process \d/);
  const answer = await talkThrough(port, { tls: true });
  const { headers } = await answer("/");
  assert.equal(headers["strict-transport-security"], "max-age=31536000");
  const redirect = await fetch(`http://127.0.0.1:${plain}/chat`, { redirect: "manual" });
  assert.equal(redirect.status, 301);
  assert.match(redirect.headers.get("location"), /^https:\/\/[^/]+\/chat$/);
});

test("people talk through Caddy", async (t) => {
  const server = await startServer(t, { TRUSTED_PROXIES: "127.0.0.1" });
  const [path, port] = [folder(t), await freePort()];
  const site = read("deploy/caddy/Caddyfile");
  writeFileSync(join(path, "Caddyfile"), `{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n${site}`);
  // As deploy/caddy/compose.yaml sets them; by plain HTTP, so that Caddy makes no certificate.
  const set = { SITE: `http://127.0.0.1:${port}`, CHINWAG: `127.0.0.1:${server}` };
  const home = { HOME: path, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path };
  const env = { PATH: process.env.PATH, ...home, ...set };
  await start(
    t,
    programs.caddy,
    ["run", "--config", join(path, "Caddyfile")],
    /serving initial configuration/,
    { env },
  );
  await talkThrough(port);
});
