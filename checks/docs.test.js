/** What the documents say is so: links lead somewhere, settings and codes exist, marked shell blocks run. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "node:test";
import { containers } from "./manifests.js";
import { folder, programs, read, root, run, startServerWithMetrics } from "./programs.js";

const pages = run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"])
  .trim()
  .split("\n");
const withoutCode = (text) => text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, "");

/** As GitHub makes them of headings. */
function anchors(page) {
  const headings = read(page)
    .replace(/^```.*?^```$/gms, "")
    .matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, text]) =>
      text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test("every relative link leads somewhere", () => {
  let links = 0;
  for (const page of pages) {
    const text = withoutCode(read(page));
    const targets = [
      ...text.matchAll(/\]\(([^)\s]+)\)/g),
      ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
    ];
    for (const [, target] of targets) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const file = path === "" ? page : relative(root, join(root, dirname(page), path));
      assert.ok(existsSync(join(root, file)), `${page} links to ${target}`);
      if (anchor && statSync(join(root, file)).isFile()) {
        assert.ok(anchors(file).has(anchor), `${page} links to ${target}`);
      }
      links++;
    }
  }
  assert.ok(links > 30);
});

const help = run(programs.chinwag, ["--help"], { env: { PATH: process.env.PATH } });
const settings = new Set([...help.matchAll(/\[env: (\w+)/g)].map(([, name]) => name));
/** Variables of tests, tools and the system, not of the server. */
const OTHERS = new Set([
  "AF_UNIX",
  "AWS_ACCESS_KEY_ID",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "CAP_NET_BIND_SERVICE",
  "EX_CONFIG",
  "FUZZ_SECONDS",
  "LC_ALL",
  "LC_CTYPE",
  // The typo of docs/configuration.md.
  "MESAGE_RATE",
  "NO_COLOR",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SDK_DISABLED",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_EXPORTER",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "SEED_REDIS_URL",
  "SSL_CERT_FILE",
  "XDG_STATE_HOME",
]);

test("the settings of --help, .env.sample and the documents are the same", () => {
  const sample = [...read(".env.sample").matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  assert.deepEqual([...sample].sort(), [...settings].sort());
  const told = new Set();
  for (const page of pages) {
    for (const [name] of read(page).matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b(?!\()/g)) {
      const isKnown = OTHERS.has(name) || name.startsWith("CHINWAG_");
      if (settings.has(name)) told.add(name);
      else assert.ok(isKnown || !name.includes("_"), `${page} names ${name}`);
    }
  }
  assert.deepEqual(
    [...settings].filter((name) => !told.has(name)),
    [],
  );
});

test("what deploys Chinwag sets only what there is", () => {
  const set = [
    ...Object.keys(JSON.parse(read("app.json")).env),
    ...[...read("Dockerfile").matchAll(/^ENV (.+)$/gm)].flatMap(([, line]) =>
      [...line.matchAll(/(\w+)=/g)].map(([, name]) => name),
    ),
    ...[...read("compose.yaml").matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name),
    ...containers("chinwag").flatMap(({ env }) => env.map(({ name }) => name)),
    ...["chinwag.service", "tls.conf", "chinwag-backup.service"].flatMap((name) =>
      [...read(`deploy/systemd/${name}`).matchAll(/^#?Environment=(.+)$/gm)].flatMap(([, line]) =>
        [...line.matchAll(/(\w+)=/g)].map(([, name]) => name),
      ),
    ),
    ...[...read("deploy/caddy/compose.yaml").matchAll(/^ {6}((?:PUBLIC|TRUSTED)_\w+):/gm)].map(
      ([, name]) => name,
    ),
  ];
  assert.ok(set.length >= 9, String(set));
  for (const name of set) assert.ok(settings.has(name), name);
});

test("every error code that a document names is one", () => {
  const generated = read("packages/client/src/protocol.gen.ts");
  const table = /ErrorCode = \{(.*?)\} as const/s.exec(generated)[1];
  const codes = new Set([...table.matchAll(/: (\d+),/g)].map(([, code]) => code));
  const named = new Set();
  for (const page of pages) {
    for (const [, code] of read(page).matchAll(/\berrors? (\d+)\b/gi)) {
      assert.ok(codes.has(code), `${page} names error ${code}`);
      named.add(code);
    }
  }
  // docs/protocol.md has all of them in its table, which crates/protocol/tests/documented.rs checks.
  assert.ok(named.size > 5);
});

/** The types of the frames that the conversation by hand prints. */
const types = (said) => [...said.matchAll(/^\{["']type["']: ?["'](\w+)/gm)].map(([, type]) => type);
const SHOWN = ["ready", "authorized", "sys", "users"];

test("the marked shell blocks run", async (t) => {
  const cwd = folder(t);
  copyFileSync(join(root, ".env.sample"), join(cwd, ".env.sample"));
  const data = folder(t);
  const { port, metrics } = await startServerWithMetrics(t, { DATA_DIR: data });
  const PATH = `${dirname(programs.chinwag)}:${join(root, "target/checks/bin")}:${process.env.PATH}`;
  const hook = ["hooks", "create", "General", "CI"];
  const HOOK = run(programs.chinwag, hook, { env: { PATH, DATA_DIR: data } }).trim();
  let blocks = 0;
  for (const page of pages) {
    // A block of text behind it, if there is one, is what it prints.
    const marked = /^```sh run\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?/gms;
    for (const [, block, text] of read(page).matchAll(marked)) {
      const script = block
        .replaceAll("localhost:5000", `localhost:${port}`)
        .replaceAll("localhost:9464", `localhost:${metrics}`);
      const said = run("bash", ["--norc", "-euo", "pipefail", "-c", script], {
        cwd,
        env: { PATH, HOME: cwd, DATA_DIR: data, HOOK },
      });
      // What it writes as errors follows.
      if (text) assert.equal(said.slice(0, text.length), text, page);
      else if (page === "docs/integrations.md") assert.match(said, /^(ok)?$/, block);
      if (page === "docs/protocol.md") assert.deepEqual(types(said), SHOWN);
      blocks++;
    }
  }
  assert.ok(blocks >= 3, `${blocks} blocks`);
});
