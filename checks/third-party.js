/** Writes what the program and its page are made of, with the licences of each: node third-party.js FILE */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./programs.js";

/** The crates that are linked into the program, not those that only build or test it. */
function crates() {
  const arguments_ = [
    "metadata",
    "--format-version=1",
    "--locked",
    "--filter-platform=x86_64-unknown-linux-gnu",
  ];
  const { packages, resolve } = JSON.parse(run("cargo", arguments_, { maxBuffer: 1 << 28 }));
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const found = new Set();
  const visit = (id) => {
    if (found.has(id)) return;
    found.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
    }
  };
  visit(packages.find(({ name, source }) => name === "chinwag" && source === null).id);
  return [...found]
    .map((id) => byId.get(id))
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, manifest_path }) => ({
      name,
      version,
      license,
      folder: dirname(manifest_path),
    }));
}

/** The packages that are built into the page. */
function packages() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "web/package.json"), "utf8"));
  const names = [
    ...Object.keys(dependencies).filter((name) => !name.startsWith("@chinwag/")),
    "@preact/signals-core",
  ];
  return names.map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { name, version, license, folder };
  });
}

function texts(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter(
      (name) =>
        /^(licen[cs]e|copying|notice|unlicense|copyright)/i.test(name) &&
        statSync(join(folder, name)).isFile(),
    )
    .map((name) => readFileSync(join(folder, name), "utf8").trim());
}

/** Everything that is in the program, and each text once with those to whom it applies. */
export function thirdParty() {
  const parts = [...crates(), ...packages()].sort((a, b) => a.name.localeCompare(b.name));
  const users = new Map();
  for (const { name, version, folder } of parts) {
    for (const text of texts(folder))
      users.set(text, [...(users.get(text) ?? []), `${name} ${version}`]);
  }
  const list = parts.map(({ name, version, license }) => `${name} ${version}: ${license}`);
  const rule = "=".repeat(80);
  const all = [...users].map(([text, names]) => `${rule}\n${names.join(", ")}\n\n${text}`);
  const head = "Chinwag is made of these, under these licences, besides its own (LICENSE).";
  return { parts, text: `${[head, "", ...list, "", ...all].join("\n")}\n` };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(process.argv[2], thirdParty().text);
}
