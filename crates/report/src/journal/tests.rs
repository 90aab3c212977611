//! What a journal is read back as, whole, cut anywhere, and damaged.

use super::*;
use crate::{Builder, End, Meta, Report, Standstill, Warning};
use loadgen_metrics::{Moment, Snapshot, UserCounts};
use std::time::Duration;

fn meta() -> Meta {
    Meta { script: "a.yml".to_owned(), shards: 1, scenarios: vec!["one".to_owned()], ..Meta::default() }
}

fn users(second: u64) -> Snapshot {
    let users = UserCounts { created: second + 1, completed: second + 1, ..UserCounts::default() };
    Snapshot { scenarios: vec![users], ..Snapshot::default() }
}

fn ended() -> End {
    End { at: Moment::START + Duration::from_secs(3), scheduled: 6, passes: 0, stopped: None }
}

/// The bytes of a run of three seconds, and where each record ends.
fn journal() -> (Vec<u8>, Vec<usize>) {
    let mut bytes = begin(Beginning { meta: meta(), ..Beginning::default() }).unwrap();
    let mut ends = vec![bytes.len()];
    for number in 0..3 {
        let due = Some((number + 1) * (number + 2) / 2);
        let told = Second { second: number, snapshot: users(number), due, ..Second::default() };
        bytes.extend(second(told).unwrap());
        ends.push(bytes.len());
    }
    bytes.extend(end(ended()).unwrap());
    (bytes, ends)
}

fn created(report: &Report) -> u64 {
    report.total.users().created
}

#[test]
fn a_whole_journal_is_the_report_itself() {
    let mut builder = Builder::new(meta(), Vec::new());
    for number in 0..3 {
        builder.observe(number, &users(number));
        builder.due((number + 1) * (number + 2) / 2);
    }
    assert_eq!(read(&journal().0).unwrap(), builder.finish(ended()));
}

#[test]
fn one_that_is_cut_anywhere_gives_what_was_whole() {
    let (bytes, ends) = journal();
    for length in 0..bytes.len() {
        let whole = ends.iter().filter(|end| **end <= length).count();
        match (read(&bytes[..length]), whole) {
            (Err(JournalError::NotAJournal), 0) => assert!(length < MAGIC.len()),
            (Err(JournalError::Empty), 0) => assert!(length >= MAGIC.len()),
            (Ok(report), 1..) => {
                let seconds = whole as u64 - 1;
                assert_eq!(created(&report), seconds * (seconds + 1) / 2, "{length}");
                assert_eq!(report.duration(), Duration::from_secs(seconds));
                assert_eq!(report.scheduled, created(&report));
                assert!(report.stopped.is_some());
            }
            (other, whole) => panic!("{length} {whole} {other:?}"),
        }
    }
}

#[test]
fn one_with_a_flipped_bit_gives_what_comes_before_it() {
    let (bytes, ends) = journal();
    for place in MAGIC.len()..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        let whole = ends.iter().filter(|end| **end <= place).count() as u64;
        match read(&damaged) {
            Err(JournalError::Empty) => assert_eq!(whole, 0),
            Ok(report) => assert_eq!(created(&report), (whole - 1) * whole / 2, "{place}"),
            Err(other) => panic!("{place} {other}"),
        }
    }
}

#[test]
fn what_the_disk_was_too_slow_for_is_one_record_of_several_seconds() {
    let still = |first| Some(Standstill { seconds: 1, first });
    let mut several =
        Second { second: 1, snapshot: users(0), due: Some(1), still: still(0), ..Second::default() };
    several.merge(&Second {
        second: 3,
        snapshot: users(1),
        due: Some(3),
        still: still(2),
        ..Second::default()
    });
    several.merge(&Second { second: 4, due: Some(3), ..Second::default() });
    let mut bytes = begin(Beginning { meta: meta(), ..Beginning::default() }).unwrap();
    bytes.extend(second(several).unwrap());
    let report = read(&bytes).unwrap();
    assert_eq!((created(&report), report.duration().as_secs(), report.scheduled), (3, 5, 3));
    // Seconds that were only put together are none that are missing.
    let warned = report.validity.warnings.contains(&Warning::StoodStill { seconds: 2, first: 0 });
    assert!(warned, "{:?}", report.validity);
}

#[test]
fn anything_else_is_no_journal() {
    for bytes in [&b""[..], b"{}", b"loadgen journal 2\n"] {
        assert!(matches!(read(bytes), Err(JournalError::NotAJournal)), "{bytes:?}");
    }
    assert!(is_journal(b"loadgen journal 2\n") && !is_journal(b"{\"loadgen\""));
}
