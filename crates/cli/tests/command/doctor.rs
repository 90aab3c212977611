//! `loadgen doctor` on the machine that the tests run on, whatever it is.

use crate::harness::loadgen;
use loadgen_testkit::{Transcript, transcript};

fn doctor(args: &[&str]) -> Transcript {
    transcript(&mut loadgen(&[&["doctor"], args].concat()))
}

#[test]
fn it_looks_and_tells_in_80_columns() {
    let told = doctor(&[]);
    assert_eq!((told.status, told.stderr.as_str()), (0, ""), "{}", told.text());
    let found = told.stdout.split("\n  to change it").next().unwrap();
    assert!(found.lines().all(|line| line.chars().count() <= 80), "{found}");
    for part in ["\n  files\n", "\n  processors\n", "\n  clock\n", "\n  VERDICT  "] {
        assert!(found.contains(part), "{part}: {found}");
    }
}

#[test]
fn programs_read_the_same() {
    let told = doctor(&["--json"]);
    assert_eq!(told.status, 0, "{}", told.text());
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let verdicts = ["ok", "tight", "bad"];
    assert!(verdicts.contains(&json["verdict"].as_str().unwrap()), "{json}");
    for family in json["families"].as_array().unwrap() {
        for check in family["checks"].as_array().unwrap() {
            assert!(verdicts.contains(&check["verdict"].as_str().unwrap()), "{check}");
            for text in ["name", "seen", "means"] {
                assert!(!check[text].as_str().unwrap().is_empty(), "{text}: {check}");
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn strict_fails_where_something_is_bad() {
    let limited = |args: &[&str]| {
        let plain = loadgen(&[&["doctor"], args].concat());
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", "ulimit -n 200; exec \"$@\"", "sh"])
            .arg(plain.get_program())
            .args(plain.get_args());
        transcript(&mut command)
    };
    let told = limited(&[]);
    assert_eq!(told.status, 0, "{}", told.text());
    assert!(told.stdout.contains("bad    open files            200 (hard limit)"), "{}", told.stdout);
    assert!(told.stdout.contains("* - nofile "), "{}", told.stdout);
    assert_eq!(limited(&["--strict", "--json"]).status, 1);
}
