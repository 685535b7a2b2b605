//! The web client's generated types are those of this crate.

use std::path::Path;

#[test]
fn the_generated_types_are_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/protocol.gen.ts");
    let fresh = chinwag_protocol::typescript::module();
    if std::env::var_os("CHINWAG_GENERATE").is_some() {
        std::fs::write(&file, &fresh).expect("the generated file is written");
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == fresh, "web/src/protocol.gen.ts is stale; `make generate` writes it anew");
}
