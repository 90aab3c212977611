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

/// Whether a name is one of the candidates but for a slip of the finger: a letter too many, missing, wrong, or in its
/// neighbour's place; two of those where both names have more than five letters. A candidate with a number behind it
/// is none: that is how people put a key aside.
pub(crate) fn is_slip<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_slip_of = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let most = if name.len().min(candidate.len()) > 5 { 2 } else { 1 };
        strsim::damerau_levenshtein(&lower, &candidate) <= most
    };
    let mut alike =
        candidates.into_iter().filter(|candidate| name.len() <= 100 && is_slip_of(candidate)).peekable();
    alike.peek().is_some() && (stem == lower || alike.all(|candidate| candidate.to_lowercase() != stem))
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
    #[test]
    fn short_names_are_slips_only_if_one_letter_is_wrong() {
        let keys = ["url", "uri", "name", "json", "body", "form", "auth", "headers", "capture", "phases"];
        for (typed, wanted) in [
            ("nmae", true),
            ("nam", true),
            ("bodi", true),
            ("FORM", true),
            ("header", true),
            ("hedaer", true),
            ("cpature", true),
            ("fases", false),
            ("note", false),
            ("path", false),
            ("mode", false),
            ("uuid", false),
            ("foo", false),
            ("form2", false),
            ("headers2", false),
            ("headers10", false),
            ("colour", false),
        ] {
            assert_eq!(is_slip(typed, keys), wanted, "{typed}");
        }
    }
}
