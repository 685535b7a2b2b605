//! The arrows of ARCHITECTURE.md: a module imports only what stands before it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The modules of `crates/server/src`, from below to above.
const ORDER: &[&str] = &[
    "samples",
    "visible",
    "names",
    "mentions",
    "quiet",
    "ring",
    "access_key",
    "link_secret",
    "passwords",
    "outage",
    "readiness",
    "shutdown",
    "env_file",
    "proxies",
    "origins",
    "push_hosts",
    "refusals",
    "metrics",
    "config",
    "traces",
    "log",
    "listen",
    "typos",
    "tls",
    "limits",
    "wire",
    "refused",
    "reply",
    "connection",
    "interest",
    "batch",
    "changes",
    "mailbox",
    "push",
    "feed",
    "followers",
    "files",
    "side",
    "app",
    "hooks",
    "deletions",
    "metrics_page",
    "operator",
    "control",
    "core",
    "commands",
    "conversation",
    "page",
    "router",
    "http",
    "run",
    "cli",
];

/// The text of a module's files, without their unit tests.
fn text(of: &Path) -> String {
    if of.is_dir() {
        let files = fs::read_dir(of).unwrap().map(|file| text(&file.unwrap().path()));
        return files.collect();
    }
    let text = fs::read_to_string(of).unwrap();
    text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned()
}

/// What stands behind each `crate::`, and in the braces that may follow it.
fn imports(text: &str) -> BTreeSet<&str> {
    let word = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(0);
    let mut found = BTreeSet::new();
    for behind in text.split("crate::").skip(1) {
        match behind.strip_prefix('{') {
            None => drop(found.insert(&behind[..word(behind)])),
            Some(braced) => {
                let (names, _) = braced.split_once(';').unwrap();
                let names = names.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
                found.extend(names.map(|name| name.split("::").next().unwrap_or_default()));
            }
        }
    }
    found
}

#[test]
fn no_module_imports_from_above() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = fs::read_dir(&src).unwrap().map(|entry| entry.unwrap().path());
    let mut seen = BTreeSet::new();
    for path in modules {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name == "main" || name == "lib" {
            continue;
        }
        let place = ORDER.iter().position(|module| *module == name);
        let place = place.unwrap_or_else(|| panic!("{name} has no place in ORDER"));
        let text = text(&path);
        for import in imports(&text) {
            let above = ORDER[place + 1..].contains(&import);
            assert!(!above, "{name} imports {import}, which stands above it");
        }
        seen.insert(name);
    }
    assert_eq!(seen.len(), ORDER.len(), "ORDER names a module that isn't there");
}

#[test]
fn the_testbed_is_no_part_of_the_program() {
    for part in ["client", "protocol", "server", "store", "terminal"] {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../{part}/Cargo.toml"));
        let manifest = fs::read_to_string(manifest).unwrap();
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap();
        assert!(!dependencies.contains("chinwag-testbed"), "{part}");
    }
}
