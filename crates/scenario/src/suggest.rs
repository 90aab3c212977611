//! "Did you mean": the nearest of the names that would have been right.

/// The candidate most like `name`, if any is like it at all.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name of more characters than any key has is no typing mistake, and comparing it would only take time.
    if name.len() > 100 {
        return None;
    }
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()).div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?` for the nearest candidate.
pub(crate) fn question<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|near| format!("did you mean `{near}`?"))
}

/// Whether a name is one of the candidates but for a slip of the finger: two letters at most.
pub(crate) fn is_slip<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> bool {
    let lower = name.to_lowercase();
    name.len() <= 100
        && candidates
            .into_iter()
            .any(|candidate| strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()) <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_alike_is_suggested() {
        let keys = ["duration", "arrivalRate", "arrivalCount", "name"];
        for (typed, wanted) in [
            ("arivalRate", Some("arrivalRate")),
            ("arrivalrate", Some("arrivalRate")),
            ("durration", Some("duration")),
            ("nmae", Some("name")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, keys), wanted, "{typed}");
        }
    }
}
