/** The clients as others get them: packed, installed in an empty project, and tried in each runtime. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { EXPECTED } from "./client/talk.js";
import { folder, read, root, run, startServer } from "./programs.js";

const require = createRequire(join(root, "web/package.json"));
const tool = (name) => join(root, "node_modules/.bin", name);
const client = join(root, "packages/client");

/** A project with nothing in it but the package and `ws`. */
function project(t) {
  const cwd = folder(t);
  const [{ filename, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--silent", "--pack-destination", cwd], { cwd: client }).replace(
      /^[^[]*/,
      "",
    ),
  );
  writeFileSync(join(cwd, "package.json"), '{ "private": true, "type": "module" }');
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--install-links", filename, ws], {
    cwd,
  });
  copyFileSync(join(root, "checks/client/talk.js"), join(cwd, "talk.js"));
  return { cwd, files: files.map(({ path }) => path) };
}

const ws = join(root, "checks/node_modules/ws");

test("the tarball is whole, and has no more than it should", (t) => {
  const { files } = project(t);
  for (const file of ["LICENSE", "CHANGELOG.md", "README.md", "dist/index.js", "dist/index.d.ts"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  const isCode = (file) => /^(dist|src)\/(testing\/)?[\w.-]+$/.test(file);
  const others = ["examples/echo_bot.ts", "package.json"];
  const strangers = files.filter((file) => !isCode(file) || file.includes(".test."));
  assert.deepEqual(strangers.sort(), ["CHANGELOG.md", "LICENSE", "README.md", ...others]);
  const { exports } = JSON.parse(read("packages/client/package.json"));
  for (const target of Object.values(exports).flatMap((entry) => Object.values(entry))) {
    if (target.startsWith("./")) assert.ok(files.includes(target.slice(2)), target);
  }
  assert.match(read("packages/client/CHANGELOG.md"), /^# Changelog/);
});

const TYPED = `
import { Chat, ErrorCode, type Message, Refusal, type Positions } from "@chinwag/client";
import { message } from "@chinwag/client/testing";
const positions: Positions = { channels: { "": 1 } };
const chat = new Chat("localhost:5000", { positions });
chat.onMessage = async ({ Seq }: Message) => void (await chat.markRead("", Seq));
export const isTooLarge = (e: unknown) => e instanceof Refusal && e.code === ErrorCode.TooLarge;
export const seq: number = message(1).Seq;
`;

for (const [module, moduleResolution] of [
  ["node16", "node16"],
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
]) {
  test(`its types compile with moduleResolution ${moduleResolution}`, (t) => {
    const { cwd } = project(t);
    writeFileSync(join(cwd, "typed.ts"), TYPED);
    const options = { module, moduleResolution, target: "es2022", strict: true, types: [] };
    const compilerOptions = { ...options, lib: ["es2023", "dom"], noEmit: true };
    writeFileSync(
      join(cwd, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["typed.ts"] }),
    );
    run(tool("tsc"), ["-p", "."], { cwd });
  });
}

const own = (name) => join(root, "checks/node_modules", name);
const RUNTIMES = [
  { name: "Node.js", program: process.execPath, args: [], ws: true },
  { name: "Node.js, by require", program: process.execPath, args: [], ws: true, cjs: true },
  { name: "Deno", program: native("@deno", "deno"), args: ["run", "--allow-all", "--quiet"] },
  { name: "Bun", program: native("@oven", "bin/bun"), args: [] },
];

/** The program of a package that has one for each platform. */
function native(scope, path) {
  const packages = existsSync(own(scope)) ? readdirSync(own(scope)) : [];
  return packages.map((name) => join(own(scope), name, path)).find((file) => existsSync(file));
}

const skip = (program, name) => program === undefined && `NOT TRIED: ${name} is not installed`;

for (const { name, program, args, ws, cjs } of RUNTIMES) {
  test(`it talks in ${name}`, { skip: skip(program, name) }, async (t) => {
    const { cwd } = project(t);
    const port = await startServer(t);
    const call = `talk("http://127.0.0.1:${port}", "Somebody", ${ws ? "{ WebSocket }" : "{}"})`;
    const [file, source] = cjs
      ? ["run.cjs", `const { WebSocket } = require("ws"), { talk } = require("./talk.js");`]
      : [
          "run.js",
          `${ws ? 'import { WebSocket } from "ws";' : ""} import { talk } from "./talk.js";`,
        ];
    writeFileSync(join(cwd, file), `${source}\n${call}.then(console.log);`);
    assert.equal(run(program, [...args, file], { cwd }).trim(), EXPECTED);
  });
}

test("a page of another origin is told why, where the runtime says it", async (t) => {
  const { cwd } = project(t);
  const port = await startServer(t);
  const source = `import { Chat } from "@chinwag/client";
    import { WebSocket } from "ws";
    class Foreign extends WebSocket {
      constructor(url) { super(url, { origin: "https://foreign.example" }); }
    }
    const chat = new Chat("localhost:${port}", { WebSocket: Foreign });
    const as = { username: "Ada", password: "secret" };
    console.log(String(await chat.signIn(as).catch((error) => error)));`;
  writeFileSync(join(cwd, "foreign.js"), source);
  assert.match(run(process.execPath, ["foreign.js"], { cwd }), /^Unreachable: .*403/);
});

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const BROWSERS = [
  {
    name: "without a bundler",
    make(cwd, page) {
      const map = { imports: { "@chinwag/client": "/lib/index.js" } };
      const html = `<!doctype html><script type="importmap">${JSON.stringify(map)}</script>`;
      writeFileSync(
        join(page, "index.html"),
        `${html}<script type="module" src="/run.js"></script>`,
      );
      mkdirSync(join(page, "lib"));
      const lib = join(cwd, "node_modules/@chinwag/client/dist");
      for (const file of readdirSync(lib).filter((file) => file.endsWith(".js"))) {
        copyFileSync(join(lib, file), join(page, "lib", file));
      }
      for (const file of ["run.js", "talk.js"]) copyFileSync(join(cwd, file), join(page, file));
    },
  },
  {
    name: "with a bundler",
    make(cwd, page) {
      const html = `<!doctype html><script type="module" src="/run.js"></script>`;
      writeFileSync(join(cwd, "index.html"), html);
      run(tool("vite"), ["build", "--logLevel", "warn", "--emptyOutDir", "--outDir", page], {
        cwd,
      });
    },
  },
];

for (const { name, make } of BROWSERS) {
  const missing = existsSync(chromium) ? undefined : "NOT TRIED: Chromium is not installed";
  test(`it talks in a browser, ${name}`, { skip: missing ?? false }, async (t) => {
    const { cwd } = project(t);
    const page = folder(t);
    const source = `import { talk } from "./talk.js";
      const said = (text) => { document.title = text; };
      talk(location.origin, "Somebody").then(said, (error) => said(String(error)));`;
    writeFileSync(join(cwd, "run.js"), source);
    make(cwd, page);
    const port = await startServer(t, { CLIENT_LOCATION: page });
    const browser = await require("playwright-core").chromium.launch({
      executablePath: chromium,
      args: ["--headless", "--no-sandbox", "--disable-gpu"],
    });
    t.after(() => browser.close());
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction(() => document.title !== "");
    assert.equal(await tab.title(), EXPECTED);
  });
}

const CRATES = ["chinwag-protocol", "chinwag-client"];

// A repository they can't name before it has a public address.
test("the crates that are published say what they are, and no other one is published", () => {
  const metadata = ["metadata", "--no-deps", "--format-version=1", "--quiet"];
  const { packages } = JSON.parse(run("cargo", metadata));
  const published = packages.filter(({ publish }) => publish === null);
  assert.deepEqual(published.map(({ name }) => name).sort(), [...CRATES].sort());
  for (const { name, description, license, readme, keywords, categories } of published) {
    assert.ok(description && readme && keywords.length > 0 && categories.length > 0, name);
    assert.equal(license, "MIT");
  }
});

test("the crates have no more files than they should", () => {
  for (const name of CRATES) {
    const listed = spawnSync("cargo", ["package", "--list", "--allow-dirty", "-p", name], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(listed.status, 0, listed.stderr);
    const files = listed.stdout.trim().split("\n");
    for (const file of ["LICENSE", "README.md", "src/lib.rs"])
      assert.ok(files.includes(file), file);
    const own = /^(\.cargo_vcs_info\.json|Cargo\.(lock|toml|toml\.orig)|LICENSE|README\.md)$/;
    const strangers = files.filter(
      (file) => !own.test(file) && !/^(src|examples)\/.*\.rs$/.test(file),
    );
    assert.deepEqual(strangers, []);
  }
});

test("all packages have the version of the program", () => {
  const version = /^version = "(.*)"$/m.exec(read("Cargo.toml"))[1];
  for (const path of ["", "packages/client/", "web/"]) {
    assert.equal(JSON.parse(read(`${path}package.json`)).version, version, path);
  }
  const { dependencies } = JSON.parse(read("web/package.json"));
  assert.equal(dependencies["@chinwag/client"], version);
  const pages = ["docs/deploy.md", "docs/maintenance.md", "deploy/kubernetes/chinwag.yaml"];
  const named = [...pages, "packages/client/README.md"].flatMap((page) =>
    [...read(page).matchAll(/chinwag(?::|-client-)(\d+\.\d+\.\d+)/g)].map(([, found]) => found),
  );
  assert.deepEqual([...new Set(named)], [version]);
  assert.match(read("CHANGELOG.md"), new RegExp(`^## ${version.replaceAll(".", "\\.")}`, "m"));
});

test("the crates talk in an empty project", async (t) => {
  const cwd = folder(t);
  const packages = CRATES.flatMap((name) => ["-p", name]);
  run("cargo", ["package", "--quiet", "--allow-dirty", "--no-verify", ...packages]);
  const paths = CRATES.map((name) => {
    const version = /^version = "(.*)"$/m.exec(read("Cargo.toml"))[1];
    run("tar", ["-xzf", join(root, `target/package/${name}-${version}.crate`), "-C", cwd]);
    assert.ok(existsSync(join(cwd, `${name}-${version}/LICENSE`)));
    return `${name} = { path = "${name}-${version}" }`;
  });
  const manifest = `[package]\nname = "empty"\nedition = "2024"\n
[dependencies]\n${paths[1]}\ntokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n
[patch.crates-io]\n${paths[0]}\n`;
  writeFileSync(join(cwd, "Cargo.toml"), manifest);
  mkdirSync(join(cwd, "src"));
  copyFileSync(join(root, "checks/client/talk.rs"), join(cwd, "src/main.rs"));
  copyFileSync(join(root, "Cargo.lock"), join(cwd, "Cargo.lock"));
  const env = { ...process.env, CARGO_TARGET_DIR: join(root, "target/empty-project") };
  const port = await startServer(t);
  const args = ["run", "--quiet", "--offline", "--", `http://127.0.0.1:${port}`];
  assert.equal(run("cargo", args, { cwd, env }).trim(), EXPECTED);
});
