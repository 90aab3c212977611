//! What generator and target used, and what else the target told of itself, as tables.

use super::{table, text};
use crate::number::significant;
use crate::{Report, resources};
use std::io::{self, Write};

/// CPU and memory, then the other metrics; each only where something was measured.
pub(super) fn table_of(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let points = &report.resources;
    let sides = [("generator", resources::generator(points)), ("target", resources::target(points))];
    let rows = sides.into_iter().filter_map(|(name, usage)| {
        let (cpu, memory) = resources::words(usage?);
        Some([name.to_owned(), cpu, memory])
    });
    table(["", "CPU, mean", "memory, highest"], "---|--:|--:", &rows.collect::<Vec<_>>(), out)?;
    let rows = resources::metrics(points)
        .into_iter()
        .map(|(name, mean, most)| [text(name), significant(mean), significant(most)]);
    table(["target's metric", "mean", "highest"], "---|--:|--:", &rows.collect::<Vec<_>>(), out)
}
