//! `log`: a line for whoever watches the run.

use crate::transport::Transport;
use crate::user::User;
use loadgen_scenario::Template;

/// Hands the line to the supervisor. Left out, and counted, when the supervisor is megabytes behind.
pub(crate) fn say<T: Transport>(user: &mut User<T>, line: &Template) {
    let text = {
        let session = &mut *user.session.borrow_mut();
        // A lone list or object is shown as Node's console has it.
        let lone = line.lone_value(session).filter(|value| value.is_array() || value.is_object());
        match lone.map(|value| loadgen_scenario::inspect(&value)) {
            Some(text) => text,
            None => {
                let mut text = String::new();
                line.render_into(session, &mut text);
                text
            }
        }
    };
    user.shard.say(text);
}
