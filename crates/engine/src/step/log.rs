//! `log`: a line for whoever watches the run.

use crate::transport::Transport;
use crate::user::User;
use loadgen_scenario::Template;

/// Hands the line to the supervisor. Drops it when the supervisor is ten thousand lines behind.
pub(crate) fn say<T: Transport>(user: &mut User<T>, line: &Template) {
    let mut text = String::new();
    line.render_into(&mut *user.session.borrow_mut(), &mut text);
    user.shard.say(text);
}
