//! The exit status, decided once.
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | all thresholds met, or none set |
//! | 1 | a threshold was missed (as Artillery); in a dry run: a request or a capture failed; `calibrate`: beyond budget; `doctor --strict`: bad |
//! | 1 | `target --healthcheck`: not well |
//! | 2 | the script, the arguments or the data were rejected; nothing was sent |
//! | 3 | the run could not be started (`before` failed), its results could not be written, or `after` failed |
//! | 4 | the run is invalid, with strict validity; a calibration that is |
//! | 21 | an expectation (`expect`) was not met (as Artillery), in a dry run too |
//! | 130, 143 | stopped by SIGINT or SIGTERM, with the report written |
//!
//! Where several apply, the first of these wins: results not written (3), stopped (130, 143), `after` failed (3),
//! invalid (4), threshold missed or failure in a dry run (1), expectation not met (21). An invalid run says nothing about
//! the target, so its thresholds are not what it is judged by.

use std::process::ExitCode;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// All is well.
    Success,
    /// A threshold was missed.
    ThresholdMissed,
    /// A dry run has met a request or a capture that failed.
    DryFailed,
    /// A calibration has found a figure beyond its budget.
    BeyondBudget,
    /// Something on this machine is bad for a load test, and that counts.
    Unfit,
    /// An expectation was not met.
    Unexpected,
    /// A target that was asked is not well.
    Unhealthy,
    /// The input was rejected.
    Rejected,
    /// The run could not be started, its results could not be written, or `after` failed.
    Failed,
    /// The run is invalid.
    Invalid,
    /// Stopped by a signal.
    Stopped(Signal),
}

/// A signal that asks the process to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What service managers and CI systems send.
    Terminate,
}

impl Signal {
    /// Its name as the report has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }
}

/// What is known at the end of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    /// The results could not be written.
    pub(crate) unwritten: bool,
    /// The first signal that came.
    pub(crate) signal: Option<Signal>,
    /// The script's `after` failed.
    pub(crate) after_failed: bool,
    /// The run is invalid, and that counts.
    pub(crate) invalid: bool,
    /// A threshold was missed.
    pub(crate) missed: bool,
    /// An expectation was not met.
    pub(crate) unexpected: bool,
}

impl ExitStatus {
    /// The status of a run.
    pub(crate) fn of(facts: Facts) -> Self {
        match facts {
            Facts { unwritten: true, .. } => ExitStatus::Failed,
            Facts { signal: Some(signal), .. } => ExitStatus::Stopped(signal),
            Facts { after_failed: true, .. } => ExitStatus::Failed,
            Facts { invalid: true, .. } => ExitStatus::Invalid,
            Facts { missed: true, .. } => ExitStatus::ThresholdMissed,
            Facts { unexpected: true, .. } => ExitStatus::Unexpected,
            Facts { .. } => ExitStatus::Success,
        }
    }

    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::ThresholdMissed
            | ExitStatus::DryFailed
            | ExitStatus::BeyondBudget
            | ExitStatus::Unfit
            | ExitStatus::Unhealthy => 1,
            ExitStatus::Unexpected => 21,
            ExitStatus::Rejected => 2,
            ExitStatus::Failed => 3,
            ExitStatus::Invalid => 4,
            ExitStatus::Stopped(Signal::Interrupt) => 130,
            ExitStatus::Stopped(Signal::Terminate) => 143,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_module_doc() {
        let all = [
            (ExitStatus::Success, 0),
            (ExitStatus::ThresholdMissed, 1),
            (ExitStatus::DryFailed, 1),
            (ExitStatus::BeyondBudget, 1),
            (ExitStatus::Unfit, 1),
            (ExitStatus::Unhealthy, 1),
            (ExitStatus::Unexpected, 21),
            (ExitStatus::Rejected, 2),
            (ExitStatus::Failed, 3),
            (ExitStatus::Invalid, 4),
            (ExitStatus::Stopped(Signal::Interrupt), 130),
            (ExitStatus::Stopped(Signal::Terminate), 143),
        ];
        let doc: Vec<&str> =
            include_str!("exit.rs").lines().filter(|line| line.starts_with("//! | ")).collect();
        for (status, code) in all {
            assert_eq!(status.code(), code);
            let told = |line: &&str| {
                line.split('|')
                    .nth(1)
                    .is_some_and(|cell| cell.split([',', ' ']).any(|it| it == code.to_string()))
            };
            assert!(doc.iter().any(told), "{code} is not in the table");
        }
    }

    #[test]
    fn the_manual_and_the_help_say_the_same() {
        let docs = include_str!("../../../docs/results.md");
        let help = include_str!("args.rs");
        let failed = "the run could not be started, its results could not be written, or `after` failed";
        assert!(docs.contains(&format!("| 3 | {failed} |")) && help.contains(&format!("  3    {failed}\n")));
        assert!(docs.contains("results not written (3), 130 or 143, `after` failed (3), 4, 1, 21."));
    }

    #[test]
    fn the_order_of_precedence() {
        let all = Facts {
            unwritten: true,
            signal: Some(Signal::Interrupt),
            after_failed: true,
            invalid: true,
            missed: true,
            unexpected: true,
        };
        let expected = [
            (all, 3),
            (Facts { unwritten: false, ..all }, 130),
            (Facts { unwritten: false, signal: Some(Signal::Terminate), ..all }, 143),
            (Facts { unwritten: false, signal: None, ..all }, 3),
            (Facts { unwritten: false, signal: None, after_failed: false, ..all }, 4),
            (Facts { missed: true, unexpected: true, ..Facts::default() }, 1),
            (Facts { unexpected: true, ..Facts::default() }, 21),
            (Facts::default(), 0),
        ];
        for (facts, code) in expected {
            assert_eq!(ExitStatus::of(facts).code(), code, "{facts:?}");
        }
    }
}
