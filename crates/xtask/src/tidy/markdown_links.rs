//! A link in a Markdown file to another file of the project leads somewhere.
//!
//! Links to the internet are not followed, and `#headings` are not looked up.

use pulldown_cmark::{Event, Parser, Tag};

use super::finding::Finding;
use super::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Finding {
    let mut finding = Finding::default();
    for file in tree.files().iter().filter(|file| file.path.ends_with(".md")) {
        let text = file.text.as_deref().unwrap_or_default();
        for (event, range) in Parser::new(text).into_offset_iter() {
            let (Event::Start(Tag::Link { dest_url, .. }) | Event::Start(Tag::Image { dest_url, .. })) =
                event
            else {
                continue;
            };
            if target_of(&file.path, &dest_url).is_some_and(|path| path.is_none_or(|path| !tree.has(&path))) {
                let line = text[..range.start].matches('\n').count() + 1;
                finding.line(&file.path, line, format!("the link to `{dest_url}` leads nowhere"));
            }
        }
    }
    finding
}

/// The path from the root that a link in the file at `from` leads to; `Some(None)` if it leads out of the tree, nothing
/// if it is no link to a file.
fn target_of(from: &str, link: &str) -> Option<Option<String>> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() || link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (mut parts, path): (Vec<&str>, &str) = match path.strip_prefix('/') {
        Some(path) => (Vec::new(), path),
        None => (from.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(), path),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Some(None);
                }
            }
            part => parts.push(part),
        }
    }
    Some(Some(parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_nowhere_are_reported_with_their_line() {
        let guide = "# Guide\n\n[start](../README.md), [next](next.md#top), [gone](gone.md)\n\n![picture](img/a.png)\n\
                     [out](../../x.md) [web](https://example.com/gone.md) [here](#top) [ref]\n\n[ref]: /docs/missing\n\n\
                     `[code](no.md)`\n\n```\n[code](no.md)\n```\n";
        let tree =
            Tree::of(&[("docs/guide.md", guide), ("docs/next.md", "[up](/docs/)\n"), ("README.md", "")]);
        let expected = [
            "docs/guide.md:3: the link to `gone.md` leads nowhere",
            "docs/guide.md:5: the link to `img/a.png` leads nowhere",
            "docs/guide.md:6: the link to `../../x.md` leads nowhere",
            "docs/guide.md:6: the link to `/docs/missing` leads nowhere",
        ];
        assert_eq!(check(&tree).texts(), expected);
    }
}
