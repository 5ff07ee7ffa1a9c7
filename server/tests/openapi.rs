//! The committed description of the API is the one that the program serves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[test]
fn the_committed_document_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == server::rest::document_json(),
        "docs/openapi.json is not up to date: run `cargo run -- openapi > docs/openapi.json`"
    );
}
