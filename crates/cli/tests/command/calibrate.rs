//! `loadgen calibrate`: what it counts and how it is told. How large an error is, is for no test to say.

use crate::harness::loadgen;
use loadgen_testkit::transcript;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[test]
fn each_shape_is_played_and_compared() {
    let told = transcript(&mut loadgen(&[
        "calibrate",
        "--duration",
        "1s",
        "--seed",
        "5",
        "--shards",
        "2",
        "--json",
    ]));
    let json: serde_json::Value =
        serde_json::from_str(&told.stdout).unwrap_or_else(|_| panic!("{}", told.text()));
    let verdict = json["verdict"].as_str().unwrap();
    let status = match verdict {
        "within" => 0,
        "beyond" => 1,
        _ => 4,
    };
    assert_eq!(told.status, status, "{}", told.text());
    assert_eq!(json["reasons"].as_array().unwrap().is_empty(), verdict == "within", "{json}");
    assert_eq!((&json["rate"], &json["duration"]), (&1000.into(), &1.into()));
    assert_eq!((&json["seed"], &json["shards"]), (&5.into(), &2.into()));
    let shapes = json["shapes"].as_array().unwrap();
    let names: Vec<&str> = shapes.iter().map(|it| it["shape"].as_str().unwrap()).collect();
    assert_eq!(names, ["constant", "uniform", "stall", "lognormal"]);
    for shape in shapes {
        let counts = (shape["requests"].as_u64().unwrap(), shape["targetRequests"].as_u64().unwrap());
        // On a machine so busy that requests time out, there is nothing to count.
        let failed = shape["invalid"].to_string().contains("requests failed");
        assert!(counts == (1000, 1000) || failed, "{shape}");
        let percentiles = shape["percentiles"].as_array().unwrap();
        let names: Vec<&str> = percentiles.iter().map(|it| it["percentile"].as_str().unwrap()).collect();
        assert_eq!(names, ["p50", "p95", "p99", "p99.9"]);
        let fields = ["truth", "target", "loadgen", "offTruth", "error", "budget", "step"];
        assert!(percentiles.iter().all(|it| fields.iter().all(|field| it[field].is_number())), "{shape}");
        assert!(percentiles.iter().all(|it| it["ok"].is_boolean()), "{shape}");
    }
    let of = |field: &str| {
        shapes.iter().map(|it| it["path"].as_str().unwrap().contains(field)).collect::<Vec<_>>()
    };
    assert_eq!(of("seed=5&of=1000"), [false, true, false, true]);
    assert!(json["topRate"].as_f64().unwrap() > 0.0);
    assert!(json["nearTop"]["rate"].as_f64().unwrap() > 0.0);
    for lag in [&json["timer"], &json["nearTop"]] {
        assert!(["p50", "p99", "max"].iter().all(|field| lag[field].is_number()), "{lag}");
    }
    assert!(told.stderr.contains("uniform: 1,000/s for 1 s\n"), "{}", told.stderr);
}

#[test]
fn ctrl_c_ends_it_without_figures() {
    let mut command = loadgen(&["calibrate", "--rate", "1000", "--duration", "60s"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // The load begins after this line; a signal that comes before it ends the process at once.
    while !said.contains("constant:") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    crate::stopping::send(&child, "-INT");
    stderr.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(!said.contains("uniform:"), "{said}");
}

#[test]
fn what_cannot_be_calibrated_is_told_before_anything_is_sent() {
    let cases: [(&[&str], &str); 11] = [
        (&["--rate", "0"], "0 is not in 1..=1000000"),
        (&["--rate", "-5"], "-5 is not in"),
        (&["--rate", "fast"], "invalid digit"),
        (&["--duration", "1.5s"], "whole seconds, 1 to 3600"),
        (&["--duration", "0"], "whole seconds"),
        (&["--duration", "2h"], "whole seconds"),
        (&["--duration", "soon"], "such as 5, 5s, 1m"),
        (&["--shards", "0"], "0 is not in"),
        (&["--seed", "-1"], "invalid"),
        (&["--rate", "999", "--duration", "1"], "999 requests of each shape: p99.9 is one of 1,000"),
        (
            &["--rate", "1000000", "--duration", "11"],
            "11,000,000 requests of each shape: the target draws 10,000,000",
        ),
    ];
    for (args, words) in cases {
        let told = transcript(&mut loadgen(&[&["calibrate"], args].concat()));
        assert_eq!((told.status, told.stdout.as_str()), (2, ""), "{args:?}: {}", told.text());
        assert!(told.stderr.contains(words), "{args:?}: {}", told.stderr);
    }
}
