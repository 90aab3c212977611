//! Samples the process's CPU time and draws what it finds as a flame graph.
//!
//! One at a time, for there is one profiling timer in a process. Names come from the program's table of symbols, which a
//! release keeps.

use axum::http::StatusCode;

use crate::problem::Problem;

/// Samples for that long, that often per second of CPU time, and gives the graph as SVG.
pub(crate) async fn flamegraph(seconds: u32, frequency: u32) -> Result<Vec<u8>, Problem> {
    system::flamegraph(seconds, frequency).await
}

fn failed(cause: impl std::fmt::Display) -> Problem {
    let message = format!("the process cannot be sampled: {cause}");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "profile_failed", message)
}

#[cfg(unix)]
mod system {
    //! By pprof: a timer that counts CPU time interrupts whichever thread uses it.

    use std::time::Duration;

    use axum::http::StatusCode;
    use pprof::flamegraph::Options;
    use pprof::{ProfilerGuard, ProfilerGuardBuilder};

    use super::failed;
    use crate::problem::Problem;

    /// What is not unwound: a thread that is interrupted here may hold a lock that unwinding needs.
    const NOT_WITHIN: [&str; 4] = ["libc", "libgcc", "pthread", "vdso"];

    /// The picture where the process used no CPU time.
    const NOTHING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"40\"><text x=\"10\" y=\"25\">\
        no samples: the process used no CPU time</text></svg>\n";

    pub(super) async fn flamegraph(seconds: u32, frequency: u32) -> Result<Vec<u8>, Problem> {
        let frequency = i32::try_from(frequency).map_err(failed)?;
        let guard = ProfilerGuardBuilder::default().frequency(frequency).blocklist(&NOT_WITHIN).build();
        let guard = guard.map_err(|error| match error {
            pprof::Error::Running => {
                let message = "another flame graph is being made; ask again when it is done";
                Problem::new(StatusCode::CONFLICT, "profile_running", message)
            }
            error => failed(error),
        })?;
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
        let title = format!("loadgen target: CPU time of {seconds} s, {frequency} samples per second");
        // To find the names of all frames takes a second or so of computing.
        tokio::task::spawn_blocking(move || draw(&guard, title)).await.map_err(failed)?.map_err(failed)
    }

    fn draw(guard: &ProfilerGuard<'_>, title: String) -> pprof::Result<Vec<u8>> {
        let report = guard.report().build()?;
        if report.data.is_empty() {
            return Ok(NOTHING.into());
        }
        let mut options = Options::default();
        options.title = title;
        let mut svg = Vec::new();
        report.flamegraph_with_options(&mut svg, &mut options)?;
        Ok(svg)
    }
}

#[cfg(not(unix))]
mod system {
    //! No profiling timer on this system.

    use axum::http::StatusCode;

    use crate::problem::Problem;

    pub(super) async fn flamegraph(_seconds: u32, _frequency: u32) -> Result<Vec<u8>, Problem> {
        let message = "flame graphs are made on Unix alone";
        Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "profile_unknown", message))
    }
}
