//! Answers that come slowly, stand still half-way, or break off there.
//!
//! What is sent when is decided beforehand (`pieces`), and then played.

use std::io;
use std::ops::Range;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use super::Cord;
use crate::latency::LONGEST;
use crate::pause;

/// Pieces per second of a slow body.
const PIECES: u64 = 10;
/// What lies between the last piece and the cut, so that it is sent before.
const BEFORE_CUT: Duration = Duration::from_millis(10);

/// How an answer's body is to suffer.
#[derive(Debug, Clone)]
pub(super) struct Ailment {
    /// Bytes per second.
    pub(super) slow: Option<u64>,
    /// How long it stands still half-way.
    pub(super) stall: Option<Duration>,
    /// Pulled half-way.
    pub(super) cut: Option<Cord>,
}

/// A part of the body, and when it is sent, counted from the first.
#[derive(Debug, PartialEq)]
struct Piece {
    at: Duration,
    bytes: Range<usize>,
}

/// The answer with its body ailing. Answers without a body stay as they are, or are cut at once.
pub(super) async fn ail(response: Response, ailment: Ailment) -> Response {
    let (mut parts, body) = response.into_parts();
    // Bodies of this service are in memory; there is nothing to wait for, and nothing that could fail.
    let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    if bytes.is_empty() {
        ailment.cut.iter().for_each(Cord::pull);
        return Response::from_parts(parts, Body::empty());
    }
    // A stream has no length of its own.
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let pieces = pieces(bytes.len(), ailment.slow, ailment.stall, ailment.cut.is_some());
    Response::from_parts(parts, Body::from_stream(play(bytes, pieces, ailment.cut)))
}

fn play(
    bytes: Bytes,
    pieces: Vec<Piece>,
    cut: Option<Cord>,
) -> impl stream::Stream<Item = io::Result<Bytes>> + Send {
    let began = Instant::now();
    stream::unfold((pieces.into_iter(), cut), move |(mut pieces, mut cut)| {
        let bytes = bytes.clone();
        async move {
            if let Some(Piece { at, bytes: range }) = pieces.next() {
                pause::until(began + at).await;
                return Some((Ok(bytes.slice(range)), (pieces, cut)));
            }
            let cord = cut.take()?;
            tokio::time::sleep(BEFORE_CUT).await;
            cord.pull();
            Some((Err(io::ErrorKind::ConnectionReset.into()), (pieces, None)))
        }
    })
}

/// What is sent when, of a body of `length` bytes (above 0): a tenth of a second's worth at a time if it is slow, after
/// a pause from the middle on, and only up to there if it is cut. A slow body takes a minute at most: the rate is raised
/// for one that would take longer.
fn pieces(length: usize, slow: Option<u64>, stall: Option<Duration>, cut: bool) -> Vec<Piece> {
    let half = length / 2;
    let end = if cut { half } else { length };
    let rate = slow.map(|rate| rate.max((length as u64).div_ceil(LONGEST.as_secs())));
    let size = rate.map_or(length, |rate| usize::try_from(rate.div_ceil(PIECES)).unwrap_or(length));
    let stall = stall.unwrap_or_default();
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < end {
        // None reaches over the middle.
        let to = (from + size).min(if from < half { half } else { end });
        let late = if from < half { Duration::ZERO } else { stall };
        // The piece is there when its last byte would be.
        let at = rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(to as f64 / rate as f64));
        pieces.push(Piece { at: at + late, bytes: from..to });
        from = to;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(pieces: &[Piece]) -> Vec<(u128, Range<usize>)> {
        pieces.iter().map(|piece| (piece.at.as_millis(), piece.bytes.clone())).collect()
    }

    #[test]
    fn what_is_sent_when() {
        let second = Some(Duration::from_secs(1));
        for (length, slow, stall, cut, expected) in [
            (10, None, second, false, vec![(0, 0..5), (1000, 5..10)]),
            (10, None, None, true, vec![(0, 0..5)]),
            (1, None, None, true, vec![]),
            (1, None, second, false, vec![(1000, 0..1)]),
            // 20 bytes per second are 2 at a time, 100 ms apart; the middle is at 5.
            (
                10,
                Some(20),
                None,
                false,
                vec![(100, 0..2), (200, 2..4), (250, 4..5), (350, 5..7), (450, 7..9), (500, 9..10)],
            ),
            (4, Some(20), second, false, vec![(100, 0..2), (1200, 2..4)]),
            (6, Some(1000), None, true, vec![(3, 0..3)]),
        ] {
            let seen = shown(&pieces(length, slow, stall, cut));
            assert_eq!(seen, expected, "{length} {slow:?} {stall:?} {cut}");
        }
    }

    proptest! {
        #[test]
        fn all_of_it_in_order_and_in_time(length in 1_usize..100_000, slow in prop::option::of(1_u64..1 << 30), cut: bool) {
            let pieces = pieces(length, slow, None, cut);
            let mut end = 0;
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].at <= pair[1].at);
            }
            for piece in &pieces {
                prop_assert_eq!(piece.bytes.start, end);
                prop_assert!(piece.at <= LONGEST);
                end = piece.bytes.end;
            }
            prop_assert_eq!(end, if cut { length / 2 } else { length });
            prop_assert!(pieces.len() < 1200, "{}", pieces.len());
        }
    }
}
