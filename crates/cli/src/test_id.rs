//! The name of a run, in Artillery's form: `$testId` in scripts, and the first line of the output.

/// Letters and digits that are not easily taken for one another.
const LETTERS: &[u8; 27] = b"3456789abcdefghjkmnpqrtwxyz";
/// Names the run instead, as Artillery's variable of that name does.
const VARIABLE: &str = "ARTILLERY_TEST_RUN_ID";

/// The name that the environment gives, or a random one.
pub(crate) fn choose() -> String {
    std::env::var(VARIABLE).ok().filter(|name| !name.is_empty()).unwrap_or_else(random)
}

/// `t`, 4 letters, 29, and 4.
fn random() -> String {
    let part = |length: usize| -> String {
        (0..length).map(|_| char::from(LETTERS[rand::random::<u32>() as usize % LETTERS.len()])).collect()
    };
    format!("t{}_{}_{}", part(4), part(29), part(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_name_has_artillerys_form() {
        let (one, other) = (random(), random());
        assert_eq!(one.split('_').map(str::len).collect::<Vec<_>>(), [5, 29, 4]);
        assert!(one.starts_with('t') && one != other, "{one}");
    }
}
