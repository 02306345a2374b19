"""The suite seed-plus against a real toolchain: its tests accept other sensible readings than the reference's.

Bare signatures leave much open. Every answer of ``RIGHT`` reads its prompt differently, or says the same in another
way, and must pass. That wrong answers fail, ``ferrobench suite check seed-plus`` says.
All answers become modules of one crate, so that rustc runs once.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ferrobench.prompts import load_suite

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="rustc is not installed"),
]

# What follows the prompt's text.
RIGHT: dict[str, tuple[str, ...]] = {
    "largest": (
        "if items.is_empty() { return None; } let mut best = 0; for i in 1..items.len() "
        "{ if items[i] >= items[best] { best = i; } } Some(&items[best]) }",
        "items.iter().max_by(|a, b| a.partial_cmp(b).unwrap()) }",
        "items.iter().reduce(|a, b| if b > a { b } else { a }) }",
        "match items { [] => None, [one] => Some(one), [first, rest @ ..] => "
        "{ let r = largest(rest)?; if first > r { Some(first) } else { Some(r) } } } }",
    ),
    "partition_by": (
        "let (mut a, mut b) = (Vec::new(), Vec::new()); for x in items "
        "{ if predicate(&x) { a.push(x) } else { b.push(x) } } (a, b) }",
        "let mut a = items; let mut b = vec![]; let mut i = 0; while i < a.len() "
        "{ if predicate(&a[i]) { i += 1; } else { b.push(a.remove(i)); } } (a, b) }",
        "items.into_iter().fold((vec![], vec![]), |(mut a, mut b), x| "
        "{ if predicate(&x) { a.push(x) } else { b.push(x) }; (a, b) }) }",
    ),
    "group_by": (
        "let mut m = HashMap::new(); for x in items { m.entry(key(&x)).or_insert_with(Vec::new).push(x); } m }",
        "let mut m: HashMap<K, Vec<T>> = HashMap::new(); for x in items { let k = key(&x); match m.get_mut(&k) "
        "{ Some(v) => v.push(x), None => { m.insert(k, vec![x]); } } } m }",
        "items.into_iter().fold(HashMap::new(), |mut m, x| { let k = key(&x); "
        "m.entry(k).or_insert(vec![]).push(x); m }) }",
    ),
    "transpose": (
        "let mut out = [[matrix[0][0]; R]; C]; for r in 0..R { for c in 0..C { out[c][r] = matrix[r][c]; } } out }",
        "let rows: Vec<[T; R]> = (0..C).map(|c| matrix.map(|row| row[c])).collect(); "
        "match rows.try_into() { Ok(t) => t, Err(_) => unreachable!() } }",
        "let mut out = [const { std::mem::MaybeUninit::<[T; R]>::uninit() }; C]; for c in 0..C "
        "{ out[c].write(std::array::from_fn(|r| matrix[r][c])); } out.map(|r| unsafe { r.assume_init() }) }",
    ),
    "add_point": (
        "type Output = Self; fn add(self, rhs: Self) -> Self::Output { Self { x: self.x + rhs.x, y: self.y + rhs.y } } }",
        "type Output = Point<T>; fn add(self, Point { x, y }: Point<T>) -> Self "
        "{ Point { x: self.x.add(x), y: self.y.add(y) } } }\n"
        "impl<T> Point<T> { fn new(x: T, y: T) -> Self { Point { x, y } } }",
        "type Output = Self; fn add(self, o: Self) -> Self { Point { y: o.y + self.y, x: o.x + self.x } } }",
    ),
    "longest": (
        "if x.chars().count() > y.chars().count() { x } else { y } }",
        "match x.len().cmp(&y.len()) { std::cmp::Ordering::Less => y, _ => x } }",
        "[x, y].into_iter().max_by_key(|s| s.len()).unwrap() }",
        "if y.len() > x.len() { return y; } x }",
    ),
    "common_prefix": (
        "for ((i, x), y) in a.char_indices().zip(b.chars()) { if x != y { return &a[..i]; } } "
        "if a.len() < b.len() { a } else { &a[..b.len()] } }",
        "let mut n = 0; let mut it = b.chars(); for c in a.chars() { if Some(c) != it.next() { break; } "
        "n += c.len_utf8(); } &a[..n] }",
        "let mut n = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count(); "
        "while !a.is_char_boundary(n) { n -= 1; } &a[..n] }",
        'a.char_indices().map(|(i, c)| &a[..i + c.len_utf8()]).take_while(|p| b.starts_with(p)).last().unwrap_or("") }',
    ),
    "words": (
        "type Item = String; fn next(&mut self) -> Option<String> { let w = self.rest.split_whitespace().next()?; "
        "let at = w.as_ptr() as usize - self.rest.as_ptr() as usize + w.len(); self.rest = &self.rest[at..]; "
        "Some(w.to_string()) } }",
        "type Item = &'a str; fn next(&mut self) -> Option<&'a str> { "
        "let s = self.rest.trim_start_matches(|c: char| !c.is_alphanumeric()); "
        'let (w, r) = match s.find(|c: char| !c.is_alphanumeric()) { Some(i) => s.split_at(i), None => (s, "") }; '
        "self.rest = r; if w.is_empty() { None } else { Some(w) } } }",
        "type Item = &'a str; fn next(&mut self) -> Option<Self::Item> { loop { if self.rest.is_empty() { return None; } "
        'let (w, r) = self.rest.split_once(char::is_whitespace).unwrap_or((self.rest, "")); self.rest = r; '
        "if !w.is_empty() { return Some(w); } } } }\n"
        "impl<'a> Words<'a> { fn new(rest: &'a str) -> Self { Words { rest } } }",
        "type Item = std::borrow::Cow<'a, str>; fn next(&mut self) -> Option<Self::Item> { "
        "self.rest = self.rest.trim_matches([' ', '\\t', '\\n', '\\r']); if self.rest.is_empty() { return None; } "
        "let end = self.rest.find([' ', '\\t', '\\n', '\\r']).unwrap_or(self.rest.len()); "
        "let w = &self.rest[..end]; self.rest = &self.rest[end..]; Some(w.into()) } }",
    ),
    "get_or_insert": (
        "if !map.contains_key(key) { map.insert(key.to_owned(), default); } map.get_mut(key).unwrap() }",
        "use std::collections::hash_map::Entry; match map.entry(String::from(key)) "
        "{ Entry::Occupied(e) => e.into_mut(), Entry::Vacant(e) => e.insert(default) } }",
        "map.entry(key.into()).or_insert_with(|| default) }",
    ),
    "read_at": (
        "*ptr.add(index) }",
        "unsafe { ptr.offset(index as isize).read() } }",
        "std::slice::from_raw_parts(ptr, index + 1)[index] }",
        'if ptr.is_null() { panic!("null"); } std::ptr::read(ptr.wrapping_add(index)) }',
        "let address = ptr as usize + index * std::mem::size_of::<i32>(); unsafe { *(address as *const i32) } }",
    ),
    "swap_raw": (
        "let t = std::ptr::read(a); std::ptr::copy_nonoverlapping(b, a, 1); std::ptr::write(b, t); }",
        "unsafe { std::mem::swap(&mut *a, &mut *b) } }",
        "if a.is_null() || b.is_null() || a == b { return; } unsafe { let t = a.read(); a.write(b.read()); b.write(t); } }",
        "let mut t = std::mem::MaybeUninit::<T>::uninit(); unsafe { std::ptr::copy(a, t.as_mut_ptr(), 1); "
        "std::ptr::copy(b, a, 1); std::ptr::copy(t.as_ptr(), b, 1); } }",
        "let n = std::mem::size_of::<T>(); let (a, b) = (a as *mut u8, b as *mut u8); "
        "for i in 0..n { unsafe { std::ptr::swap(a.add(i), b.add(i)); } } }",
        "let t = std::mem::ManuallyDrop::new(std::ptr::read(a)); std::ptr::write(a, std::ptr::read(b)); "
        "std::ptr::write(b, std::mem::ManuallyDrop::into_inner(t)); }",
    ),
    "as_bytes": (
        "unsafe { std::slice::from_raw_parts(values.as_ptr() as *const u8, values.len() * 4) } }",
        "unsafe { values.align_to::<u8>().1 } }",
        "unsafe { &*std::ptr::slice_from_raw_parts(values.as_ptr().cast::<u8>(), values.len() * size_of::<u32>()) } }",
        "Box::leak(values.iter().flat_map(|v| v.to_ne_bytes()).collect::<Vec<u8>>().into_boxed_slice()) }",
    ),
}


def test_every_prompt_has_other_right_answers() -> None:
    """
    No prompt's tests go untried.
    """
    assert list(RIGHT) == [prompt.name for prompt in load_suite("seed-plus").prompts]
    assert min(map(len, RIGHT.values())) >= 3


def test_right_answers_pass(tmp_path: Path) -> None:
    """
    The hidden tests accept every sensible reading.
    """
    source = "".join(
        f"mod {p.name}_{number} {{\n{p.prelude}\n{p.text}\n{body}\n{p.probes}\n{p.tests}\n}}\n"
        for p in load_suite("seed-plus").prompts
        for number, body in enumerate(RIGHT[p.name])
    )
    (tmp_path / "answers.rs").write_text(source)
    built = subprocess.run(
        ["rustc", "--test", "--edition", "2021", "-A", "warnings", "-C", "debuginfo=0",
         "-o", tmp_path / "answers", tmp_path / "answers.rs"],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr[-4000:]

    done = subprocess.run([tmp_path / "answers"], capture_output=True, text=True, check=False, timeout=120)
    outcomes = re.findall(r"^test (\w+)::tests::(\w+) \.\.\. (\w+)$", done.stdout, flags=re.MULTILINE)

    assert {module for module, _, _ in outcomes} == {
        f"{name}_{number}" for name, bodies in RIGHT.items() for number in range(len(bodies))
    }
    assert [(module, test) for module, test, outcome in outcomes if outcome != "ok"] == []
