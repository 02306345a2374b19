"""Cognitive complexity, against the numbers that Clippy itself prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ferrobench.metrics.quality import profile

if TYPE_CHECKING:
    from pathlib import Path

if shutil.which("clippy-driver") is None:
    pytest.skip("no clippy-driver on the PATH", allow_module_level=True)

pytestmark = pytest.mark.rustc

# One function a line, so that a number is found by its line.
SAME = """\
fn plain() {}
fn one_if(a: bool) { if a {} }
fn else_if(a: bool, b: bool) { if a {} else if b {} else {} }
fn else_if_let(a: u8) -> u8 { if a == 1 { 1 } else if a == 2 { 2 } else if let 3 = a { 3 } else { 4 } }
fn if_let(a: Option<u8>) { if let Some(_) = a {} }
fn let_chain(a: Option<u8>, b: bool) { if let Some(x) = a && b && x > 1 {} }
fn if_in_a_condition(a: bool) { if { if a { true } else { false } } {} }
fn while_loop(a: bool) { while a {} }
fn while_let(mut a: Vec<u8>) { while let Some(_) = a.pop() {} }
fn while_with_return(a: bool) -> Result<u8, ()> { while true { if a { return Ok(1); } } Ok(1) }
fn nested_loops(a: bool, mut n: u8) { while n > 0 && a { n -= 1; while let Some(_) = None::<u8> { for _ in 0..3 {} } } }
fn for_loop(a: Vec<u8>) { for _ in a {} }
fn bare_loop() { loop { break; } }
fn labeled() { 'a: loop { loop { if true { break 'a } } } }
fn labeled_block(a: bool) -> u8 { let x = 'b: { if a { break 'b 1; } 2 }; x }
fn match_of_one(a: u8) { match a { _ => {} } }
fn match_of_two(a: u8) { match a { 1 => {}, _ => {} } }
fn match_of_four(a: u8) { match a { 1 => {}, 2 => {}, 3 => {}, _ => {} } }
fn nested_match(a: u8) -> u8 { match a { 1 => { if a > 0 { 1 } else { 2 } }, 2 => match a { 1 => 2, _ => 3 }, _ => 3 } }
fn guard(a: u8) { match a { x if x > 1 => {}, _ => {} } }
fn guards(a: u8) { match a { x if x > 1 => {}, x if x > 0 && x < 9 => {}, _ => {} } }
fn let_else(a: Option<u8>) { let Some(_) = a else { return }; }
fn let_else_panics(a: Option<u8>) { let Some(_) = a else { panic!() }; }
fn let_else_in_result(a: Option<u8>) -> Result<u8, ()> { let Some(x) = a else { return Err(()) }; Ok(x) }
fn let_else_in_option(a: Option<u8>) -> Option<u8> { let Some(x) = a else { return None; }; Some(x) }
fn question_in_result(a: Result<u8, ()>) -> Result<u8, ()> { let x = a?; Ok(x) }
fn question_in_option(a: Option<u8>) -> Option<u8> { let x = a?; Some(x) }
fn two_questions_in_option(a: Option<u8>) -> Option<u8> { let x = a? + a?; Some(x) }
fn three_questions_in_option(a: Option<u8>) -> Option<u8> { let x = a? + a? + a?; Some(x) }
fn question_in_a_loop(v: Vec<Result<u8, ()>>) -> Result<u8, ()> { for x in v { let y = x?; if y > 1 { continue; } } Ok(1) }
fn endless(a: Result<u8, ()>) -> Result<u8, ()> { loop { let x = a?; if x > 1 { return Ok(x); } } }
fn one_return(a: bool) -> u8 { if a { return 1; } 2 }
fn two_returns(a: bool) -> u8 { if a { return 1; } if a { return 3; } 2 }
fn four_returns(a: u8) -> u8 { if a == 1 { return 1; } if a == 2 { return 1; } if a == 3 { return 1; } if a == 4 { return 1; } 5 }
fn returns_of_nothing(a: u8) { if a == 1 { return; } if a == 2 { return; } }
fn final_return(a: bool) -> u8 { if a { return 1; } return 2; }
fn return_in_result(a: bool) -> Result<u8, ()> { if a { return Ok(1); } Ok(2) }
fn only_return_in_result() -> Result<u8, ()> { return Ok(1); }
fn final_return_in_result(a: bool) -> Result<u8, ()> { if a { return Ok(1); } return Ok(2); }
fn final_return_without_semicolon(a: bool) -> Result<u8, ()> { if a { return Ok(1); } if a {} if a {} return Ok(2) }
fn final_return_with_semicolon(a: bool) -> Result<u8, ()> { if a { return Ok(1); } if a {} if a {} return Ok(2); }
fn returns_in_all_branches(a: bool) -> Result<u8, ()> { if a { return Ok(1); } else { return Ok(2); } }
fn returns_in_two_arms(a: u8) -> Result<u8, ()> { match a { 1 => return Ok(1), _ => return Ok(2) } }
fn more_returns_than_decisions(a: u8) -> Result<u8, ()> { match a { 1 => return Ok(1), 2 => return Err(()), _ => return Ok(2) } }
fn return_of_return() { return return; }
fn return_in_return(a: bool) -> u8 { return if a { return 1 } else { 2 }; }
fn final_panic(a: bool) -> Result<u8, ()> { if a { return Ok(1); } panic!("x") }
fn final_panic_with_semicolon(a: bool) -> Result<u8, ()> { if a { return Ok(1); } panic!("x"); }
fn final_todo(a: bool) -> Result<u8, ()> { if a { return Ok(1); } todo!() }
fn result_of_fmt(a: bool) -> std::fmt::Result { if a { return Ok(()); } Ok(()) }
fn result_of_io(a: bool) -> std::io::Result<()> { if a { return Ok(()); } Ok(()) }
fn result_by_path(a: bool) -> std::result::Result<u8, ()> { if a { return Err(()); } Ok(1) }
type Fallible<T> = Result<T, ()>;
fn result_by_alias(a: bool) -> Fallible<u8> { if a { return Ok(1); } Ok(2) }
fn result_in_a_box(a: bool) -> Box<Result<u8,()>> { if a { return Box::new(Ok(1)); } Box::new(Ok(1)) }
fn result_by_reference(a: &Result<u8, ()>, b: bool) -> &Result<u8, ()> { if b { return a; } a }
fn result_in_an_option(a: bool) -> Option<Result<u8, ()>> { if a { return None; } None }
fn some_iterator(a: bool) -> impl Iterator<Item = u8> { if a { return vec![1].into_iter(); } vec![2].into_iter() }
fn short_circuits(a: bool, b: bool) -> bool { a && b || !a }
fn nested() { fn _inner() { } if true {} }
async fn async_if(a: bool) -> u8 { if a { 1 } else { 2 } }
async fn awaits() -> u8 { async_if(true).await }
async fn async_question(r: Result<u8, ()>) -> Result<u8, ()> { let x = r?; Ok(x) }
async fn awaits_and_returns() -> Result<u8, ()> { let x = async_question(Ok(1)).await?; if x > 1 { return Err(()); } Ok(x) }
fn async_block(a: bool) { let _ = async move { if a {} }; }
fn inline_constant() { let _ = const { if true { 1 } else { 2 } }; }
fn constant_inside() { const _X: u8 = if true { 1 } else { 2 }; static _Y: u8 = if true { 1 } else { 2 }; }
fn asserts(a: bool) { assert!(a); }
fn asserts_two_conditions(a: bool, b: bool) { assert!(a && b, "no {}", if a { 1 } else { 2 }); }
fn asserts_equal(a: u8) { assert_eq!(a, 1); assert_ne!(a, 2, "x {a}"); }
fn asserts_a_match(a: Option<u8>) { assert!(matches!(a, Some(_))); assert_eq!(if a.is_some() { 1 } else { 2 }, 1); }
fn asserts_when_debugging(a: bool) { debug_assert!(a); debug_assert_eq!(a, true); debug_assert_ne!(a, false); }
fn prints(a: u8) { println!("{}", a); eprintln!("x"); print!("{a}"); eprint!("{a:>3}"); }
fn prints_a_choice(a: bool) { println!("{}", if a { 1 } else { 2 }); }
fn formats_a_choice(a: u8) -> String { let s = format!("{}", match a { 1 => "a", _ => "b" }); s }
fn writes(f: &mut String, a: Result<u8, std::fmt::Error>) -> std::fmt::Result { use std::fmt::Write; write!(f, "{}", a?)?; Ok(()) }
fn lists(a: Option<u8>) -> Option<Vec<u8>> { let _ = vec![0; 3]; Some(vec![a?, 1]) }
fn matches(a: u8) -> bool { matches!(a, 1 | 2) }
fn matches_with_guard(a: u8) -> bool { matches!(a, x if x > 2) }
fn matches_otherwise(a: Option<u8>) -> u8 { if let Some(1) = a { 1 } else if matches!(a, None) { 2 } else { 3 } }
fn debugs(a: bool) -> bool { dbg!(if a { true } else { false }) }
fn panics(a: u8) { if a == 0 { panic!("x") } else if a == 1 { todo!() } else if a == 2 { unimplemented!() } unreachable!("a {}", 1) }
unsafe fn unsafe_function(a: bool) { if a {} }
const fn constant_function(a: bool) -> u8 { if a { 1 } else { 2 } }
fn unsafe_block(a: bool) -> Result<u8, ()> { unsafe { if a { return Ok(1); } return Ok(2); } }
fn elements(a: bool) -> [u8; 2] { [if a { 1 } else { 2 }; 2] }
struct S;
impl S { fn method(&self, a: bool) { if a {} } }
impl S { fn myself(a: bool) -> Self { if a { return S; } if a { return S; } S } }
trait T { fn provided(&self, a: bool) { if a {} } }
impl Iterator for S { type Item = u8; fn next(&mut self) -> Option<Self::Item> { None?; if true { return None } None } }
impl std::str::FromStr for S { type Err = (); fn from_str(s: &str) -> Result<Self, Self::Err> { if s.is_empty() { return Err(()); } Ok(S) } }
mod inner { pub fn function(a: bool) { if a {} } }
"""

# What only Clippy can know: (the function, its number, ours).
DIFFERENT = (
    pytest.param("macro_rules! pick { ($e:expr) => { if $e { 1 } else { 2 } } }\nfn f(a: bool) -> u8 { pick!(a) }", 2, 1, id="macros are expanded"),
    pytest.param("type A = Result<u8, ()>;\ntype B = A;\nfn f(a: bool) -> B { if a { return Ok(1); } Ok(2) }", 1, 2, id="aliases of aliases are followed"),
    pytest.param("fn f(a: bool) -> Result<u8, ()> { if a { return Ok(1); } else { return Ok(2); }; }", 1, 0, id="whatever never comes back is known"),
    pytest.param("fn f() -> [u8; 2] { [1; if true { 2 } else { 3 }] }", 1, 2, id="lengths of arrays are bodies of their own"),
)  # fmt: skip

_WORDS = re.compile(r"cognitive complexity of \((\d+)/0\)")


def clippy_numbers(code: str, folder: Path) -> dict[int, int]:
    """What Clippy says of each function, by the line on which its ``fn`` stands; it is silent at 0."""
    (folder / "clippy.toml").write_text("cognitive-complexity-threshold = 0\n")
    (folder / "code.rs").write_text(code)
    command = [
        "clippy-driver", "--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=json",
        "-Aclippy::all", "-Wclippy::cognitive_complexity", f"--out-dir={folder}", "code.rs",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "CLIPPY_CONF_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:2000]
    numbers: dict[int, int] = {}
    for line in done.stderr.splitlines():
        message = json.loads(line)
        if found := _WORDS.search(message["message"]):
            # A closure has a number of its own, behind that of the function on its line.
            numbers.setdefault(message["spans"][0]["line_start"], int(found[1]))
    return numbers


def test_ordinary_code_has_the_numbers_of_clippy(tmp_path: Path) -> None:
    """Every function of the table, in one run of Clippy."""
    numbers = clippy_numbers(SAME, tmp_path)

    ours = {function.name: function.cognitive for function in profile(SAME).functions}
    theirs = {function.name: numbers.get(function.line, 0) for function in profile(SAME).functions}
    ours.pop("_inner")  # it stands on the line of another one
    theirs.pop("_inner")
    assert ours == theirs
    assert len(ours) > 80
    assert len(set(theirs.values())) > 4


def test_closures_count_nothing_for_the_function_around_them(tmp_path: Path) -> None:
    """Clippy gives them numbers of their own, which we leave out."""
    code = "fn f(a: Vec<u8>) -> usize {\n a.iter().filter(|x| if **x > 1 { true } else { matches!(x, 1) }).count()\n}"

    assert clippy_numbers(code, tmp_path) == {1: 1, 2: 3}
    assert [function.cognitive for function in profile(code).functions] == [1]


@pytest.mark.parametrize(("code", "theirs", "ours"), DIFFERENT)
def test_where_clippy_knows_more(code: str, theirs: int, ours: int, tmp_path: Path) -> None:
    """The differences that the definition of the figure names."""
    function = profile(code).functions[-1]

    assert clippy_numbers(code, tmp_path)[function.line] == theirs
    assert function.cognitive == ours
