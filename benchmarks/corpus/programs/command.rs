#[derive(Debug, Clone, PartialEq)]
enum Command {
    Move { x: i32, y: i32 },
    Say(String),
    Wait(u64),
    Quit,
}

fn parse_command(line: &str) -> Result<Command, String> {
    let parts: Vec<&str> = line.split_whitespace().collect();
    match parts.as_slice() {
        ["move", x, y] => {
            let x = x.parse().map_err(|_| format!("bad x: {}", x))?;
            let y = y.parse().map_err(|_| format!("bad y: {}", y))?;
            Ok(Command::Move { x, y })
        }
        ["say", words @ ..] if !words.is_empty() => Ok(Command::Say(words.join(" "))),
        ["wait", seconds] => seconds
            .parse::<u64>()
            .map(Command::Wait)
            .map_err(|error| error.to_string()),
        ["quit"] => Ok(Command::Quit),
        [] => Err("empty line".to_string()),
        other => Err(format!("unknown command: {:?}", other)),
    }
}
