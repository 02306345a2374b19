//! category: traits
//! tags: default methods, trait objects, checked arithmetic
//! level: basic
//! variant-of: priced

// >>> prompt
/// Music that is played once.
struct Tune {
    seconds: u16,
}

/// A beat that is played again and again.
struct Beat {
    seconds: u16,
    rounds: u16,
}

/// How long a show lasts; `None` if a `u16` is too small for it.
fn running_time(show: &[&dyn Segment]) -> Option<u16> {
    let mut time = 0u16;
    for segment in show {
        time = time.checked_add(segment.duration()?)?;
    }
    Some(time)
}

/// A part of a show. It has three methods, all of which take `&self`:
///
/// - `round`, a `u16`: the seconds that one round lasts. Every segment has its own answer.
/// - `rounds`, a `u16`: how many rounds are played. Unless a segment has its own answer, one.
/// - `duration`, an `Option<u16>`: the seconds that the whole segment lasts, which is the length of a round
///   times the number of rounds unless a segment has its own answer. `None` stands for more than a `u16` holds.
///
/// A round of a `Tune` or a `Beat` lasts its `seconds`. A `Tune` has one round, a `Beat` as many as its field
/// `rounds` says. But a `Beat` of fewer than four rounds is not worth the trouble: it is skipped, so that its
/// duration is zero, whereas its `round` and `rounds` stay what they are.
trait Segment {
    // <<< prompt
    fn round(&self) -> u16;

    fn rounds(&self) -> u16 {
        1
    }

    fn duration(&self) -> Option<u16> {
        self.round().checked_mul(self.rounds())
    }
}

impl Segment for Tune {
    fn round(&self) -> u16 {
        self.seconds
    }
}

impl Segment for Beat {
    fn round(&self) -> u16 {
        self.seconds
    }

    fn rounds(&self) -> u16 {
        self.rounds
    }

    fn duration(&self) -> Option<u16> {
        if self.rounds < 4 {
            Some(0)
        } else {
            self.seconds.checked_mul(self.rounds)
        }
    }
}

// >>> probes
/// What the methods say of a tune.
fn probe_tune(seconds: u16) -> (u16, u16, Option<u16>) {
    let segment: &dyn Segment = &Tune { seconds };
    (segment.round(), segment.rounds(), segment.duration())
}

fn probe_beat(seconds: u16, rounds: u16) -> (u16, u16, Option<u16>) {
    let segment: &dyn Segment = &Beat { seconds, rounds };
    (segment.round(), segment.rounds(), segment.duration())
}

/// Of a segment of the suite's that leaves to the trait what it can.
fn probe_sparing(seconds: u16) -> (u16, u16, Option<u16>) {
    struct Sparing(u16);
    impl Segment for Sparing {
        fn round(&self) -> u16 {
            self.0
        }
    }

    let segment = Sparing(seconds);
    (segment.round(), segment.rounds(), segment.duration())
}

/// How long one of the suite's lasts that has its own number of rounds.
fn probe_rounds(seconds: u16, rounds: u16) -> Option<u16> {
    struct Several(u16, u16);
    impl Segment for Several {
        fn round(&self) -> u16 {
            self.0
        }

        fn rounds(&self) -> u16 {
            self.1
        }
    }

    Several(seconds, rounds).duration()
}

/// Of one with all answers of its own.
fn probe_own(duration: Option<u16>) -> (u16, u16, Option<u16>) {
    struct Own(Option<u16>);
    impl Segment for Own {
        fn round(&self) -> u16 {
            40
        }

        fn rounds(&self) -> u16 {
            50
        }

        fn duration(&self) -> Option<u16> {
            self.0
        }
    }

    let segment: Box<dyn Segment> = Box::new(Own(duration));
    (segment.round(), segment.rounds(), segment.duration())
}

/// A show of tunes, then of beats.
fn probe_show(tunes: Vec<u16>, beats: Vec<(u16, u16)>) -> Option<u16> {
    let tunes: Vec<Tune> = tunes.into_iter().map(|seconds| Tune { seconds }).collect();
    let beats: Vec<Beat> = beats
        .into_iter()
        .map(|(seconds, rounds)| Beat { seconds, rounds })
        .collect();
    let mut show: Vec<&dyn Segment> = Vec::new();
    show.extend(tunes.iter().map(|tune| tune as &dyn Segment));
    show.extend(beats.iter().map(|beat| beat as &dyn Segment));
    running_time(&show)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tune_is_played_once() {
        assert_eq!(probe_tune(180), (180, 1, Some(180)));
        assert_eq!(probe_tune(0), (0, 1, Some(0)));
        assert_eq!(probe_tune(2), (2, 1, Some(2)));
        assert_eq!(probe_tune(u16::MAX), (u16::MAX, 1, Some(u16::MAX)));
    }

    #[test]
    fn a_beat_is_played_as_often_as_it_says() {
        assert_eq!(probe_beat(12, 20), (12, 20, Some(240)));
        assert_eq!(probe_beat(0, 20), (0, 20, Some(0)));
        assert_eq!(probe_beat(1, u16::MAX), (1, u16::MAX, Some(u16::MAX)));
    }

    #[test]
    fn a_beat_of_fewer_than_four_rounds_is_skipped() {
        assert_eq!(probe_beat(7, 4), (7, 4, Some(28)));
        assert_eq!(probe_beat(7, 3), (7, 3, Some(0)));
        assert_eq!(probe_beat(7, 1), (7, 1, Some(0)));
        assert_eq!(probe_beat(7, 0), (7, 0, Some(0)));
        assert_eq!(probe_beat(u16::MAX, 3), (u16::MAX, 3, Some(0)));
    }

    #[test]
    fn more_seconds_than_can_be_held() {
        assert_eq!(probe_beat(256, 255).2, Some(65_280));
        assert_eq!(probe_beat(256, 256).2, None);
        assert_eq!(probe_beat(u16::MAX, 4).2, None);
    }

    #[test]
    fn a_segment_may_leave_all_but_its_round_to_the_trait() {
        assert_eq!(probe_sparing(33), (33, 1, Some(33)));
        assert_eq!(probe_sparing(0), (0, 1, Some(0)));
    }

    #[test]
    fn the_duration_follows_the_rounds() {
        assert_eq!(probe_rounds(33, 2), Some(66));
        assert_eq!(probe_rounds(33, 0), Some(0));
        assert_eq!(probe_rounds(2, 32_767), Some(65_534));
        assert_eq!(probe_rounds(2, 32_768), None);
    }

    #[test]
    fn a_segment_may_have_answers_of_its_own() {
        assert_eq!(probe_own(Some(3)), (40, 50, Some(3)));
        assert_eq!(probe_own(None), (40, 50, None));
    }

    #[test]
    fn a_whole_show() {
        assert_eq!(probe_show(vec![], vec![]), Some(0));
        assert_eq!(probe_show(vec![100, 20], vec![(5, 3), (5, 10)]), Some(170));
        assert_eq!(probe_show(vec![65_500, 35], vec![(9, 2)]), Some(u16::MAX));
        assert_eq!(probe_show(vec![65_500, 36], vec![]), None);
        assert_eq!(probe_show(vec![1], vec![(1000, 66)]), None);
    }
}
