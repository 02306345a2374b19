"""The seed suite against a real toolchain: its files are sound, and its tests tell right from wrong.

The tests of the tests are wrong and right answers. Every wrong one that the suite has in ``checks`` compiles and must fail
at least one test of its prompt; every answer of ``RIGHT`` reads the prompt in another sensible way and must pass all of them.
All answers become modules of one crate, so that rustc runs once.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import ferrobench.prompts
from ferrobench.prompts import JudgeMode, Prompt, load_suite
from ferrobench.prompts.checks import load_checks

SEED = Path(ferrobench.prompts.__file__).parent.parent / "suites" / "seed"

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(
        shutil.which("rustc") is None or shutil.which("rustfmt") is None,
        reason="rustc and rustfmt are not installed",
    ),
]

# The wrong answers stand beside the prompts, in the suite's folder `checks`.
WRONG: dict[str, tuple[str, ...]] = {
    prompt_id.removeprefix("seed/"): tuple(wrong.code for wrong in checks.wrong)
    for prompt_id, checks in load_checks(SEED, load_suite("seed")).items()
}

# What follows the prompt's first line.
RIGHT: dict[str, tuple[str, ...]] = {
    "factorial": (
        "if n == 0 { 1 } else { n * factorial(n - 1) } }",
        "match n { 0 | 1 => 1, _ => n * factorial(n - 1) } }",
        "let mut result = 1; for i in 2..=n { result *= i; } result }",
        "(1..=n).fold(1, |a, b| a.saturating_mul(b)) }",
    ),
    "is_palindrome": (
        "let s = s.to_lowercase(); s.chars().eq(s.chars().rev()) }",
        "let c: Vec<char> = s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(); "
        "c.iter().eq(c.iter().rev()) }",
        "let c: Vec<char> = s.chars().filter(|c| c.is_ascii_alphanumeric()).collect(); c.iter().eq(c.iter().rev()) }",
        "let c: Vec<char> = s.chars().filter(|c| !c.is_whitespace()).collect(); c.iter().eq(c.iter().rev()) }",
        "s == s.chars().rev().collect::<String>() }",
        "let c: Vec<char> = s.trim().chars().collect(); (0..c.len() / 2).all(|i| c[i] == c[c.len() - 1 - i]) }",
    ),
    "reverse_string": (
        "let mut out = String::with_capacity(s.len()); for c in s.chars() { out.insert(0, c); } out }",
        "let mut c: Vec<char> = s.chars().collect(); c.reverse(); c.into_iter().collect() }",
        "s.char_indices().rev().map(|(_, c)| c).collect() }",
    ),
    "find_duplicates": (
        "let mut s = std::collections::HashSet::new(); arr.iter().copied().filter(|x| !s.insert(*x)).collect() }",
        "let mut v = arr.to_vec(); v.sort(); let mut d: Vec<i32> = v.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect(); "
        "d.dedup(); d }",
        "let mut n = std::collections::HashMap::new(); for x in arr { *n.entry(*x).or_insert(0) += 1; } "
        "n.into_iter().filter(|(_, c)| *c > 1).map(|(x, _)| x).collect() }",
        "let mut out = Vec::new(); for i in 0..arr.len() { for j in i + 1..arr.len() { "
        "if arr[i] == arr[j] && !out.contains(&arr[i]) { out.push(arr[i]); } } } out.reverse(); out }",
    ),
    "merge_sorted": (
        "let mut v = [a, b].concat(); v.sort_unstable(); v }",
        "let (mut v, mut i, mut j) = (vec![], 0, 0); while i < a.len() && j < b.len() "
        "{ if a[i] <= b[j] { v.push(a[i]); i += 1 } else { v.push(b[j]); j += 1 } } v.extend(&a[i..]); v.extend(&b[j..]); v }",
        "let mut h: std::collections::BinaryHeap<i32> = a.into_iter().chain(b).collect(); let mut v = vec![]; "
        "while let Some(x) = h.pop() { v.insert(0, x); } v }",
    ),
    "read_file": (
        "use std::io::Read; let mut s = String::new(); std::fs::File::open(path)?.read_to_string(&mut s)?; Ok(s) }",
        "Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned()) }",
        "let bytes = std::fs::read(path)?; "
        "String::from_utf8(bytes).map_err(|e| std::io::Error::new(std::io::ErrorKind::InvalidData, e)) }",
        "use std::io::{BufReader, Read}; let mut r = BufReader::new(std::fs::File::open(path)?); let mut s = String::new(); "
        "match r.read_to_string(&mut s) { Ok(_) => Ok(s), Err(e) => Err(e) } }",
    ),
    "parse_int": (
        "match s.parse::<i32>() { Ok(n) => Some(n), Err(_) => None } }",
        "s.trim().parse().ok() }",
        "use std::convert::TryFrom; s.parse::<i128>().ok().and_then(|n| i32::try_from(n).ok()) }",
        "let (negative, d) = match s.strip_prefix('-') { Some(d) => (true, d), None => (false, s) }; "
        "if d.is_empty() { return None; } d.chars().try_fold(0i32, |n, c| { let x = c.to_digit(10)? as i32; "
        "let n = n.checked_mul(10)?; if negative { n.checked_sub(x) } else { n.checked_add(x) } }) }",
    ),
    "sum_squares": (
        "nums.iter().map(|n| n.pow(2)).sum() }",
        "nums.iter().fold(0, |a, n| a + n * n) }",
        "let mut total = 0i32; for &n in nums { total = total.saturating_add(n.saturating_mul(n)); } total }",
        "nums.iter().map(|&n| n.wrapping_mul(n)).fold(0, i32::wrapping_add) }",
    ),
    "filter_even": (
        "nums.into_iter().filter(|&n| n & 1 == 0).collect() }",
        "let mut v = nums; v.retain(|n| n % 2 == 0); v }",
        "let mut v = Vec::new(); for n in &nums { if n.rem_euclid(2) == 0 { v.push(*n); } } v }",
    ),
    "impl_to_string": (
        'fn to_string(&self) -> String { format!("Point {{ x: {}, y: {} }}", self.x, self.y) } }',
        'fn to_string(&self) -> String { format!("{:?},{:?}", self.x, self.y) } }',
        'fn to_string(&self) -> String { format!("<{:.2} {:.2}>", self.x, self.y) } }',
        'fn to_string(&self) -> String { format!("x={} y={}", self.x as i64, self.y as i64) } }',
        'fn to_string(&self) -> String { format!("({}, {})", self.x, self.y) } }\nstruct Point { x: i32, y: i32 }',
        'fn to_string(&self) -> String { self.x.to_string() + ";" + &self.y.to_string() } }\npub struct Point { y: f32, x: f32 }',
    ),
    "vec_of_strings": (
        "($($x:expr),*) => { vec![$(String::from($x)),*] }; }",
        "($($x:literal),* $(,)?) => { vec![$($x.to_owned()),*] }; }",
        "($($x:tt),+) => { vec![$(format!($x)),+] }; }",
        "() => { Vec::new() }; ($($x:expr),+ $(,)?) => { { let mut v = Vec::new(); $(v.push($x.to_string());)+ v } }; }",
        "($($x:expr),*) => { [$($x),*].iter().map(|s| s.to_string()).collect::<Vec<String>>() }; }",
    ),
}

# A model that gives up, as rustc accepts it.
STUBS = {
    "impl_to_string": "fn to_string(&self) -> String { todo!() } }",
    "vec_of_strings": "($($x:expr),*) => { todo!() }; }",
}


def rustc_test(source: Path, binary: Path, *, edition: str = "2021") -> None:
    """Compile *source* with its tests, or fail with rustc's words."""
    done = subprocess.run(
        [
            "rustc",
            "--test",
            "--edition",
            edition,
            "-A",
            "warnings",
            "-C",
            "debuginfo=0",
            "-o",
            binary,
            source,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def run_tests(binary: Path) -> dict[str, Counter[str]]:
    """How the tests of each top-level module ended: ``ok`` or ``FAILED``, counted."""
    done = subprocess.run(
        [binary],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"TMPDIR": str(binary.parent)},  # answers that panic leave their files behind
    )
    outcomes: dict[str, Counter[str]] = {}
    for module, outcome in re.findall(r"^test (\w+)::\S+ \.\.\. (\w+)$", done.stdout, flags=re.MULTILINE):
        outcomes.setdefault(module, Counter())[outcome] += 1
    return outcomes


def seed_crate(folder: Path) -> Path:
    """One crate with every file of the suite, as it stands, as a module."""
    source = folder / "seed.rs"
    source.write_text(
        "".join(f'#[path = "{file}"]\nmod p{file.stem};\n' for file in sorted(SEED.glob("*.rs")))
    )
    return source


def prompts_with_tests() -> dict[str, Prompt]:
    return {p.name: p for p in load_suite("seed").prompts if p.judge is JudgeMode.TESTS}


@pytest.mark.parametrize("edition", ["2018", "2021", "2024"])
def test_references_pass_in_every_edition(tmp_path: Path, edition: str) -> None:
    """
    Every file compiles as it stands, and its tests pass.
    """
    rustc_test(seed_crate(tmp_path), tmp_path / "seed", edition=edition)
    outcomes = run_tests(tmp_path / "seed")

    assert len(outcomes) == 11
    for module, counts in outcomes.items():
        assert set(counts) == {"ok"}, (module, counts)


def test_each_file_compiles_alone(tmp_path: Path) -> None:
    """
    A file needs nothing of its neighbours.
    """
    for file in sorted(SEED.glob("*.rs")):
        command = [
            "rustc",
            "--crate-type",
            "lib",
            "--edition",
            "2021",
            "--emit",
            "metadata",
            "-A",
            "dead_code",
        ]
        done = subprocess.run(
            [*command, "-D", "warnings", "--out-dir", tmp_path, "--crate-name", f"p{file.stem}", file],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{file.name}: {done.stderr}"


def test_the_parts_make_a_whole(tmp_path: Path) -> None:
    """
    Prelude, text, reference, probes and tests, put together again, are the same program.
    """
    modules = [
        f"mod {p.name} {{\n{p.prelude}\n{p.text}{p.reference}\n{p.probes}\n{p.tests}\n}}\n"
        for p in load_suite("seed").prompts
    ]
    (tmp_path / "parts.rs").write_text("".join(modules))
    rustc_test(tmp_path / "parts.rs", tmp_path / "parts")
    rustc_test(seed_crate(tmp_path), tmp_path / "seed")
    whole = {
        module.lstrip("p0123456789").lstrip("_"): n for module, n in run_tests(tmp_path / "seed").items()
    }

    assert run_tests(tmp_path / "parts") == whole


def test_files_are_formatted() -> None:
    """
    rustfmt has nothing to say.
    """
    done = subprocess.run(
        ["rustfmt", "--check", "--edition", "2021", *sorted(SEED.glob("*.rs"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("clippy-driver") is None, reason="clippy is not installed")
def test_clippy_has_nothing_to_say(tmp_path: Path) -> None:
    """
    References and tests are what a reviewer would accept.
    """
    done = subprocess.run(
        ["clippy-driver", "--test", "--edition", "2021", "-A", "dead_code", "-D", "warnings", "-W", "clippy::all",
         "-o", tmp_path / "seed", seed_crate(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_tested_prompt_has_wrong_and_right_answers() -> None:
    """
    No prompt's tests go untested.
    """
    assert set(WRONG) == set(RIGHT) == set(prompts_with_tests())
    assert min(map(len, WRONG.values())) >= 3
    assert min(map(len, RIGHT.values())) >= 3


def test_wrong_answers_fail_and_right_ones_pass(tmp_path: Path) -> None:
    """
    The hidden tests catch every mistake, and accept every other sensible reading.
    """
    modules: dict[str, str] = {}
    source: list[str] = []

    def add(module: str, prompt: Prompt, body: str) -> None:
        # A sample's own Point shadows the prelude's.
        prelude = "" if "struct Point" in body else prompt.prelude
        modules[module] = body
        source.append(
            f"mod {module} {{\n{prelude}\n{prompt.text}\n{body}\n{prompt.probes}\n{prompt.tests}\n}}\n"
        )

    for name, prompt in prompts_with_tests().items():
        add(f"stub_{name}", prompt, STUBS.get(name, "todo!() }"))
        for number, body in enumerate(WRONG[name]):
            add(f"wrong_{name}_{number}", prompt, body)
        for number, body in enumerate(RIGHT[name]):
            add(f"right_{name}_{number}", prompt, body)
    (tmp_path / "answers.rs").write_text("".join(source))
    rustc_test(tmp_path / "answers.rs", tmp_path / "answers")
    outcomes = run_tests(tmp_path / "answers")

    assert set(outcomes) == set(modules)
    passed = {module for module, counts in outcomes.items() if not counts["FAILED"]}
    wrongly_passed = {module: modules[module] for module in passed if not module.startswith("right_")}
    wrongly_failed = {
        module: modules[module] for module in modules.keys() - passed if module.startswith("right_")
    }
    assert not wrongly_passed
    assert not wrongly_failed
    assert all(not counts["ok"] for module, counts in outcomes.items() if module.startswith("stub_"))
