/** The clients of 0.1.0, built from its commit: the page, the TypeScript client and the Rust client. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const COMMIT = "6f47285cc20ea2e905f45dfbec6d087badfede1d";
const ROOT = resolve(import.meta.dirname, "../../..");
const FOLDER = join(ROOT, "target/released", COMMIT);
/** Written when the page and the TypeScript client are built, which is done once. */
const BUILT = join(FOLDER, "built");

export const PAGE = join(FOLDER, "web/dist");
/** Commands that take an address and a user's name. */
export const TYPESCRIPT_CLIENT = [
  process.execPath,
  join(import.meta.dirname, "talk.js"),
  join(FOLDER, "packages/client/dist/index.js"),
] as const;
export const RUST_CLIENT = [join(FOLDER, "target/debug/examples/talk")] as const;

/** Whether the commit is there. A clone without history asks where it came from. */
export function found(): boolean {
  const isThere = () => succeeds("git", ["cat-file", "-e", `${COMMIT}^{commit}`]);
  return (
    existsSync(BUILT) ||
    isThere() ||
    (succeeds("git", ["fetch", "--quiet", "--depth", "1", "origin", COMMIT]) && isThere())
  );
}

export function build(): void {
  if (!existsSync(BUILT)) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    run("sh", ["-c", `git archive ${COMMIT} | tar -x -C "${FOLDER}"`], ROOT);
    run("npm", ["ci", "--no-audit", "--no-fund"], FOLDER);
    for (const part of ["packages/client", "web"]) run("npm", ["run", "build", "-w", part], FOLDER);
    writeFileSync(BUILT, "");
  }
  const example = join(FOLDER, "crates/client/examples/talk.rs");
  copyFileSync(join(import.meta.dirname, "talk.rs"), example);
  const cargo = ["build", "--quiet", "--locked", "-p", "chinwag-client", "--example", "talk"];
  run("cargo", cargo, FOLDER, { CARGO_TARGET_DIR: join(FOLDER, "target") });
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    run(program, args, ROOT, { GIT_TERMINAL_PROMPT: "0" });
    return true;
  } catch {
    return false;
  }
}

/** Runs it to its end; throws its errors when it fails. */
function run(program: string, args: readonly string[], cwd: string, extra = {}): void {
  // Of `npm run -w` and Vitest, and meant for the workspace and the build of today.
  const { NODE_ENV, npm_config_workspace, npm_config_local_prefix, ...inherited } = process.env;
  const env = { ...inherited, ...extra };
  execFileSync(program, args, { cwd, env, timeout: 600_000, stdio: ["ignore", "ignore", "pipe"] });
}
