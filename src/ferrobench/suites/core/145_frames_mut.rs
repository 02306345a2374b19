//! category: slices
//! tags: lifetimes, mutable borrows, iterators, split_at_mut
//! level: advanced

use std::mem;

// >>> prompt
/// Goes through the frames of a buffer, which may be changed where they lie.
///
/// A frame is one byte, which tells a length, and behind it a body of so many bytes, 0 to 255.
/// The next frame follows at once.
struct FramesMut<'a> {
    rest: &'a mut [u8],
}

impl<'a> FramesMut<'a> {
    fn new(buffer: &'a mut [u8]) -> Self {
        FramesMut { rest: buffer }
    }

    /// What lies behind the frames that were returned.
    fn into_rest(self) -> &'a mut [u8] {
        self.rest
    }
}

/// Yields the body of each frame. Bodies live as long as the borrow of the buffer, so that several can
/// be held and changed at the same time.
///
/// `None` is returned where the buffer ends, and where a frame does not fit into what is left of it.
/// Such a frame stays in `rest` as a whole, its length byte included, however often `next` is called.
impl<'a> Iterator for FramesMut<'a> {
    // <<< prompt
    type Item = &'a mut [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let end = 1 + usize::from(*self.rest.first()?);
        if end > self.rest.len() {
            return None;
        }
        let (frame, rest) = mem::take(&mut self.rest).split_at_mut(end);
        self.rest = rest;
        Some(&mut frame[1..])
    }
}

// >>> probes
/// The bodies, and the rest.
fn probe_frames(mut buffer: Vec<u8>) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut frames = FramesMut::new(&mut buffer);
    let mut bodies = Vec::new();
    while let Some(body) = frames.next() {
        bodies.push(body.to_vec());
        if bodies.len() > 1000 {
            break;
        }
    }
    (bodies, frames.into_rest().to_vec())
}

/// Holds all bodies at once, writes into each its place, counted from 1, the last body first, and
/// returns the buffer.
fn probe_write(mut buffer: Vec<u8>) -> Vec<u8> {
    let bodies: Vec<&mut [u8]> = FramesMut::new(&mut buffer).collect();
    for (place, body) in bodies.into_iter().enumerate().rev() {
        body.fill(place as u8 + 1);
    }
    buffer
}

/// The rest after `calls` calls of `next`, and how many of them returned a body.
fn probe_calls(mut buffer: Vec<u8>, calls: usize) -> (usize, Vec<u8>) {
    let mut frames = FramesMut::new(&mut buffer);
    let bodies = (0..calls).filter(|_| frames.next().is_some()).count();
    (bodies, frames.into_rest().to_vec())
}

/// Fills the rest behind one frame and, after that, the frame.
fn probe_write_rest(mut buffer: Vec<u8>) -> Vec<u8> {
    let mut frames = FramesMut::new(&mut buffer);
    let first = frames.next();
    frames.into_rest().fill(0xff);
    if let Some(body) = first {
        body.fill(0xee);
    }
    buffer
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_in_order() {
        assert_eq!(
            probe_frames(vec![2, 10, 11, 1, 20, 3, 30, 31, 32]),
            (vec![vec![10, 11], vec![20], vec![30, 31, 32]], Vec::new())
        );
    }

    #[test]
    fn an_empty_buffer_has_no_frames() {
        assert_eq!(probe_frames(vec![]), (Vec::new(), Vec::new()));
    }

    #[test]
    fn bodies_may_be_empty() {
        assert_eq!(probe_frames(vec![0]), (vec![vec![]], Vec::new()));
        assert_eq!(
            probe_frames(vec![0, 1, 9, 0, 0]),
            (vec![vec![], vec![9], vec![], vec![]], Vec::new())
        );
    }

    #[test]
    fn the_longest_body() {
        let mut buffer = vec![255];
        buffer.extend(0..=254);
        let body: Vec<u8> = (0..=254).collect();
        assert_eq!(probe_frames(buffer.clone()), (vec![body], Vec::new()));
        buffer.pop();
        assert_eq!(probe_frames(buffer.clone()), (Vec::new(), buffer));
    }

    #[test]
    fn a_frame_that_does_not_fit_stays_in_the_rest() {
        assert_eq!(
            probe_frames(vec![1, 7, 3, 8, 9]),
            (vec![vec![7]], vec![3, 8, 9])
        );
        assert_eq!(probe_frames(vec![1]), (Vec::new(), vec![1]));
    }

    #[test]
    fn calls_behind_the_end_change_nothing() {
        assert_eq!(probe_calls(vec![1, 7, 3, 1, 1], 9), (1, vec![3, 1, 1]));
        assert_eq!(probe_calls(vec![1, 7], 9), (1, vec![]));
    }

    #[test]
    fn the_rest_begins_behind_the_last_frame_returned() {
        assert_eq!(
            probe_calls(vec![1, 7, 0, 1, 8], 0),
            (0, vec![1, 7, 0, 1, 8])
        );
        assert_eq!(probe_calls(vec![1, 7, 0, 1, 8], 1), (1, vec![0, 1, 8]));
        assert_eq!(probe_calls(vec![1, 7, 0, 1, 8], 2), (2, vec![1, 8]));
        assert_eq!(probe_calls(vec![1, 7, 0, 1, 8], 3), (3, vec![]));
    }

    #[test]
    fn bodies_are_written_where_they_lie() {
        assert_eq!(
            probe_write(vec![2, 10, 11, 0, 1, 20, 9, 30]),
            [2, 1, 1, 0, 1, 3, 9, 30]
        );
    }

    #[test]
    fn a_body_is_held_while_the_rest_is_written() {
        assert_eq!(
            probe_write_rest(vec![2, 10, 11, 5, 6]),
            [2, 0xee, 0xee, 0xff, 0xff]
        );
    }
}
