//! How long the page stays after the run: until somebody has seen the report, but never where nobody can look.

use super::feed::Feed;
use crate::commands::run::strict_by_default as in_ci;
use crate::console::Console;
use crate::signals::Watch;
use loadgen_report::number;
use std::time::Duration;

/// How long pages that are connected get to take the report, where nobody is at a terminal; and the others, once one has it.
const DELIVERY: Duration = Duration::from_secs(10);

/// How long the page stays.
#[derive(Debug, PartialEq, Eq)]
enum Stay {
    /// As long as was asked.
    For(Duration),
    /// Until a page shows the report.
    UntilShown,
    /// Until the pages that are connected have it or are gone, but not for long: nobody may be at the terminal.
    UntilDelivered,
    /// Not at all.
    No,
}

fn stay(asked: Option<Duration>, terminal: bool, watched: bool) -> Stay {
    match (asked, terminal, watched) {
        (Some(time), ..) if time.is_zero() => Stay::No,
        (Some(time), ..) => Stay::For(time),
        (None, true, _) => Stay::UntilShown,
        (None, false, true) => Stay::UntilDelivered,
        (None, false, false) => Stay::No,
    }
}

/// Stays as long as is right, or until a signal comes.
pub(super) async fn linger(feed: &Feed, url: &str, asked: Option<Duration>, watch: &Watch, console: Console) {
    let terminal = console.is_terminal() && !in_ci();
    tokio::select! {
        () = wait(feed, url, stay(asked, terminal, feed.is_watched()), console) => {}
        () = watch.closing() => {}
    }
}

async fn wait(feed: &Feed, url: &str, stay: Stay, console: Console) {
    match stay {
        Stay::For(time) => {
            console.tell(&format!("the page stays for {}, or until Ctrl-C: {url}", number::seconds(time)));
            tokio::time::sleep(time).await;
        }
        Stay::UntilShown => {
            let told = async {
                // Pages that are connected need no invitation, unless they have gone to sleep.
                let _ = tokio::time::timeout(DELIVERY, feed.left()).await;
                console
                    .warn(&format!("the report stays until a browser has shown it, or until Ctrl-C: {url}"));
                std::future::pending::<()>().await;
            };
            tokio::select! {
                biased;
                () = taken(feed) => {}
                () = told => {}
            }
        }
        Stay::UntilDelivered => {
            let _ = tokio::time::timeout(DELIVERY, feed.left()).await;
        }
        Stay::No => {
            console
                .tell("the live page ends with the run: no browser has it open; --ui-linger TIME keeps it");
        }
    }
}

/// Returns when a page shows the report and the others have had the time to.
async fn taken(feed: &Feed) {
    feed.shown().await;
    let _ = tokio::time::timeout(DELIVERY, feed.left()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_for_those_who_can_look() {
        let minute = Some(Duration::from_secs(60));
        for (asked, terminal, watched, expected) in [
            (None, true, false, Stay::UntilShown),
            (None, true, true, Stay::UntilShown),
            (None, false, true, Stay::UntilDelivered),
            (None, false, false, Stay::No),
            (Some(Duration::ZERO), true, true, Stay::No),
            (minute, true, true, Stay::For(Duration::from_secs(60))),
            (minute, false, false, Stay::For(Duration::from_secs(60))),
        ] {
            assert_eq!(stay(asked, terminal, watched), expected, "{asked:?} {terminal} {watched}");
        }
    }
}
