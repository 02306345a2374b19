//! category: simulation
//! tags: virtual machines, enums, error handling, checked arithmetic
//! level: advanced

// >>> prompt
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    /// Pushes the number.
    Push(i32),
    /// Pops two numbers and pushes the lower one plus the upper one, which was on top.
    Add,
    /// Pops two numbers and pushes the lower one minus the upper one.
    Sub,
    /// Pops two numbers and pushes their product.
    Mul,
    /// Pushes what is in this cell of the current frame.
    Load(u8),
    /// Pops a number and puts it into this cell of the current frame.
    Store(u8),
    /// Goes on at this place.
    Jump(usize),
    /// Pops a number, and goes on at this place if it is 0.
    JumpIfZero(usize),
    /// Enters a new frame, and goes on at this place.
    Call(usize),
    /// Leaves the current frame, and goes on behind the `Call` that has entered it. In the first frame it
    /// ends the program.
    Return,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// A number was to be popped from an empty stack.
    Empty,
    /// The result is no `i32`.
    Overflow,
    /// A frame was to be entered while there were 100 of them, the first one included.
    TooDeep,
    /// Another operation was to be done when all steps had been used up.
    OutOfSteps,
}

/// Runs a program from place 0, the place of its first operation, and returns the stack at the end, its top
/// last.
///
/// There is one stack, and it is empty at first. Besides there are frames, of which the last one entered is
/// the current one; the program begins in the first. Each frame has 256 cells of its own, which hold 0 when
/// it is entered, and are lost when it is left.
///
/// If nothing else is said, a program goes on behind the operation just done. It ends, in whichever frame,
/// when it is to go on at a place where there is no operation. Each operation takes one step, the last one
/// too. A fault ends the run, and is returned with the place of the operation that was not done; without
/// steps, that is `OutOfSteps` whatever the operation is.
fn run(program: &[Op], steps: usize) -> Result<Vec<i32>, (usize, Fault)> {
    // <<< prompt
    let mut stack = Vec::new();
    let mut frames = Vec::new();
    let mut frame = Frame::entered_from(0);
    let mut place = 0;
    let mut steps = 0..steps;
    while let Some(&op) = program.get(place) {
        let fault = |fault| (place, fault);
        steps.next().ok_or(fault(Fault::OutOfSteps))?;
        let mut pop = || stack.pop().ok_or(fault(Fault::Empty));
        let mut next = place + 1;
        match op {
            Op::Push(number) => stack.push(number),
            Op::Add | Op::Sub | Op::Mul => {
                let (upper, lower) = (pop()?, pop()?);
                let result = match op {
                    Op::Add => i32::checked_add(lower, upper),
                    Op::Sub => i32::checked_sub(lower, upper),
                    _ => i32::checked_mul(lower, upper),
                };
                stack.push(result.ok_or(fault(Fault::Overflow))?);
            }
            Op::Load(cell) => stack.push(frame.cells[usize::from(cell)]),
            Op::Store(cell) => frame.cells[usize::from(cell)] = pop()?,
            Op::Jump(to) => next = to,
            Op::JumpIfZero(to) => {
                if pop()? == 0 {
                    next = to;
                }
            }
            Op::Call(to) => {
                if frames.len() == 99 {
                    return Err(fault(Fault::TooDeep));
                }
                frames.push(std::mem::replace(&mut frame, Frame::entered_from(place)));
                next = to;
            }
            Op::Return => {
                next = frame.caller + 1;
                match frames.pop() {
                    Some(caller) => frame = caller,
                    None => break,
                }
            }
        }
        place = next;
    }
    Ok(stack)
}

struct Frame {
    cells: [i32; 256],
    /// The place of the `Call`.
    caller: usize,
}

impl Frame {
    fn entered_from(caller: usize) -> Frame {
        Frame {
            cells: [0; 256],
            caller,
        }
    }
}

// >>> probes
/// Runs a program that is written as names of operations, each with its number, or with any number where it
/// has none. A fault is given with its name.
fn probe_run(
    program: Vec<(String, i32)>,
    steps: usize,
) -> ::std::result::Result<Vec<i32>, (usize, String)> {
    let program: Vec<Op> = program
        .iter()
        .map(|(name, number)| match &**name {
            "push" => Op::Push(*number),
            "add" => Op::Add,
            "sub" => Op::Sub,
            "mul" => Op::Mul,
            "load" => Op::Load(*number as u8),
            "store" => Op::Store(*number as u8),
            "jump" => Op::Jump(*number as usize),
            "jump if zero" => Op::JumpIfZero(*number as usize),
            "call" => Op::Call(*number as usize),
            _ => Op::Return,
        })
        .collect();
    run(&program, steps).map_err(|(place, fault)| {
        let name = match fault {
            Fault::Empty => "empty",
            Fault::Overflow => "overflow",
            Fault::TooDeep => "too deep",
            Fault::OutOfSteps => "out of steps",
        };
        (place, name.to_string())
    })
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    const ENOUGH: usize = 100_000;

    /// Runs a program of operations between semicolons.
    fn run_with(steps: usize, program: &str) -> Result<Vec<i32>, (usize, String)> {
        let ops = program
            .split(';')
            .map(str::trim)
            .filter(|op| !op.is_empty());
        let program = ops
            .map(|op| match op.rsplit_once(' ') {
                Some((name, number)) => (name.to_string(), number.parse().expect("a number")),
                None => (op.to_string(), 0),
            })
            .collect();
        probe_run(program, steps)
    }

    fn result(program: &str) -> Result<Vec<i32>, (usize, String)> {
        run_with(ENOUGH, program)
    }

    fn fault(place: usize, name: &str) -> Result<Vec<i32>, (usize, String)> {
        Err((place, name.to_string()))
    }

    #[test]
    fn an_empty_program_ends_at_once() {
        assert_eq!(result(""), Ok(vec![]));
        assert_eq!(run_with(0, ""), Ok(vec![]));
    }

    #[test]
    fn the_top_of_the_stack_is_last() {
        assert_eq!(result("push 1; push -2; push 3"), Ok(vec![1, -2, 3]));
    }

    #[test]
    fn arithmetic_takes_the_two_uppermost() {
        assert_eq!(result("push 9; push 5; push 3; add"), Ok(vec![9, 8]));
        assert_eq!(result("push 9; push 5; push 3; sub"), Ok(vec![9, 2]));
        assert_eq!(result("push 9; push 5; push 3; mul"), Ok(vec![9, 15]));
    }

    #[test]
    fn an_empty_stack_is_a_fault() {
        assert_eq!(result("add"), fault(0, "empty"));
        assert_eq!(result("push 1; sub"), fault(1, "empty"));
        assert_eq!(result("push 1; push 2; mul; mul"), fault(3, "empty"));
        assert_eq!(result("push 1; store 0; store 0"), fault(2, "empty"));
        assert_eq!(result("jump if zero 5"), fault(0, "empty"));
    }

    #[test]
    fn results_beyond_the_range_are_a_fault() {
        assert_eq!(result("push 2147483647; push 1; add"), fault(2, "overflow"));
        assert_eq!(
            result("push -2147483648; push 1; sub"),
            fault(2, "overflow")
        );
        assert_eq!(
            result("push 7; push 65536; push 32768; mul"),
            fault(3, "overflow")
        );
        assert_eq!(result("push 65536; push -32768; mul"), Ok(vec![i32::MIN]));
        assert_eq!(
            result("push -2147483648; push -1; add"),
            fault(2, "overflow")
        );
        assert_eq!(result("push -1; push -2147483648; sub"), Ok(vec![i32::MAX]));
    }

    #[test]
    fn cells_keep_numbers() {
        assert_eq!(result("load 0; load 255"), Ok(vec![0, 0]));
        assert_eq!(
            result("push 7; store 255; push 8; store 0; load 255; load 0; load 1"),
            Ok(vec![7, 8, 0])
        );
        assert_eq!(
            result("push 7; store 3; push 8; store 3; load 3; load 3"),
            Ok(vec![8, 8])
        );
    }

    #[test]
    fn jumps() {
        assert_eq!(result("jump 2; push 1; push 2"), Ok(vec![2]));
        assert_eq!(
            result("push 0; jump if zero 3; push 1; push 2"),
            Ok(vec![2])
        );
        assert_eq!(
            result("push -1; jump if zero 3; push 1; push 2"),
            Ok(vec![1, 2])
        );
    }

    #[test]
    fn a_place_without_an_operation_ends_the_program() {
        assert_eq!(result("push 1; jump 3; push 2"), Ok(vec![1]));
        assert_eq!(result("push 1; jump 2147483647; push 2"), Ok(vec![1]));
        assert_eq!(result("push 1; call 99; push 2"), Ok(vec![1]));
        assert_eq!(result("push 1; push 0; jump if zero 4"), Ok(vec![1]));
        assert_eq!(result("call 2; return; push 5"), Ok(vec![5]));
    }

    #[test]
    fn a_return_in_the_first_frame_ends_the_program() {
        assert_eq!(result("push 1; return; push 2"), Ok(vec![1]));
        assert_eq!(result("return"), Ok(vec![]));
        assert_eq!(result("call 2; return; push 3; return"), Ok(vec![3]));
    }

    #[test]
    fn a_call_returns_behind_itself() {
        assert_eq!(
            result("push 4; call 6; push 1; call 6; add; return; push 10; mul; return"),
            Ok(vec![50])
        );
        assert_eq!(
            result("push 1; call 4; push 4; return; push 2; call 7; return; push 3; return"),
            Ok(vec![1, 2, 3, 4])
        );
    }

    #[test]
    fn each_frame_has_its_own_cells() {
        let program = "push 5; store 0; call 5; load 0; return;
            load 0; push 6; store 0; load 0; return";
        assert_eq!(result(program), Ok(vec![0, 6, 5]));
        let program = "call 3; call 3; return; load 9; push 6; store 9; return";
        assert_eq!(result(program), Ok(vec![0, 0]));
    }

    #[test]
    fn a_call_may_call_itself() {
        let factorial = "push 10; call 3; return;
            store 0; load 0; jump if zero 13;
            load 0; load 0; push 1; sub; call 3; mul; return;
            push 1; return";
        assert_eq!(result(factorial), Ok(vec![3_628_800]));
    }

    #[test]
    fn a_hundred_frames_and_no_more() {
        let nested = |depth: i32| {
            result(&format!(
                "push {depth}; call 3; return;
                store 0; load 0; push 1; sub; store 0; load 0; jump if zero 12;
                load 0; call 3; return"
            ))
        };
        assert_eq!(nested(98), Ok(vec![]));
        assert_eq!(nested(99), Ok(vec![]));
        assert_eq!(nested(100), fault(11, "too deep"));
        assert_eq!(result("call 0"), fault(0, "too deep"));
        assert_eq!(result("push 1; call 0"), fault(1, "too deep"));
    }

    #[test]
    fn frames_that_were_left_do_not_count() {
        let program = "push 200; store 0; call 10; load 0; push 1; sub; store 0;
            load 0; jump if zero 11; jump 2; return; push 7";
        assert_eq!(result(program), Ok(vec![7]));
    }

    #[test]
    fn each_operation_takes_a_step() {
        let program = "push 1; jump 3; push 2; push 3";
        assert_eq!(run_with(3, program), Ok(vec![1, 3]));
        assert_eq!(run_with(2, program), fault(3, "out of steps"));
        assert_eq!(run_with(1, program), fault(1, "out of steps"));
        assert_eq!(run_with(0, program), fault(0, "out of steps"));
    }

    #[test]
    fn the_last_return_takes_a_step() {
        assert_eq!(run_with(2, "push 1; return; push 2"), Ok(vec![1]));
        assert_eq!(
            run_with(1, "push 1; return; push 2"),
            fault(1, "out of steps")
        );
        assert_eq!(run_with(3, "call 2; return; return"), Ok(vec![]));
        assert_eq!(
            run_with(2, "call 2; return; return"),
            fault(1, "out of steps")
        );
    }

    #[test]
    fn without_steps_no_other_fault_is_found() {
        assert_eq!(run_with(0, "add"), fault(0, "out of steps"));
        assert_eq!(run_with(1, "add"), fault(0, "empty"));
        assert_eq!(
            run_with(2, "push 2147483647; push 1; add"),
            fault(2, "out of steps")
        );
        assert_eq!(run_with(99, "call 0"), fault(0, "out of steps"));
        assert_eq!(run_with(100, "call 0"), fault(0, "too deep"));
    }

    #[test]
    fn a_program_without_end_runs_out_of_steps() {
        assert_eq!(result("jump 0"), fault(0, "out of steps"));
        assert_eq!(
            run_with(1001, "push 1; store 0; jump 0"),
            fault(2, "out of steps")
        );
    }
}
