//! The workflows do nothing but fetch the source and call targets of the Makefile that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// What a step may use besides make: what only the service itself can do.
const ACTIONS: [&str; 2] = ["actions/checkout@v4", "actions/upload-artifact@v4"];

/// What fills disks and mounts them runs so.
const AS_ROOT: &str = r#"sudo --preserve-env=HOME env "PATH=$PATH" "#;

#[test]
fn each_step_calls_a_target_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let makefile = fs::read_to_string(root.join("Makefile")).unwrap();
    let targets: BTreeSet<_> =
        makefile.lines().filter_map(|line| line.strip_prefix(".PHONY: ")).collect();
    let mut called = BTreeSet::new();
    for file in fs::read_dir(root.join(".github/workflows")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let workflow: Value = serde_saphyr::from_str(&text).unwrap();
        let jobs = workflow["jobs"].as_object().unwrap();
        for step in jobs.values().flat_map(|job| job["steps"].as_array().unwrap()) {
            match (step["run"].as_str(), step["uses"].as_str()) {
                (Some(run), None) => {
                    let run = run.strip_prefix(AS_ROOT).unwrap_or(run);
                    let target = run.strip_prefix("make ").unwrap_or_default();
                    assert!(targets.contains(target), "{}: {run}", path.display());
                    called.insert(target.to_owned());
                }
                (None, Some(action)) => assert!(ACTIONS.contains(&action), "{action}"),
                other => panic!("{}: {other:?}", path.display()),
            }
        }
    }
    for target in ["test", "dist", "image"] {
        assert!(called.contains(target), "no workflow calls make {target}");
    }
}
