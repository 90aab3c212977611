//! What is made from the table of keys is what the tree holds. `LOADGEN_RENEW=1` (`cargo xtask schema`) renews it.

use std::path::{Path, PathBuf};

fn in_the_tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn holds(path: &str, made: &str) {
    let file = in_the_tree(path);
    if std::env::var_os("LOADGEN_RENEW").is_some() {
        // One that cannot be written is found by what follows.
        let _ = std::fs::write(&file, made);
    }
    let held = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(held == made, "{path} is out of date: `cargo xtask schema` renews it");
}

#[test]
fn the_schema_is_up_to_date() {
    let made = format!("{:#}\n", loadgen_scenario::schema());
    holds("scenarios/scenario.schema.json", &made);
}

#[test]
fn the_reference_is_up_to_date() {
    holds("docs/script-reference.md", &loadgen_scenario::reference());
}
