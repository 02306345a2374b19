#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Running { progress: u8 },
    Done(String),
    Failed { reason: String, attempts: u32 },
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Start,
    Tick,
    Fail,
    Reset,
}

fn advance(state: State, event: Event) -> State {
    match (state, event) {
        (State::Idle, Event::Start) => State::Running { progress: 0 },
        (State::Running { progress }, Event::Tick) if progress >= 90 => State::Done("finished".to_string()),
        (State::Running { progress }, Event::Tick) => State::Running { progress: progress + 10 },
        (State::Running { .. }, Event::Fail) => State::Failed { reason: "stopped".to_string(), attempts: 1 },
        (State::Failed { reason, attempts }, Event::Fail) => State::Failed { reason, attempts: attempts + 1 },
        (_, Event::Reset) => State::Idle,
        (unchanged, _) => unchanged,
    }
}
