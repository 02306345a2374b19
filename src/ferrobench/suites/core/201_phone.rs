//! category: pattern matching
//! tags: enums, state machines, nested patterns, moves out of borrows, exhaustive matching
//! level: intermediate

// >>> prompt
/// Somebody who calls. Cannot be cloned.
struct Caller {
    number: String,
}

enum Phone {
    Idle,
    Ringing {
        caller: Caller,
        rings: u32,
    },
    Talking {
        with: Caller,
        waiting: Option<Caller>,
    },
}

enum Event {
    Call(Caller),
    Ring,
    Button(Button),
}

enum Button {
    Green,
    Red,
}

/// A caller who is not connected any more, or never was.
enum Left {
    Missed(Caller),
    Rejected(Caller),
    Ended(Caller),
}

impl Phone {
    /// Does what an event asks for, and returns the caller who is gone by that, if any.
    ///
    /// - Call: an idle phone is ringing now, with no rings so far. While it is ringing, a new caller is
    ///   rejected. During a talk the new caller is waiting, or is rejected if another one is waiting.
    /// - Ring: while the phone is ringing, that is one more ring. With the fifth the caller is missed, and
    ///   the phone is idle.
    /// - Green button: while the phone is ringing, the talk with the caller begins. During a talk the one who
    ///   is waiting and the one who is talked with change places.
    /// - Red button: while the phone is ringing, the caller is rejected, and the phone is idle. During a talk
    ///   the talk is ended; then the phone is ringing for the one who is waiting, with no rings so far, or it
    ///   is idle.
    ///
    /// All else changes nothing. Callers are moved from place to place; their numbers are not copied.
    fn handle(&mut self, event: Event) -> Option<Left> {
        // <<< prompt
        let (next, left) = match (std::mem::replace(self, Phone::Idle), event) {
            (Phone::Idle, Event::Call(caller)) => (Phone::Ringing { caller, rings: 0 }, None),
            (Phone::Ringing { caller, rings: 4.. }, Event::Ring) => {
                (Phone::Idle, Some(Left::Missed(caller)))
            }
            (Phone::Ringing { caller, rings }, Event::Ring) => {
                let rings = rings + 1;
                (Phone::Ringing { caller, rings }, None)
            }
            (Phone::Ringing { caller, .. }, Event::Button(button)) => match button {
                Button::Green => (
                    Phone::Talking {
                        with: caller,
                        waiting: None,
                    },
                    None,
                ),
                Button::Red => (Phone::Idle, Some(Left::Rejected(caller))),
            },
            (
                Phone::Talking {
                    with,
                    waiting: None,
                },
                Event::Call(caller),
            ) => {
                let waiting = Some(caller);
                (Phone::Talking { with, waiting }, None)
            }
            (phone @ (Phone::Ringing { .. } | Phone::Talking { .. }), Event::Call(caller)) => {
                (phone, Some(Left::Rejected(caller)))
            }
            (
                Phone::Talking {
                    with: before,
                    waiting: Some(with),
                },
                Event::Button(Button::Green),
            ) => {
                let waiting = Some(before);
                (Phone::Talking { with, waiting }, None)
            }
            (Phone::Talking { with, waiting }, Event::Button(Button::Red)) => {
                let next =
                    waiting.map_or(Phone::Idle, |caller| Phone::Ringing { caller, rings: 0 });
                (next, Some(Left::Ended(with)))
            }
            (phone @ Phone::Talking { waiting: None, .. }, Event::Button(Button::Green))
            | (phone @ Phone::Talking { .. }, Event::Ring)
            | (phone @ Phone::Idle, Event::Ring | Event::Button(_)) => (phone, None),
        };
        *self = next;
        left
    }
}

// >>> probes
/// Runs a script: `r`, `g` and `R` are a ring and the two buttons, anything else is a number that calls.
/// Gives for each event who left, and the state afterwards.
fn probe_script(script: Vec<String>) -> Vec<(Option<String>, String)> {
    let mut phone = Phone::Idle;
    script
        .into_iter()
        .map(|step| {
            let event = match step.as_str() {
                "r" => Event::Ring,
                "g" => Event::Button(Button::Green),
                "R" => Event::Button(Button::Red),
                _ => Event::Call(Caller { number: step }),
            };
            let left = phone.handle(event).map(|left| match left {
                Left::Missed(caller) => ::std::format!("missed {}", caller.number),
                Left::Rejected(caller) => ::std::format!("rejected {}", caller.number),
                Left::Ended(caller) => ::std::format!("ended {}", caller.number),
            });
            let state = match &phone {
                Phone::Idle => "idle".to_string(),
                Phone::Ringing { caller, rings } => {
                    ::std::format!("ringing {} {rings}", caller.number)
                }
                Phone::Talking { with, waiting } => match waiting {
                    Some(other) => {
                        ::std::format!("talking {} waiting {}", with.number, other.number)
                    }
                    None => ::std::format!("talking {}", with.number),
                },
            };
            (left, state)
        })
        .collect()
}

/// Two callers: one is answered, the other waits, they change places, the talk is ended, and the one who is
/// left is missed. For each of the two: whether the number that comes out is the text that went in.
fn probe_moved() -> Vec<bool> {
    let first = "030 111".to_string();
    let second = "030 222".to_string();
    let addresses = [first.as_ptr(), second.as_ptr()];
    let mut phone = Phone::Idle;
    let mut gone = ::std::vec![];
    let mut events = ::std::vec![
        Event::Call(Caller { number: first }),
        Event::Ring,
        Event::Button(Button::Green),
        Event::Call(Caller { number: second }),
        Event::Button(Button::Green),
        Event::Button(Button::Green),
        Event::Button(Button::Red),
    ];
    events.extend((0..5).map(|_| Event::Ring));
    for event in events {
        match phone.handle(event) {
            Some(Left::Missed(caller) | Left::Rejected(caller) | Left::Ended(caller)) => {
                gone.push(caller.number);
            }
            None => {}
        }
    }
    gone.iter()
        .zip(addresses)
        .map(|(number, address)| number.as_ptr() == address)
        .collect()
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares who left and the state after the last event.
    fn ends(script: &str, left: Option<&str>, state: &str) {
        let steps: Vec<String> = script.split(' ').map(str::to_string).collect();
        let seen = probe_script(steps);
        assert_eq!(
            seen.last(),
            Some(&(left.map(str::to_string), state.to_string())),
            "{script}"
        );
        assert_eq!(seen.len(), script.split(' ').count());
    }

    /// None of the events before the last takes anybody away.
    fn quiet(script: &str) {
        let steps: Vec<String> = script.split(' ').map(str::to_string).collect();
        for (left, state) in probe_script(steps) {
            assert_eq!(left, None, "{state}");
        }
    }

    #[test]
    fn an_idle_phone_only_takes_calls() {
        ends("r", None, "idle");
        ends("g", None, "idle");
        ends("R", None, "idle");
        ends("1", None, "ringing 1 0");
    }

    #[test]
    fn rings_are_counted() {
        ends("1 r", None, "ringing 1 1");
        ends("1 r r r r", None, "ringing 1 4");
        quiet("1 r r r r");
    }

    #[test]
    fn the_fifth_ring_is_one_too_many() {
        ends("1 r r r r r", Some("missed 1"), "idle");
        ends("1 r r r r r r", None, "idle");
        ends("1 r r r r r 2", None, "ringing 2 0");
    }

    #[test]
    fn a_ringing_phone_rejects_others() {
        ends("1 r 2", Some("rejected 2"), "ringing 1 1");
        ends("1 2 r", None, "ringing 1 1");
    }

    #[test]
    fn the_buttons_of_a_ringing_phone() {
        ends("1 r r g", None, "talking 1");
        ends("1 r r r r g", None, "talking 1");
        ends("1 R", Some("rejected 1"), "idle");
        ends("1 R R", None, "idle");
    }

    #[test]
    fn a_talk_goes_on() {
        ends("1 g r", None, "talking 1");
        ends("1 g g", None, "talking 1");
        ends("1 g R", Some("ended 1"), "idle");
    }

    #[test]
    fn one_can_wait() {
        ends("1 g 2", None, "talking 1 waiting 2");
        ends("1 g 2 r", None, "talking 1 waiting 2");
        quiet("1 g 2 r r r r r r");
    }

    #[test]
    fn only_one_can_wait() {
        ends("1 g 2 3", Some("rejected 3"), "talking 1 waiting 2");
        ends("1 g 2 3 R", Some("ended 1"), "ringing 2 0");
    }

    #[test]
    fn talk_and_waiting_change_places() {
        ends("1 g 2 g", None, "talking 2 waiting 1");
        ends("1 g 2 g g", None, "talking 1 waiting 2");
        ends("1 g 2 g R", Some("ended 2"), "ringing 1 0");
    }

    #[test]
    fn the_one_who_waits_rings_next() {
        ends("1 g 2 R", Some("ended 1"), "ringing 2 0");
        ends("1 r r g 2 r R r", None, "ringing 2 1");
        ends("1 g 2 R g", None, "talking 2");
        ends("1 g 2 R r r r r r", Some("missed 2"), "idle");
    }

    #[test]
    fn callers_are_moved() {
        assert_eq!(probe_moved(), [true, true]);
    }
}
