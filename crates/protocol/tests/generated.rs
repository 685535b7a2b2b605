//! The generated files are those of this crate; `make generate` writes them anew.

use std::path::Path;

use chinwag_protocol::{schema, typescript};
use serde_json::Value;

#[test]
fn the_types_of_the_clients_are_fresh() {
    assert_fresh("packages/client/src/protocol.gen.ts", &typescript::module());
}

#[test]
fn the_json_schemas_are_fresh() {
    assert_fresh("docs/schema/request.json", &pretty(&schema::requests()));
    assert_fresh("docs/schema/frame.json", &pretty(&schema::frames()));
}

#[test]
fn the_asyncapi_document_is_fresh() {
    let page = include_str!("../../../docs/protocol.md");
    let document = schema::asyncapi(env!("CARGO_PKG_VERSION"), page);
    let mut text = "# Generated from crates/protocol by `make generate`. Do not edit.\n".to_owned();
    text.push_str(&serde_saphyr::to_string(&document).unwrap());
    assert_fresh("docs/asyncapi.yaml", &text);
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap() + "\n"
}

fn assert_fresh(name: &str, fresh: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    if std::env::var_os("CHINWAG_GENERATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, fresh).unwrap();
    }
    // A link of rustdoc leads nowhere there.
    assert!(!fresh.contains("[`"), "{name} has a link of rustdoc");
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == fresh, "{name} is stale; `make generate` writes it anew");
}
