//! Names of resources, which are mostly plural, and names of variables, which are not.

/// A noun in the singular, roughly, in small letters.
pub(crate) fn singular(noun: &str) -> String {
    let noun = noun.to_ascii_lowercase();
    match noun.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        Some(stem) => format!("{stem}y"),
        None if ["sses", "xes", "ches", "shes"].iter().any(|end| noun.ends_with(end)) => {
            noun[..noun.len() - 2].to_owned()
        }
        None if noun.ends_with("ss") || noun.ends_with("us") => noun,
        None => noun.strip_suffix('s').filter(|stem| !stem.is_empty()).unwrap_or(&noun).to_owned(),
    }
}
