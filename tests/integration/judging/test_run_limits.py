"""What programs under test may use: each limit ends them with its own name, and none ends what stays within it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import (
    Failure,
    Judge,
    Limit,
    RunLimits,
    Tested,
    TestedProgram,
    choose_sandbox,
    probe_toolchain,
)
from ferrobench.prompts.prompt import Need
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import World, results, world

if TYPE_CHECKING:
    from ferrobench.prompts import Prompt

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

LIMITS = RunLimits(cpu_seconds=1, wall_seconds=20.0, address_space_mib=512, tasks=24, output_kib=256)
# For those that use no CPU time, and no others: a busy machine must not decide.
IMPATIENT = RunLimits(cpu_seconds=1, wall_seconds=0.75)
LONGER = RunLimits(cpu_seconds=2, wall_seconds=60.0)
HEAD = "pub fn f(x: u64) -> u64 {"
TESTS = in_module(*(f"fn t{n}() {{ assert_eq!(f({n}), {n}); }}" for n in range(4)))
# Uses CPU time, and not time by the clock, of which busy neighbours take their share.
BURN = """
#[repr(C)] struct Time { seconds: i64, nanoseconds: i64 }
extern "C" { fn clock_gettime(clock: i32, time: *mut Time) -> i32; }
fn used() -> f64 { let mut t = Time { seconds: 0, nanoseconds: 0 }; unsafe { clock_gettime(2, &mut t) }; t.seconds as f64 + t.nanoseconds as f64 / 1e9 }
fn burn(until: f64) { while used() < until { std::hint::black_box(0); } }
"""


def program(body: str, before: str = "") -> str:
    return f"{before}{HEAD} {body}; x }}"


UNDEFINED = (
    '#[cfg(target_arch = "x86_64")] unsafe { std::arch::asm!("ud2") }; '
    '#[cfg(not(target_arch = "x86_64"))] unsafe { std::arch::asm!("udf #0") }'
)

# name: (program, how it ends)
ENDS: dict[str, tuple[str, Failure | Limit | None]] = {
    "nothing": (program("()"), None),
    "a busy loop": (program("loop { std::hint::spin_loop(); }").replace("; x }", " }"), Limit.TIME),
    "a busy loop in a thread": (program("std::thread::spawn(|| loop {}); std::thread::park()"), Limit.TIME),
    "a vector that grows": (program("let mut v = Vec::new(); loop { v.push(vec![0u8; 8 << 20]); if v.is_empty() { break } }"), Limit.MEMORY),
    "more memory than there is at once": (program("std::hint::black_box(vec![0u8; 1 << 40])"), Limit.MEMORY),
    "a capacity that overflows": (program("std::hint::black_box(Vec::<u64>::with_capacity(usize::MAX))"), Failure.PANIC),
    "a flood of output": (program('loop { println!("{}", "a".repeat(4096)); if x > 99 { break } }'), Limit.OUTPUT),
    "a flood of errors": (program('loop { eprintln!("{}", "a".repeat(4096)); if x > 99 { break } }'), Limit.OUTPUT),
    "much output": (program('print!("{}", "a".repeat(60 << 10)); eprint!("{}", "b".repeat(60 << 10))'), None),
    "endless recursion": (program("go(x)", "fn go(n: u64) -> u64 { std::hint::black_box(go(n + 1)) + 1 }\n"), Failure.STACK_OVERFLOW),
    "recursion within reason": (program("assert_eq!(go(20_000), 20_000)", "fn go(n: u64) -> u64 { if n == 0 { 0 } else { std::hint::black_box(go(n - 1)) + 1 } }\n"), None),
    "an abort": (program("std::process::abort()").replace("; x }", " }"), Failure.ABORT),
    "a panic in a drop while panicking": (program("let _d = D; panic!()", "struct D; impl Drop for D { fn drop(&mut self) { panic!() } }\n"), Failure.ABORT),
    "a null pointer": (program("unsafe { std::ptr::null::<u64>().read_volatile() }"), Failure.SIGNAL),
    "an illegal instruction": (program(UNDEFINED), Failure.SIGNAL),
    "a sum that overflows": (program("std::hint::black_box(std::hint::black_box(u8::MAX) + 1)"), Failure.OVERFLOW),
    "a negation that overflows": (program("std::hint::black_box(-std::hint::black_box(i8::MIN))"), Failure.OVERFLOW),
    "a division by zero": (program("std::hint::black_box(1 / std::hint::black_box(0u8))"), Failure.PANIC),
    "an index out of bounds": (program("std::hint::black_box([1u8; 3][std::hint::black_box(3)])"), Failure.PANIC),
    "unwrap": (program("None::<u8>.unwrap()"), Failure.PANIC),
    "a thread bomb that gives up": (program("while std::thread::Builder::new().stack_size(1 << 14).spawn(|| std::thread::park()).is_ok() {}"), None),
    "a thread bomb that panics": (program("loop { std::thread::spawn(|| std::thread::park()); if x > 99 { break } }"), Failure.PANIC),
}  # fmt: skip

# These wait, and never end by themselves.
WAITING = {
    "sleep": program("std::thread::sleep(std::time::Duration::from_secs(1 << 40))"),
    "a deadlock": program("let m = std::sync::Mutex::new(1); let _a = m.lock(); let _b = m.lock()"),
}

NUMBER = "pub fn number() -> u64 {"


@dataclass(frozen=True)
class Judged:
    """What came of judging them all at once."""

    programs: dict[str, TestedProgram]
    world: World

    def tests(self, name: str) -> Tested:
        tests = self.programs[name].tests
        assert isinstance(tests, Tested), self.programs[name]
        return tests


def others() -> dict[str, tuple[Prompt, str]]:
    """Programs that answer prompts of their own kind."""
    files = frozenset({Need.FILES})
    # It writes as much as it is told, and says how that went.
    writes = (
        'pub fn write(mib: usize) -> bool { let p = std::env::temp_dir().join("f"); let _ = std::fs::remove_file(&p); '
        "std::fs::write(&p, vec![7u8; mib << 20]).is_ok() && std::fs::read(&p).is_ok_and(|r| r.len() == mib << 20) }"
    )
    small = "fn a() { assert!(write(0)); assert!(write(4)); }"
    burning = hidden_prompt(
        HEAD, in_module("fn a() { assert_eq!(f(1), 1); }"), name="slow", reference=" burn(0.12); x }\n" + BURN
    )
    partial = in_module(
        "fn a() { assert_eq!(f(0), 0); }", "fn b() { assert_eq!(f(1), 1); }",
        "fn c() { assert_eq!(f(2), 2); }", "fn d() { assert_eq!(f(3), 3); }",
    )  # fmt: skip
    single = "fn main() { let y = f(0); assert_eq!(y, 0); assert_eq!(f(1), 1); assert_eq!(f(2), 2); assert_eq!(f(3), 3); }"
    threads = (
        f"{NUMBER} let mut n = 1; while std::thread::Builder::new().stack_size(1 << 14).spawn(|| std::thread::park()).is_ok() {{ n += 1; "
        "if n > 5000 { break } } n }"
    )

    def of(name: str, text: str, tests: str, needs: frozenset[Need] = frozenset()) -> Prompt:
        return hidden_prompt(text, tests, name=name, needs=needs)

    return {
        "files: needed": (of("needed", "pub fn write(mib: usize) -> bool {", in_module(small, "fn b() {}"), files), writes),
        "files: too many": (
            of("many", "pub fn many() -> bool {", in_module("fn a() { assert!(!many()); }", "fn b() {}"), files),
            'pub fn many() -> bool { (0..6).all(|n| std::fs::write(std::env::temp_dir().join(format!("f{n}")), vec![7u8; 4 << 20]).is_ok()) }',
        ),
        "files: fresh for each": (
            of("fresh", "pub fn left() -> bool {", in_module("fn a() { assert!(!left()); }"), files),
            'pub fn left() -> bool { std::fs::read_dir(std::env::temp_dir()).unwrap().next().is_some() }',
        ),
        "files: not needed": (of("not", "pub fn write(mib: usize) -> bool {", in_module("fn a() { assert!(!write(0)); }", "fn b() {}")), writes),
        "too large a file": (of("large", "pub fn write(mib: usize) -> bool {", in_module("fn a() { assert!(write(1)); }", "fn b() { write(17); }"), files), writes),
        "threads": (of("threads", NUMBER, in_module("fn a() { let n = number(); assert!(n > 4 && n < 24, \"{n}\"); }", "fn b() {}")), threads),
        "slow, as its reference is": (burning, f"{BURN}{HEAD} burn(1.3); x }}"),
        "slower than ten times its reference": (burning, f"{BURN}{HEAD} burn(60.0); x }}"),
        "slow without a slow reference": (hidden_prompt(HEAD, TESTS, name="quick", reference=" x }"), f"{BURN}{HEAD} burn(1.3); x }}"),
        "partial: two of four": (of("two", HEAD, partial), f"{HEAD} if x < 2 {{ x }} else {{ 9 }} }}"),
        "partial: leaves in the second": (of("leaves", HEAD, partial), f"{HEAD} if x == 1 {{ std::process::exit(0) }} x }}"),
        "partial: aborts in the second and fourth": (of("aborts", HEAD, partial), f"{HEAD} if x % 2 == 1 {{ std::process::abort() }} x }}"),
        "partial: panics in the third": (of("panics", HEAD, partial), f"{HEAD} if x == 2 {{ panic!(\"not two\") }} x }}"),
        "partial: never ends from the third on": (of("loops", HEAD, partial), f"{HEAD} while x >= 2 {{}} x }}"),
        "single: one of four assertions": (of("one", HEAD, single), f"{HEAD} if x == 2 {{ 9 }} else {{ x }} }}"),
        "single: leaves in the second": (of("s-leaves", HEAD, single), f"{HEAD} if x == 1 {{ std::process::exit(0) }} x }}"),
        "single: fails before the assertions": (of("s-before", HEAD, single), f"{HEAD} if x == 0 {{ panic!(\"zero\") }} x }}"),
    }  # fmt: skip


OTHERS = others()


@pytest.fixture(scope="module")
def judged() -> Judged:
    toolchain = probe_toolchain()
    prompts = {name: hidden_prompt(HEAD, TESTS, name=name, reference=" x }") for name in ENDS}
    tasks = {name: (prompts[name], text) for name, (text, _) in ENDS.items()} | OTHERS

    def judge_all() -> dict[str, TestedProgram]:
        sandbox = choose_sandbox(toolchain)
        with Judge(toolchain, sandbox=sandbox, jobs=2, run_limits=LIMITS) as judge:
            judge.prepare([prompt for prompt, _ in tasks.values()])
            found = results({name: judge.submit_tested(*task) for name, task in tasks.items()})
        prompt = hidden_prompt(HEAD, TESTS, reference=" x }")
        with Judge(toolchain, sandbox=sandbox, jobs=2, run_limits=IMPATIENT) as judge:
            found |= results({name: judge.submit_tested(prompt, text) for name, text in WAITING.items()})
        with Judge(toolchain, sandbox=sandbox, jobs=1, run_limits=LONGER) as judge:
            near = judge.submit_tested(prompt, program("burn(1.65)", BURN))
            return found | results({"near the limit": near})

    with world() as here:
        found = judge_all()
    return Judged(found, here)


@pytest.mark.parametrize("name", ENDS)
def test_each_way_to_go_too_far_has_its_name(judged: Judged, name: str) -> None:
    """And what stays within the limits passes."""
    tests = judged.tests(name)
    _, why = ENDS[name]

    assert (tests.failure or tests.limit) == why, tests
    assert tests.all_held == (why is None)
    assert tests.passed + tests.failed == 4


@pytest.mark.parametrize("name", WAITING)
def test_what_waits_for_ever_runs_out_of_time(judged: Judged, name: str) -> None:
    """Without any CPU time; it is tried twice, the second time alone."""
    tests = judged.tests(name)

    assert (tests.limit, tests.failure, tests.passed) == (Limit.TIME, None, 0)
    assert tests.near_limit


def test_what_ends_near_its_limit_is_marked(judged: Judged) -> None:
    """A slower machine might have judged otherwise; where the kernel's ticks run ahead of its clock, this one has."""
    near = judged.tests("near the limit")

    assert near.all_held or near.limit is Limit.TIME, near
    assert near.near_limit
    assert 1.2 < near.cpu_seconds < 2.5
    assert not judged.tests("nothing").near_limit


def test_what_ran_out_of_time_is_marked_too(judged: Judged) -> None:
    assert judged.tests("a busy loop").near_limit


@pytest.mark.parametrize("name", [name for name in OTHERS if name.startswith("files: ")])
def test_files_are_there_where_they_are_needed_and_bounded(judged: Judged, name: str) -> None:
    """Elsewhere nothing can be written; each test's program begins with an empty folder."""
    assert judged.tests(name).all_held, judged.tests(name)


def test_too_large_a_file_ends_the_program(judged: Judged) -> None:
    tests = judged.tests("too large a file")

    assert (tests.passed, tests.failed, tests.failure) == (1, 1, Failure.SIGNAL)
    assert str(tests.detail).endswith("SIGXFSZ")


def test_threads_are_bounded(judged: Judged) -> None:
    """As root too, for whom the kernel's limit of tasks does not count."""
    assert judged.tests("threads").all_held, judged.tests("threads")


def test_a_slow_reference_lets_a_slow_sample_pass(judged: Judged) -> None:
    """Ten times what it takes itself, where that is more than the limit."""
    slow = judged.tests("slow, as its reference is")

    assert slow.all_held, slow
    assert slow.cpu_seconds > LIMITS.cpu_seconds
    assert not slow.near_limit


def test_ten_times_a_slow_reference_is_the_end(judged: Judged) -> None:
    tests = judged.tests("slower than ten times its reference")

    assert tests.limit is Limit.TIME
    # The kernel's limit and its accounts differ by up to a quarter of a second.
    assert 1.5 < tests.cpu_seconds < 4.5


def test_a_quick_reference_changes_no_limit(judged: Judged) -> None:
    assert judged.tests("slow without a slow reference").limit is Limit.TIME


@pytest.mark.parametrize(
    ("name", "passed", "why", "words"),
    [
        ("partial: two of four", 2, Failure.ASSERTION, "tests::c: "),
        (
            "partial: leaves in the second",
            3,
            Failure.LEFT_EARLY,
            "tests::b: the program ended by itself with status 0",
        ),
        ("partial: aborts in the second and fourth", 2, Failure.ABORT, "tests::b: the program aborted"),
        ("partial: panics in the third", 3, Failure.PANIC, "tests::c: the program panicked: not two"),
        ("partial: never ends from the third on", 2, Limit.TIME, "tests::c: ended by its limit of time"),
        ("single: one of four assertions", 3, Failure.ASSERTION, "assert_eq!(f(2), 2): "),
        ("single: leaves in the second", 3, Failure.LEFT_EARLY, "assert_eq!(f(1), 1): "),
        (
            "single: fails before the assertions",
            0,
            Failure.PANIC,
            "assert_eq!(y, 0): the program panicked: zero",
        ),
    ],
)
def test_tests_that_held_are_counted(
    judged: Judged, name: str, passed: int, why: Failure | Limit, words: str
) -> None:
    """Those before a failure, and, unless it was a limit, those behind it."""
    tests = judged.tests(name)

    assert (tests.passed, tests.failed, tests.failure or tests.limit) == (passed, 4 - passed, why), tests
    assert str(tests.detail).startswith(words)


def test_nothing_is_left(judged: Judged) -> None:
    assert judged.world.left == []
