//! A flow that is played by itself, and somebody who is told of what it does.
//!
//! Nothing but the flow makes what there is to tell, and it only does so while it is polled: so after each time there
//! is all that there is, and nobody has to be woken for it.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use tokio::task::LocalSet;

/// Drives `play` to its end and hands on what `next` has, in order and all of it. `None` if `on` breaks: then the flow
/// is given up where it is, and `on` is told of nothing else.
pub(crate) async fn attend<R, S>(
    play: impl Future<Output = R>,
    mut next: impl FnMut() -> Option<S>,
    mut on: impl FnMut(S) -> ControlFlow<()>,
) -> Option<R> {
    // Connections over HTTP/2 have tasks of their own.
    let tasks = LocalSet::new();
    let mut play = pin!(tasks.run_until(play));
    poll_fn(|context| {
        let played = play.as_mut().poll(context);
        while let Some(seen) = next() {
            if on(seen).is_break() {
                return std::task::Poll::Ready(None);
            }
        }
        played.map(Some)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    /// Three numbers, with a wait after the second.
    async fn play(numbers: mpsc::UnboundedSender<u8>) -> &'static str {
        let _ = (numbers.send(1), numbers.send(2));
        tokio::task::yield_now().await;
        let _ = numbers.send(3);
        "over"
    }

    async fn attended(last: u8) -> (Option<&'static str>, Vec<u8>) {
        let (numbers, mut sent) = mpsc::unbounded_channel();
        let mut seen = Vec::new();
        let ending = attend(
            play(numbers),
            || sent.try_recv().ok(),
            |number| {
                seen.push(number);
                if number == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )
        .await;
        (ending, seen)
    }

    #[tokio::test]
    async fn all_is_told_until_somebody_has_seen_enough() {
        assert_eq!(attended(9).await, (Some("over"), vec![1, 2, 3]));
        assert_eq!(attended(3).await, (None, vec![1, 2, 3]));
        assert_eq!(attended(1).await, (None, vec![1]));
    }
}
