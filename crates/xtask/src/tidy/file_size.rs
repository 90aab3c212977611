//! Files stay small: a ceiling for each, and bounds for all of them together.
//!
//! The bounds leave out `tests` folders and `tests.rs`, where a long table is no harm; the ceiling does not.

use super::finding::Finding;
use super::tree::Tree;

/// Lines that a file may have.
const CEILING: usize = 500;
/// Lines that half of the files may have at most.
const MEDIAN: usize = 150;
/// Lines that nine files of ten may have at most.
const NINETIETH: usize = 350;

/// Files over the ceiling, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    let mut sizes = Vec::new();
    for file in tree.rust() {
        let lines = file.text().lines().count();
        let excused = EXCEPTIONS.iter().any(|(path, _)| *path == file.path());
        if lines > CEILING && !excused {
            let what = format!("has {lines} lines, over {CEILING}; split it by noun");
            finding.file(file.path(), what);
        } else if lines <= CEILING && excused {
            finding.file(file.path(), "needs its exception in tidy/file_size.rs no longer");
        }
        if !file.is_test() {
            sizes.push(lines);
        }
    }
    sizes.sort_unstable();
    let (median, ninetieth) = (percentile(&sizes, 50), percentile(&sizes, 90));
    finding.notes.push(format!("{} files, median {median} lines, 90th percentile {ninetieth}", sizes.len()));
    if median > MEDIAN {
        finding.file(
            "crates",
            format!("the median file has {median} lines, over {MEDIAN}; split the large ones"),
        );
    }
    if ninetieth > NINETIETH {
        let what = format!(
            "the 90th percentile of files has {ninetieth} lines, over {NINETIETH}; split the large ones"
        );
        finding.file("crates", what);
    }
    finding
}

/// The smallest value that at least `percent` of the sorted values do not exceed; 0 for none.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_ceiling_is_reported_even_in_tests() {
        let (long, fits) = ("x\n".repeat(CEILING + 1), "x\n".repeat(CEILING));
        let small = "x\n";
        let mut files = vec![("crates/a/tests/long.rs", long.as_str()), ("crates/a/tests/fits.rs", &fits)];
        files.push(("crates/a/src/a.rs", small));
        assert_eq!(check(&Tree::of(&files)).places(), ["crates/a/tests/long.rs"]);
    }

    #[test]
    fn median_and_ninetieth_percentile_are_bounded() {
        let (medium, large) = ("x\n".repeat(MEDIAN + 1), "x\n".repeat(NINETIETH + 1));
        let texts = check(&Tree::of(&[("a.rs", &medium), ("b.rs", &medium), ("c.rs", &large)])).texts();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].contains("median file has 151 lines"), "{texts:?}");
        assert!(texts[1].contains("90th percentile of files has 351 lines"), "{texts:?}");
    }

    #[test]
    fn percentiles_by_nearest_rank() {
        let ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        assert_eq!((percentile(&ten, 50), percentile(&ten, 90)), (5, 9));
        assert_eq!((percentile(&[7], 50), percentile(&[], 90)), (7, 0));
    }
}
