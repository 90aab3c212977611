//! `phases` become the arrival schedule.

use crate::diagnostic::Diagnostic;
use crate::overlay::Choices;
use crate::plan::{MOST_USERS, Pattern, Phase};
use crate::scenario::{self, Config, Mode};
use crate::source::Spanned;
use std::time::Duration;

/// Most users of a phase in poisson mode: they cannot be counted but one by one.
const MOST_AT_RANDOM: f64 = 1e8;

/// The schedule; a single user where the script has no phases.
pub(super) fn phases(config: &Config, choices: &Choices, problems: &mut Vec<Diagnostic>) -> Vec<Phase> {
    let single = || Phase {
        name: None,
        duration: Duration::from_secs(1),
        arrivals: Pattern::Count(1),
        max_users: None,
        label: Some("unnamed (index: 0, duration: 1s)".to_owned()),
    };
    match &config.phases {
        Some(phases) if !choices.solo => scheduled(phases, config, choices.seed, problems),
        _ => vec![single()],
    }
}

fn scheduled(
    phases: &[scenario::Phase],
    config: &Config,
    seed: u64,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Phase> {
    let mut schedule = Vec::with_capacity(phases.len());
    // As Artillery, which loses count there: after a phase of no users it announces no other.
    let mut told = true;
    let mut nobody = true;
    for (index, said) in phases.iter().enumerate() {
        let Some(mut phase) = phase(said, problems) else { continue };
        if let Pattern::Count(0) = phase.arrivals {
            told = false;
            continue;
        }
        if let Pattern::Rate { from, to } = phase.arrivals
            && said.mode.or(config.mode) == Some(Mode::Poisson)
        {
            let users = phase.duration.as_secs_f64() * (from + to) / 2.0;
            if users > MOST_AT_RANDOM {
                let message = format!(
                    "\"{}\" has {users:.0} users at random, and may have {MOST_AT_RANDOM:.0}",
                    said.path
                );
                problems
                    .push(Diagnostic::error(&said.at, message).hint("leave `mode` out, or split the phase"));
            }
            // Phases that are alike must not have the same gaps.
            let seed = seed ^ (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            phase.arrivals = Pattern::Poisson { from, to, seed };
        }
        let name = phase.name.as_deref().unwrap_or("unnamed");
        let time = said.duration_text.as_deref().unwrap_or("?");
        nobody &= matches!(phase.arrivals, Pattern::Pause) || phase.max_users == Some(0);
        phase.label = told.then(|| format!("{name} (index: {index}, duration: {time})"));
        schedule.push(phase);
    }
    // As there, a run in which nobody ever arrives is over at once.
    if nobody {
        schedule.clear();
    }
    schedule
}

fn phase(said: &scenario::Phase, problems: &mut Vec<Diagnostic>) -> Option<Phase> {
    contradictions(said, problems);
    let value = |number: &Spanned<f64>| number.value;
    let (ramp_to, arrival_rate) = (said.ramp_to.as_ref().map(value), said.arrival_rate.as_ref().map(value));
    let (duration, arrivals) = match (said.pause.as_ref(), said.arrival_count.as_ref(), ramp_to, arrival_rate)
    {
        (Some(pause), ..) => (Some(pause), Pattern::Pause),
        (None, ..) if said.users.is_some() => (said.duration.as_ref(), closed(said, problems)),
        (None, Some(count), ..) => (said.duration.as_ref(), Pattern::Count(count.value)),
        (None, None, Some(to), from) => {
            (said.duration.as_ref(), Pattern::Rate { from: from.unwrap_or(0.0), to })
        }
        (None, None, None, Some(0.0)) => (said.duration.as_ref(), Pattern::Pause),
        (None, None, None, Some(rate)) => (said.duration.as_ref(), Pattern::Rate { from: rate, to: rate }),
        (None, None, None, None) => {
            let warning = Diagnostic::warning(
                &said.at,
                format!("\"{}\" does not say who arrives", said.path),
            )
            .hint(
                "add arrivalRate (users per second), arrivalCount (users in all), users (at a time) or pause",
            );
            problems.push(warning.notice("Unknown phase spec definition, skipping"));
            return None;
        }
    };
    let duration = match duration {
        Some(Spanned { value, at }) if value.is_zero() => {
            let problem = Diagnostic::error(at, format!("invalid duration in \"{}\": it is zero", said.path));
            problems.push(problem.hint("leave the phase out, or give it a time such as 500ms"));
            return None;
        }
        Some(duration) => duration.value,
        None => {
            let problem = Diagnostic::error(&said.at, format!("\"{}.duration\" is required", said.path))
                .hint("seconds as a number, or text such as 500ms, 30s, 5m, 1.5 hours");
            problems.push(problem);
            return None;
        }
    };
    // Beside `users` a ceiling has no effect, so that nobody is to be told of one.
    let max_users = said.max_users.filter(|_| !matches!(arrivals, Pattern::Users { .. }));
    Some(Phase { name: said.name.clone(), duration, arrivals, max_users, label: None })
}

/// How many users run at a time.
fn closed(said: &scenario::Phase, problems: &mut Vec<Diagnostic>) -> Pattern {
    let Some(users) = &said.users else { return Pattern::Pause };
    let to = said.ramp_to.as_ref().map_or(users.value as f64, |to| to.value);
    if let Some(ramp_to) = &said.ramp_to
        && to.fract() != 0.0
    {
        let message =
            format!("\"{}.rampTo\" must be a whole number of users beside `users`, not {to}", said.path);
        problems.push(Diagnostic::error(&ramp_to.at, message));
    }
    let at = said.ramp_to.as_ref().filter(|ramp_to| ramp_to.value > MOST_USERS as f64).map(|it| &it.at);
    if let Some(at) = at.or((users.value > MOST_USERS).then_some(&users.at)) {
        let message = format!("\"{}\" has more than {MOST_USERS} users at a time", said.path);
        problems.push(Diagnostic::error(at, message).hint("share the load among several machines"));
    }
    Pattern::Users { from: users.value, to: to as u64 }
}

/// Warns of what a phase says in vain: as in Artillery, `pause` counts before `arrivalCount`, and that before rates.
fn contradictions(said: &scenario::Phase, problems: &mut Vec<Diagnostic>) {
    let rate = said.arrival_rate.as_ref().map(|rate| ("arrivalRate", &rate.at));
    let ramp = said.ramp_to.as_ref().map(|ramp| ("rampTo", &ramp.at));
    let count = said.arrival_count.as_ref().map(|count| ("arrivalCount", &count.at));
    let duration = said.duration.as_ref().map(|duration| ("duration", &duration.at));
    let users = said.users.as_ref().map(|users| ("users", &users.at));
    let (counts, vain) = match (&said.pause, &said.users, &said.arrival_count) {
        (Some(_), ..) => ("pause", vec![rate, ramp, count, users, duration]),
        (None, Some(_), _) => {
            let ceiling = said.max_users.map(|_| ("maxVusers", &said.at));
            let mode = said.mode.map(|_| ("mode", &said.at));
            ("users", vec![rate, count, ceiling, mode])
        }
        (None, None, Some(_)) => ("arrivalCount", vec![rate, ramp]),
        (None, None, None) => return,
    };
    for (key, at) in vain.into_iter().flatten() {
        let message = format!("`{key}` has no effect beside `{counts}` in \"{}\"", said.path);
        problems
            .push(Diagnostic::warning(at, message).hint(format!("`{counts}` counts; leave the other out")));
    }
}
