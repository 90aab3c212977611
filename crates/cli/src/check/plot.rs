//! A line of block characters: how high each of some values is beside the highest.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A character for each value. Zero is a blank; what is more than that is never one.
pub(crate) fn line(values: &[f64]) -> String {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let block = |value: &f64| {
        if *value <= 0.0 || highest <= 0.0 {
            return ' ';
        }
        let eighth = (value / highest * BLOCKS.len() as f64).ceil() as usize;
        BLOCKS[eighth.clamp(1, BLOCKS.len()) - 1]
    };
    values.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_value_is_a_full_block_and_nothing_is_a_blank() {
        assert_eq!(line(&[0.0, 0.001, 1.0, 4.0, 8.0]), " ▁▁▄█");
        assert_eq!(line(&[0.0, 0.0]), "  ");
        assert_eq!(line(&[]), "");
    }
}
