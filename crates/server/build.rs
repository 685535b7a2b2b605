//! Builds the web client into the binary. Without Node.js the server is built without it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("web");
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..");
    for source in [
        "package.json",
        "package-lock.json",
        "packages/client/package.json",
        "packages/client/src",
        "web/src",
        "web/public",
        "web/index.html",
        "web/package.json",
        "web/vite.config.ts",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    fs::create_dir_all(&out).expect("OUT_DIR can be written");
    if let Err(reason) = build(&root, &out) {
        println!("cargo::warning=the web client is left out: {reason}");
    }
}

fn build(root: &Path, out: &Path) -> Result<(), String> {
    if !root.join("node_modules").is_dir() {
        run(root, &["ci", "--no-audit", "--no-fund"])?;
    }
    let out = out.to_str().ok_or("the path of OUT_DIR is not Unicode")?;
    run(&root.join("web"), &["run", "build", "--", "--outDir", out, "--emptyOutDir"])
}

fn run(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("npm").args(arguments).current_dir(folder).output();
    let output = output.map_err(|_| "npm was not found; install Node.js 20 or newer".to_owned())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
    Err(format!("npm {} failed: {}", arguments[0], said.join(" | ")))
}
