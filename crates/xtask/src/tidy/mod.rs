//! Tidy: the rules of ARCHITECTURE.md and CONTRIBUTING.md that no compiler checks.
//!
//! Each rule is one file with one function `check(&Tree) -> Finding` and a line in [`CHECKS`]; its tests prove that it
//! can fail. What is allowed to break a rule stands beside the rule, with the reason.

mod architecture;
mod clocks;
mod commented_out;
mod directions;
mod exits;
mod file_size;
mod finding;
mod input_output;
mod lints_inherited;
mod machine_paths;
mod markdown_links;
mod module_docs;
mod packages;
mod plan_stays_here;
mod rust_file;
mod sleeps;
mod tree;
mod unfinished;
mod unsafe_code;

use crate::workspace::Workspace;
use finding::Finding;
use tree::Tree;

type Check = fn(&Tree) -> Finding;

/// All rules, in the order in which they are reported.
const CHECKS: &[(&str, Check)] = &[
    ("crate directions", directions::check),
    ("lints inherited", lints_inherited::check),
    ("module docs", module_docs::check),
    ("file size", file_size::check),
    ("commented-out code", commented_out::check),
    ("unfinished work", unfinished::check),
    ("unsafe code", unsafe_code::check),
    ("clocks", clocks::check),
    ("sleeps in tests", sleeps::check),
    ("exits", exits::check),
    ("input and output", input_output::check),
    ("plan stays here", plan_stays_here::check),
    ("architecture", architecture::check),
    ("Markdown links", markdown_links::check),
    ("machine paths", machine_paths::check),
];

/// Runs every check and prints what it found; true if there is nothing to mend.
pub(crate) fn run(workspace: &Workspace) -> bool {
    let tree = match Tree::read(workspace) {
        Ok(tree) => tree,
        Err(problem) => {
            eprintln!("error: tidy cannot read the tree: {problem}");
            return false;
        }
    };
    let mut problems = 0;
    for (name, check) in CHECKS {
        let finding = check(&tree);
        for note in &finding.notes {
            println!("{name}: {note}");
        }
        for problem in &finding.problems {
            println!("{name}: {problem}");
        }
        problems += finding.problems.len();
    }
    println!("tidy: {} checks of {} files, {problems} to mend", CHECKS.len(), tree.files().len());
    problems == 0
}
