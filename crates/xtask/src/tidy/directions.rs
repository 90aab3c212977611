//! Which crate may depend on which. The tree stays a line from text to report only if nobody takes a short cut.
//!
//! Normal and build dependencies count; a test may use what it likes.

use super::finding::Finding;
use super::tree::Tree;

/// Each package with the packages of the workspace that it may depend on. A new package needs a row.
const ALLOWED: &[(&str, &[&str])] = &[
    ("loadgen-scenario", &[]),
    ("loadgen-metrics", &[]),
    ("loadgen-target", &[]),
    ("loadgen-import", &[]),
    ("loadgen-engine", &["loadgen-metrics", "loadgen-scenario"]),
    ("loadgen-report", &["loadgen-metrics", "loadgen-scenario"]),
    (
        "loadgen",
        &[
            "loadgen-engine",
            "loadgen-import",
            "loadgen-metrics",
            "loadgen-report",
            "loadgen-scenario",
            "loadgen-target",
        ],
    ),
    ("loadgen-testkit", &[]),
    // Its PostgreSQL, for the lab.
    ("xtask", &["loadgen-testkit"]),
];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for package in tree.packages() {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            let what = "has no row in the table of tidy/directions.rs; say there what it may depend on";
            finding.file(&package.name, what);
            continue;
        };
        for dependency in &package.dependencies {
            let ours = tree.packages().iter().any(|other| other.name == dependency.name);
            let for_tests = dependency.kind.as_deref() == Some("dev");
            if ours && !for_tests && !allowed.contains(&dependency.name.as_str()) {
                finding.file(&package.name, format!("must not depend on {}", dependency.name));
            }
        }
    }
    for (name, _) in ALLOWED {
        if !tree.packages().iter().any(|package| package.name == *name) {
            finding.file(name, "is in the table of tidy/directions.rs but not in the workspace");
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::super::packages::{Dependency, Package};
    use super::*;

    fn workspace(wrong: &[(&str, &str, Option<&str>)]) -> Tree {
        let package = |name: &str| Package { name: name.to_owned(), dependencies: Vec::new() };
        let mut packages: Vec<Package> = ALLOWED.iter().map(|(name, _)| package(name)).collect();
        for (from, to, kind) in wrong {
            if !packages.iter().any(|package| package.name == *from) {
                packages.push(package(from));
            }
            let from = packages.iter_mut().find(|package| package.name == *from).unwrap();
            from.dependencies.push(Dependency { name: (*to).to_owned(), kind: kind.map(str::to_owned) });
        }
        Tree::of_packages(packages)
    }

    #[test]
    fn the_wrong_way_is_reported() {
        for (from, to, kind) in [
            ("loadgen-report", "loadgen-engine", None),
            ("loadgen-metrics", "loadgen-scenario", None),
            ("loadgen-scenario", "loadgen-metrics", Some("build")),
            ("loadgen-target", "loadgen-metrics", None),
            ("loadgen-engine", "loadgen-report", None),
            ("loadgen-engine", "loadgen", None),
            ("loadgen", "loadgen-testkit", None),
        ] {
            let texts = check(&workspace(&[(from, to, kind)])).texts();
            assert_eq!(texts, [format!("{from}: must not depend on {to}")]);
        }
    }

    #[test]
    fn the_right_way_tests_and_other_people_s_crates_are_fine() {
        let tree = workspace(&[
            ("loadgen", "loadgen-engine", None),
            ("loadgen-report", "loadgen-scenario", None),
            ("loadgen-engine", "loadgen-testkit", Some("dev")),
            ("loadgen-metrics", "serde", None),
        ]);
        assert!(check(&tree).problems.is_empty());
    }

    #[test]
    fn table_and_workspace_name_the_same_packages() {
        let new = workspace(&[("loadgen-new", "serde", None)]);
        assert_eq!(check(&new).places(), ["loadgen-new"]);
        let gone = Tree::of_packages(Vec::new());
        assert_eq!(check(&gone).problems.len(), ALLOWED.len());
    }
}
