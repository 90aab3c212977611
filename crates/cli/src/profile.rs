//! `--profile-target`: the target's own flame graph, drawn while the load is highest.
//!
//! A thread of its own asks for it. That there is none spoils nothing: a warning says why.

use crate::{attachments, client, slack};
use loadgen_engine::{Stop, Urgency};
use loadgen_report::{Attachment, PhaseInfo, number};
use loadgen_scenario::url::Origin;
use reqwest::StatusCode;
use std::time::Duration;
use tokio::sync::oneshot;

/// Where a target draws it.
const PATH: &str = "/debug/flamegraph";
/// Longest time that is drawn, in seconds.
const LONGEST: u32 = 10;
/// How long the target may take besides, to find the names of what it saw.
const PATIENCE: Duration = Duration::from_secs(30);

/// A flame graph that is on its way.
pub(crate) struct Profile {
    answer: oneshot::Receiver<Result<Attachment, String>>,
    /// Gone when the load is over.
    load: oneshot::Sender<()>,
    stop: Stop,
}

impl Profile {
    /// Asks the target for it when its time has come, counted from now.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(phases: &[PhaseInfo], origin: &Origin, stop: &Stop) -> std::io::Result<Self> {
        let (tell, answer) = oneshot::channel();
        let (load, mut over) = oneshot::channel::<()>();
        let window = window(phases);
        let url = format!("{origin}{PATH}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let run = move || {
            let drawn = runtime.block_on(async {
                let Some(Window { at, seconds, title }) = window else {
                    return Err("nobody arrives".to_owned());
                };
                tokio::select! {
                    () = tokio::time::sleep(at) => {}
                    _ = &mut over => return Err("the run ended before its time had come".to_owned()),
                }
                fetch(&format!("{url}?seconds={seconds}"), seconds, title).await
            });
            // Nobody waits for it where the run was stopped.
            let _ = tell.send(drawn);
        };
        std::thread::Builder::new().name("profile".into()).spawn(run)?;
        Ok(Profile { answer, load, stop: stop.clone() })
    }

    /// Waits for it, once the load is over.
    ///
    /// # Errors
    /// What is to be said where there is none.
    pub(crate) async fn attachment(self) -> Result<Attachment, String> {
        drop(self.load);
        let drawn = tokio::select! {
            drawn = self.answer => drawn.unwrap_or_else(|_| Err("its thread ended".to_owned())),
            () = self.stop.requested(Urgency::Now) => Err("it was not waited for".to_owned()),
        };
        drawn.map_err(|cause| format!("warning: no flame graph of the target (--profile-target): {cause}"))
    }
}

/// What is drawn.
#[derive(Debug, PartialEq)]
struct Window {
    /// From when on, after the load's beginning.
    at: Duration,
    seconds: u32,
    title: String,
}

/// The middle of the phase with the highest mean rate; of closed loops, with most users.
fn window(phases: &[PhaseInfo]) -> Option<Window> {
    let start = |phase: &PhaseInfo| phase.from.since(Default::default());
    let length = |phase: &PhaseInfo| phase.to.since(phase.from);
    let height = |phase: &PhaseInfo| {
        let users = phase.users.map_or(0.0, |(from, to)| (from + to) as f64 / 2.0);
        (phase.arrivals as f64 / length(phase).as_secs_f64().max(1e-3), users)
    };
    let busy = phases.iter().enumerate().filter(|(_, phase)| height(phase) > (0.0, 0.0));
    // The first of those that are as high.
    let (index, phase) = busy.rev().max_by(|(_, a), (_, b)| {
        let ((rate, users), (other, theirs)) = (height(a), height(b));
        rate.total_cmp(&other).then(users.total_cmp(&theirs))
    })?;
    let length = length(phase);
    // A second to spare, so that nothing of what comes after is in it.
    let seconds = (length.as_secs().saturating_sub(1) as u32).clamp(1, LONGEST);
    let at = start(phase) + length.saturating_sub(Duration::from_secs(seconds.into())) / 2;
    let name = phase.name.clone().unwrap_or_else(|| format!("{}", index + 1));
    let title = format!(
        "Flame graph of the target: {seconds} s from {} in phase {name}",
        number::clock(at.as_secs())
    );
    Some(Window { at, seconds, title })
}

async fn fetch(url: &str, seconds: u32, title: String) -> Result<Attachment, String> {
    let told = |error: reqwest::Error| slack::causes(&error.without_url());
    let patience = PATIENCE + Duration::from_secs(seconds.into());
    let client = client::builder().timeout(patience).build().map_err(told)?;
    let mut answer = client.get(url).send().await.map_err(told)?;
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => {
            return Err(format!(
                "it has no {PATH}\nhint: `loadgen target --debug-endpoints` has; of another service, make one with perf \
                 and add it by --attach (docs/profiling.md)"
            ));
        }
        StatusCode::FORBIDDEN => {
            return Err(format!(
                "it does not let this machine ask\nhint: `loadgen target --debug-endpoints --debug-from-anywhere` answers {PATH} \
                 to others than its own machine"
            ));
        }
        status => return Err(format!("{PATH} answered {status}")),
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(told)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > attachments::LONGEST {
            break;
        }
    }
    let drawn = attachments::of(title, bytes)?;
    if drawn.media_type != "image/svg+xml" {
        return Err(format!("{PATH} answered with something else than a picture (SVG)"));
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadgen_metrics::Moment;

    fn phase(name: Option<&str>, from: u64, to: u64, arrivals: u64, users: Option<(u64, u64)>) -> PhaseInfo {
        let at = |seconds| Moment::START + Duration::from_secs(seconds);
        PhaseInfo { name: name.map(str::to_owned), from: at(from), to: at(to), arrivals, users }
    }

    fn drawn(phases: &[PhaseInfo]) -> Option<(u64, u32, String)> {
        window(phases).map(|it| (it.at.as_millis() as u64, it.seconds, it.title))
    }

    #[test]
    fn the_middle_of_the_busiest_phase_is_drawn() {
        let phases = [
            phase(None, 0, 60, 600, None),
            phase(Some("Peak"), 60, 90, 3_000, None),
            phase(None, 90, 91, 0, None),
            phase(Some("As high"), 91, 121, 3_000, None),
        ];
        let title = "Flame graph of the target: 10 s from 01:10 in phase Peak".to_owned();
        assert_eq!(drawn(&phases), Some((70_000, 10, title)));
        let closed = [phase(None, 0, 4, 0, Some((1, 3))), phase(None, 4, 8, 0, Some((5, 5)))];
        let title = "Flame graph of the target: 3 s from 00:04 in phase 2".to_owned();
        assert_eq!(drawn(&closed), Some((4_500, 3, title)));
        let short = Some((0, 1, "Flame graph of the target: 1 s from 00:00 in phase 1".to_owned()));
        assert_eq!(drawn(&[phase(None, 0, 1, 1, None)]), short);
        assert_eq!(drawn(&[phase(None, 0, 9, 0, None)]), None);
    }
}
