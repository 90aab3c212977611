//! How the rows of a screen are shared out among what wants to be on it.

/// What a part of the screen wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want {
    /// With fewer rows than this it is left out. At least 1.
    pub(super) least: u16,
    /// With more it has nothing to fill them.
    pub(super) most: u16,
    /// The smaller, the more it matters.
    pub(super) rank: u8,
}

/// Rows for each, in their order: first what each needs at least, those that matter most before others, and then one by
/// one in turn.
pub(super) fn share(wants: &[Want], height: u16) -> Vec<u16> {
    let mut rows = vec![0; wants.len()];
    let mut left = height;
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by_key(|&index| wants[index].rank);
    for &index in &order {
        if wants[index].least <= left {
            rows[index] = wants[index].least;
            left -= rows[index];
        }
    }
    let mut grew = true;
    while grew {
        grew = false;
        for &index in &order {
            if left > 0 && rows[index] > 0 && rows[index] < wants[index].most {
                rows[index] += 1;
                left -= 1;
                grew = true;
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_most_comes_first_and_the_rest_is_shared_in_turn() {
        let want = |least, most, rank| Want { least, most, rank };
        let wants = [want(1, 2, 1), want(5, 9, 2), want(2, 4, 0)];
        let table = [
            (0, [0, 0, 0]),
            (1, [1, 0, 0]),
            (2, [0, 0, 2]),
            (3, [1, 0, 2]),
            (4, [1, 0, 3]),
            (8, [1, 5, 2]),
            (9, [1, 5, 3]),
            (11, [2, 6, 3]),
            (12, [2, 6, 4]),
            (99, [2, 9, 4]),
        ];
        for (height, rows) in table {
            assert_eq!(share(&wants, height), rows, "{height}");
        }
    }
}
