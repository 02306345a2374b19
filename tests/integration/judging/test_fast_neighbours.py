"""Programs that could be seen, shadowed, named or stopped by one another. In one rustc or not: each is judged as if alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import ToolchainError
from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast import FastCompiler
from ferrobench.judging.fast.route import Reading, Route
from ferrobench.judging.process import Limits
from ferrobench.judging.sandbox import Sandbox, choose_sandbox
from ferrobench.judging.toolchain import probe_toolchain
from tests.support.agreement import differences, judge_exactly, judge_fast, submit_together

if TYPE_CHECKING:
    from ferrobench.judging.verdict import Judgment

try:
    TOOLCHAIN = probe_toolchain()
except ToolchainError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.rustc

COMPANIES = {
    "the same types": (
        "pub struct Point { pub x: i32 }\npub fn f(p: Point) -> u8 { p }",
        "pub struct Point { pub y: i32 }\npub fn f(p: Point) -> u8 { p.x }",
        "#[derive(Debug)]\npub struct Point(i32);\npub fn g() -> Point { 5 }",
        "pub fn f(p: Point) {}",
    ),
    "foreign implementations": (
        "pub struct Meters(pub u64);\nimpl PartialEq<Meters> for usize { fn eq(&self, o: &Meters) -> bool { *self as u64 == o.0 } }",
        "pub fn f(v: usize, s: &str) -> bool { v == s.parse().unwrap() }",
        "pub struct M(pub u64);\nimpl From<M> for u64 { fn from(m: M) -> u64 { m.0 } }",
        "pub fn f() -> u64 { let x: u64 = 5u8.into(); x }",
        'pub fn g(a: u64) -> u64 { a + "5".parse().unwrap() }',
        "pub struct N(pub u64);\nimpl std::ops::Add<N> for u64 { type Output = u64; fn add(self, o: N) -> u64 { self + o.0 } }",
        "pub fn s(v: &[u64]) -> u64 { let t = 0u64 + v.iter().sum(); t }",
        "pub struct W; impl std::iter::Sum<W> for u64 { fn sum<I: Iterator<Item = W>>(i: I) -> u64 { i.count() as u64 } }",
        "pub fn z(v: Vec<W>) -> u64 { v.into_iter().sum() } pub struct W;",
    ),
    "foreign implementations, hidden": (
        "pub struct Wrap;\nimpl PartialEq<Wrap> for String { fn eq(&self, _: &Wrap) -> bool { true } }\npub struct String2;",
        'pub fn f(s: String) -> bool { s == "a".into() }',
        "pub struct Vec2; impl Extend<Vec2> for Vec<u8> { fn extend<T: IntoIterator<Item=Vec2>>(&mut self, t: T) {} }",
        "pub fn f(v: &mut Vec<u8>) { v.extend([1,2].iter().map(|x| (*x).into())) }",
        "macro_rules! im { ($a:ty, $b:ty) => { impl PartialEq<$a> for $b { fn eq(&self, _: &$a) -> bool { true } } } }\npub struct Q;\nim!(Q, u32);",
        'pub fn f(a: u32) -> bool { a == "3".parse().unwrap() }',
        "pub struct String; impl AsRef<String> for str { fn as_ref(&self) -> &String { &String } }",
        "pub fn f(s: &str) -> usize { s.as_ref().len() }",
        "mod a { pub struct usize1; } impl PartialEq<a::usize1> for usize { fn eq(&self, _: &a::usize1) -> bool { true } }",
        'pub fn f(a: usize) -> bool { a == "3".parse().unwrap() }',
    ),
    "foreign implementations, by aliases": (
        "pub struct usize2; pub type Num = u32; impl PartialEq<usize2> for Num { fn eq(&self, _: &usize2) -> bool { true } }",
        "pub struct Point; pub mod m { pub type Point = u32; } impl PartialEq<Point> for m::Point { fn eq(&self, _: &Point) -> bool { true } }",
        'pub fn f(a: u32) -> bool { a == "3".parse().unwrap() }',
        "pub struct K; mod q { use super::K; type Kk = u16; pub struct Kz; impl PartialEq<K> for Kk { fn eq(&self, _: &K) -> bool { true } } }",
        'pub fn f(a: u16) -> bool { a == "3".parse().unwrap() }',
        "pub trait Foo {} pub struct X; pub trait U8 { type T; } impl U8 for X { type T = u8; } pub struct Loc; impl PartialEq<Loc> for <X as U8>::T { fn eq(&self, _: &Loc) -> bool { true } }",
        'pub fn f(a: u8) -> bool { a == "3".parse().unwrap() }',
        "pub struct T0; impl PartialEq<T0> for [u8] { fn eq(&self, _: &T0) -> bool { true } }",
        'pub fn f(a: &[u8]) -> bool { *a == *"3".as_ref() }',
        'pub struct Boxed; impl From<Boxed> for Box<str> { fn from(_: Boxed) -> Box<str> { "".into() } }',
        'pub fn f() -> usize { let b: Box<str> = "x".into(); b.len() }',
    ),
    "macros that lead to the root": (
        *(
            f"mod a {{ macro_rules! m {{ ($s:tt) => {{ pub use $s::$s::*; }} }} m!(super); }} pub fn f{n}() {{}}"
            for n in range(9)
        ),
        "macro_rules! m { (mod x { $($t:tt)* }) => { $($t)* } } m!{ mod x { pub use super::*; } }",
        "macro_rules! m { (pub ($c:tt)) => { use $c::*; } } m!(pub(crate));",
        "macro_rules! m { () => { pub fn f() {} } } m!();",
    ),
    "names of the standard library": (
        "pub struct Vec; pub struct String; pub enum Option { Some, None } pub trait Iterator {} pub mod std { pub fn f() {} }\nmacro_rules! vec { ($($t:tt)*) => { 1 } }\npub fn drop(_: u8) {}\npub fn h() -> i32 { vec![1, 2] }",
        "pub fn f(v: Vec<i32>) -> Vec<String> { v }",
        "pub fn f(o: Option<i32>) -> String { o }",
        "pub fn g() -> impl Iterator<Item = u8> { vec![1u8].iter() }",
        "use std::collections::HashMap;\npub fn f() -> HashMap<u8, u8> { HashMap::new().len() }",
        "pub fn d(x: String) { drop(x, 1) }",
        "pub fn k() { let x: std::vec::Vec<u8> = String::new(); }",
    ),
    "more names of the standard library": (
        "pub struct HashMap; pub struct Rc; pub struct Arc; pub struct Error; pub enum Result { A }",
        "use std::rc::Rc;\npub fn f() -> Rc<u8> { 5 }",
        'pub fn f() -> std::io::Result<u8> { Ok("") }',
        "pub fn e() -> Box<dyn std::error::Error> { 5 }",
        "pub fn m() { let m: std::collections::HashMap<u8, u8> = 5; }",
        "use std::fmt;\npub fn f() -> fmt::Result { 5 }",
        "pub mod fmt { pub struct Formatter; pub type Result = u8; }",
    ),
    "unresolved names": (
        "pub fn helper_function() {}\npub struct Config;\npub mod tools { pub fn hammer() {} }\npub trait Shape { fn area(&self) -> f64; }\npub const LIMIT: u8 = 1;\npub enum Color { Red }",
        "pub fn f() { helper_function() }",
        "pub fn f(c: Config) {}",
        "use tools::hammer;\npub fn f() { hammer() }",
        "pub struct A;\nimpl Shape for A { fn area(&self) -> f64 { 1.0 } }",
        "pub fn f() -> u8 { LIMIT }",
        "pub fn f() -> u8 { Color::Red as u8 }",
        "pub fn f(s: &dyn Shape) -> f64 { s.area() }",
        "pub struct B; pub fn f(b: B) -> f64 { b.area() }",
        "pub fn f() { tools::hammer() }",
    ),
    "lists of implementations": (
        "pub trait Speak { fn speak(&self); }\npub struct Dog; impl Speak for Dog { fn speak(&self) {} }\npub struct Cat;\npub fn f() { g(Cat) }\npub fn g<T: Speak>(_: T) {}",
        "pub struct D; impl std::fmt::Display for D { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }\npub fn f() -> String { 5u8.to_string() }",
        'pub struct E; pub fn f(e: E) { println!("{}", e) }',
        'pub struct E; pub fn f(e: E) { println!("{:?}", e) }',
        "pub struct E; pub fn f(e: E) -> E { e.clone() }",
        "#[derive(Clone, Debug, PartialEq)] pub struct E; pub fn f(e: E) -> bool { e < e }",
        "#[derive(PartialOrd, PartialEq, Default)] pub struct E; pub fn g() -> E { Default::default() }",
        "pub fn f(a: i32, b: f64) -> f64 { a * b }",
        'pub fn g() -> i32 { let v: i32 = "1".into(); v }',
        "pub struct O; impl std::ops::Mul<O> for O { type Output = O; fn mul(self, o: O) -> O { o } }",
        "pub struct P; impl std::ops::Add<f64> for P { type Output = P; fn add(self, o: f64) -> P { self } }",
        "use std::collections::HashMap;\npub struct Key;\npub fn f(m: &mut HashMap<Key, u8>) { m.insert(Key, 1); }",
        "pub struct R; pub fn f() -> Vec<R> { let mut v = vec![R]; v.sort(); v }",
        'pub struct U; impl From<u8> for U { fn from(_: u8) -> U { U } }\npub fn f() -> U { "a".into() }',
        'pub struct U; pub fn f() -> Result<u8, U> { let x: u8 = "1".parse()?; Ok(x) }',
    ),
    "overlaps": (
        "pub struct A; impl Clone for A { fn clone(&self) -> A { A } } impl Clone for A { fn clone(&self) -> A { A } }",
        "pub struct B; impl Clone for B { }",
        "pub struct C; impl Clone for C { fn clone(&self) -> u8 { 1 } }",
        "#[derive(Clone)] pub struct D; impl Clone for D { fn clone(&self) -> D { D } }",
        "pub struct E; impl Drop for E { }",
        "pub struct F; impl Drop for F { fn drop(&self) {} }\nimpl Drop for F { fn drop(&mut self) {} }",
        "#[derive(Copy, Clone)] pub struct G(String);",
        "pub trait T { fn a(&self); } impl T for u8 { } impl T for u8 { fn a(&self) {} }",
        "pub trait T { fn a(&self); } impl T for u8 { }",
        "pub struct H; impl Default for H { fn default() -> H { H } fn other() {} }",
        "pub struct I; impl Default for I { fn default() -> I { I } } impl Default for I { fn default() -> I { I } }",
        "use std::fmt::Display; pub struct J; impl Display for J {}",
        "use std::fmt; pub struct K; impl fmt::Display for K { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) } } impl fmt::Display for K { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) } }",
    ),
    "overlaps under other names": (
        "use std::clone::Clone as Cl; pub struct A; impl Cl for A { fn clone(&self) -> A { A } } impl Clone for A { fn clone(&self) -> A { A } }",
        "pub struct B; impl Clone for B { }",
        "pub struct C<T>(T); impl<T> Clone for C<T> { fn clone(&self) -> u8 { 1 } }",
        "macro_rules! both { ($t:ident) => { impl $t for X { fn default() -> X { X } } impl $t for X { fn default() -> X { X } } } } pub struct X; both!(Default);",
        "pub struct Y; impl Default for Y {}",
    ),
    "cycles": (
        "pub const A: u8 = B; pub const B: u8 = A;",
        'pub fn f() -> u8 { "" }',
        "pub type T = T2; pub type T2 = T;",
        "pub struct L { n: Option<L> }",
        "pub fn f() -> impl Sized { f() }",
        "pub trait A: B {} pub trait B: A {}",
        "pub fn ok() {}",
        "pub enum E { A = E::A as isize }",
    ),
    "unknown traits": (
        "pub struct A; impl Unknown for A {}",
        'pub fn f() -> u8 { "" }',
        'pub fn f<T: Missing>(t: T) -> u8 { "" }',
        "pub fn g(x: &dyn Nope) -> u8 { true }",
        "pub fn h(x: Strange) -> u8 { true }",
        "pub fn ok() {}",
        "use std::collections::Missing;\npub fn f() -> u8 { true }",
        "pub fn z() { a.b }",
        "#[derive(Nonsense)] pub struct Q; pub fn f() -> u8 { true }",
        "#[derive(Serialize)] pub struct Q; pub fn f() -> u8 { 1 }",
    ),
    "unknown bounds": (
        "pub struct A<T: Frob>(T);\npub fn f() -> u8 { true }",
        "pub fn f<T>(t: T) -> u8 where T: Frob2 { true }",
        "pub fn f(x: impl Frob3) -> u8 { true }",
        "pub fn f(x: Box<dyn Frob4>) -> u8 { true }",
        "pub trait Sub: Frob5 { fn f() -> u8 { true } }",
        "impl Frob6 for u8 { fn f() -> u8 { true } }",
        "pub fn g() -> u8 { true }",
        "pub fn w() { let x: Vec<Box<dyn Frob7>> = Vec::new(); let y: u8 = true; }",
        "pub fn v() { fn q<T: Frob8>() {} let y: u8 = true; }",
    ),
    "recursion": (
        "macro_rules! r { ($($x:tt)*) => { r!($($x)* a) } } r!();",
        'pub fn f() -> u8 { "" }',
        "pub fn f<T>(n: u32, t: T) { if n > 0 { f(n - 1, (t, 1)) } }\npub fn g() { f(3, 1u8) }",
        "pub fn ok() {}",
        "macro_rules! q { () => { q!() } } pub fn f() -> u8 { q!() }",
    ),
    "macros": (
        "pub fn f() { unknown!(1) }",
        "unknown! { x }",
        'pub fn f() { println("a") }',
        'pub fn g() { printn!("a") }',
        "macro_rules! printn { () => {} } pub fn f() { printn!() }",
        "#[unknown_attr] pub fn f() {}",
        "#[derive(Foo)] pub struct A;",
        "macro_rules! m { (a) => {} } m!(b);",
        'pub fn f() { let x = format!("{} {}", 1); }',
        'pub fn f() { let x = format!("{y}"); }',
        "pub fn ok() {}",
        "pub fn f() { assert_eq!(1) }",
    ),
    "lints": (
        "#![deny(warnings)]\npub fn f() { let x = 1; }",
        "#[deny(unused_variables)] pub fn f() { let x = 1; }",
        "pub fn f() { let y = 2; }",
        "fn dead() {}",
        "use std::collections::HashMap;",
        "#[allow(unused)] pub fn f() { let z = 1; }",
        '#[forbid(unused_mut)] pub fn f() { let mut z = 1; println!("{z}"); }',
        "pub fn f() -> u8 { 255 + 1 }",
        "pub fn f() { let a = [1, 2]; a[5]; }",
        "pub fn f() { loop {} ; 1; }",
        "pub fn NotSnake() {}",
        "pub struct not_camel;",
        "pub const lower: u8 = 1;",
        "pub fn f() { let mut m = 1; }",
        "#[warn(missing_docs)] pub fn undocumented() {}",
        "#[deny(missing_docs)] pub fn undocumented() {}",
        "#[deny(dead_code)] fn dead() {}",
        "#[deny(unused_must_use)] pub fn f() { Some(1).ok_or(2); }",
        "pub fn f() { Some(1).ok_or(2); }",
        "#[deny(nonsense_lint)] pub fn f() {}",
        "#[allow(unknown_lints, nonsense)] pub fn f() {}",
    ),
    "denied lints beside errors": (
        "#[deny(unused_variables)] pub fn f() { let x = 1; }",
        'pub fn f() -> u8 { "" }',
        "pub fn f() -> u8 { 255 + 1 }",
        "#[deny(dead_code)] fn dead() {}",
        "pub fn g(){ let a = [1,2,3]; let b = a[7]; }",
    ),
    "denied lints beside errors of code generation": (
        "#[deny(unused_variables)] pub fn f() { let x = 1; }",
        "pub fn f() -> u8 { 255 + 1 }",
        "#[deny(dead_code)] fn dead() {}",
        "pub fn g(){ let a = [1,2,3]; let b = a[7]; }",
        "pub fn ok() {}",
        "const X: u8 = 255 + 1; pub fn y() -> u8 { X }",
        "pub fn ok2() { let x = 1; }",
        "#[deny(unused_imports)] use std::fmt;",
    ),
    "confusable names": (
        "pub fn а() {}",
        "pub fn a() { а() }",
        'pub fn f() { let s = "а"; }',
        "pub fn ok() -> u8 { 1 }",
        "pub fn naïve() {}",
        "pub fn f() { let café = 1; }",
        "pub fn ｆ() {}",
    ),
    "our own names": (
        "pub fn f() { ferrobench_0::x() }",
        "use crate::ferrobench_1::f;\npub fn g() {}",
        "pub mod ferrobench_3 { pub fn f() -> u8 { true } }",
        'pub fn ferrobench_canary() -> u8 { "" }',
        "pub fn ferrobench_end() {}",
        "pub fn f() { ferrobench_end() }",
        "pub fn f() { super::ferrobench_end() }",
        "pub fn f() { crate::ferrobench_canary(); }",
        "mod ferrobench_1;",
        'include!("ferrobench_1.rs");',
        'pub const S: &str = include_str!("../child/sample.rs");',
        'pub const S: &str = include_str!("sample.rs");',
        '#[path = "ferrobench_1.rs"] mod x;',
        "const _: () = assert!(file!().len() == 9);",
        "const F: [u8; 9] = [0; file!().len()];",
        "pub fn f() -> &'static str { module_path!() }",
        "const _: () = assert!(module_path!().len() == 6);",
        "pub fn f() { self::g() } pub fn g() {}",
        "pub mod a { pub fn f() { super::g() } } fn g() -> u8 { true }",
        "pub fn f() { super::g() }",
        "pub fn f() { crate::g() } fn g() {}",
        "pub(crate) fn f() -> u8 { true }",
        "pub(super) fn f() {}",
        "pub(in crate::x) fn f() {}",
        "extern crate std as mystd; pub fn f() { mystd::process::exit(1) }",
        "extern crate alloc; pub fn f() -> alloc::string::String { 5 }",
        "use self::b::C; pub mod b { pub struct C; } pub fn f() -> C { 1 }",
        "const _: () = assert!(line!() == 1 && column!() > 3);",
        "pub fn n() -> &'static str { std::any::type_name::<S>() } pub struct S;",
        "pub fn ok() {}",
    ),
    "names of types": (
        "pub struct S; pub fn f() -> u8 { S }",
        "mod inner { pub struct S; pub fn g() -> u8 { S } pub mod deep { pub struct Q; pub fn h() -> super::S { Q } } }",
        "pub mod a { pub struct T; } pub mod b { pub struct T; } pub fn f(x: a::T) -> b::T { x }",
        "pub struct T; pub fn f() -> T { let t: Option<T> = Some(1); t }",
        "pub mod z { pub struct T; } pub fn f() -> z::T { 1 }",
        "pub fn f() -> u8 { fn inner() -> u16 { 1 } inner() }",
        "pub fn f() -> u8 { struct Local; Local }",
        "pub fn f() -> u8 { let c = || 1; c }",
        "pub fn g() -> fn() -> u8 { h } fn h() -> u16 { 1 }",
        "pub enum En { A(u8) } pub fn f() -> u8 { En::A }",
        "pub fn p() -> u8 { async { 1 } }",
        "pub fn f() -> u8 { impl_it() } fn impl_it() -> impl Fn() -> u8 { || 1 }",
    ),
    "defined twice": (
        "pub struct A; pub struct A;",
        "pub fn f() {} pub fn f() {}",
        "pub struct A; impl A { fn x() {} fn x() {} }",
        "pub struct B; impl B { fn x() {} } impl B { fn x() {} }",
        "use std::fmt; use std::fmt; pub fn ok() {}",
        "pub struct A; pub fn f() -> u8 { A }",
    ),
    "inherent implementations for foreign types": (
        "impl u8 { pub fn twice(self) -> u8 { self * 2 } }",
        "pub fn f() -> u8 { 1u8.twice() }",
        "pub trait Twice { fn twice(self) -> u8; } impl Twice for u8 { fn twice(self) -> u8 { self * 2 } }",
        "pub fn g() -> u8 { 1u8.twice() }",
        "impl Vec<u8> { fn z(&self) {} }",
        "pub fn h(v: Vec<u8>) { v.z() }",
        "impl std::fmt::Display for Vec<u8> { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { Ok(()) } }",
        "pub fn i(v: Vec<u8>) -> String { v.to_string() }",
        "impl<T> Clone for T { fn clone(&self) -> T { loop {} } }",
    ),
    "traits for foreign types": (
        "pub trait Zed { fn zed(&self) -> u8 { 1 } } impl<T> Zed for T {}",
        "pub fn f() -> u8 { 5.zed() }",
        "pub trait Zed { fn zed(&self) -> u8; } impl Zed for i32 { fn zed(&self) -> u8 { 1 } } pub fn f() -> u8 { 5.zed() }",
        "pub trait Zed { fn zed(&self) -> u8; } pub fn f() -> u8 { 5.zed() }",
        "pub fn f<T: Zed>(t: T) -> u8 { t.zed() } pub trait Zed { fn zed(&self) -> u16; }",
    ),
    "inherent implementations by macros": (
        "macro_rules! i { ($t:ty) => { impl $t { fn zz(&self) {} } } } i!(u8);",
        "pub fn f() { 1u8.zz() }",
    ),
    "borrowing": (
        'pub fn f() { let v = vec![1]; let w = v; println!("{:?}", v); }',
        "pub fn f(s: &mut Vec<u8>) { let a = &s[0]; s.push(*a); drop(a) }",
        "pub fn f<'a>(x: &'a str, y: &str) -> &'a str { y }",
        'pub fn f() -> &str { "" }',
        "pub fn f() -> &'static str { let s = String::new(); &s }",
        'pub fn g() -> u8 { "" }',
        'use std::thread; pub fn f() { let v = vec![1]; thread::spawn(|| println!("{:?}", v)); }',
    ),
    "constants": (
        "pub const A: usize = [1, 2][5];",
        "pub const B: u32 = 1 / 0;",
        "pub static S: [u8; A] = [0; A]; const A: usize = 1 - 2;",
        'pub fn f() -> u8 { "" }',
        'const fn g(n: u8) -> u8 { if n == 0 { panic!("x") } else { n } } pub const C: u8 = g(0);',
        "pub fn ok() {}",
        "pub struct Z<const N: usize>; impl<const N: usize> Z<N> { const C: () = assert!(N > 3); pub fn f() { Self::C } } pub fn u() { Z::<1>::f() }",
    ),
    "oddities": (
        "pub fn f(x: !) {}",
        "#[rustc_dummy] pub fn f() {}",
        "#[inline(sometimes)] pub fn f() {}",
        "pub fn f() -> impl Trait { 1 }",
        '#[test] fn t() { let x: u8 = ""; }',
        "#[cfg(test)] mod tests { use super::*; #[test] fn t() {} }",
        'fn main() { println!("{}", 1) }',
        "fn main() -> u8 { 1 }",
        "#[main] fn main() {}",
        'async fn f() -> u8 { g().await } async fn g() -> u8 { "" }',
        "pub fn f() { box 1 }",
        "auto trait A {}",
        "pub fn f() { yield 1 }",
        "#[feature(x)] pub fn f() {}",
        "#[stable] pub fn f() {}",
        "pub unsafe fn f() { *(0 as *const u8); }",
        "pub fn f() { unsafe { } }",
        "static mut X: u8 = 1; pub fn f() -> u8 { X }",
        "static mut Y: u8 = 1; pub fn f() -> &'static u8 { unsafe { &Y } }",
    ),
    "long types": (
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1) }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).nosuch() }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1) }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).nosuch() }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1) }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).nosuch() }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1) }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).nosuch() }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1) }",
        "pub fn f(v: Vec<u8>) -> u8 { v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).nosuch() }",
        'pub fn g(v: Vec<u8>) { let c = v.into_iter().map(|x| x + 1); println!("{}", c); }',
        'pub fn g(v: Vec<u8>) { let c = v.into_iter().map(|x| x + 1).map(|x| x + 1); println!("{}", c); }',
        'pub fn g(v: Vec<u8>) { let c = v.into_iter().map(|x| x + 1).map(|x| x + 1).map(|x| x + 1).map(|x| x + 1); println!("{}", c); }',
    ),
    "files of the standard library": (
        "pub fn f(a: &u32, b: f64) -> f64 { a - b }",
        "pub fn f(a: i32, b: f64) -> f64 { a * b }",
        'pub fn f(a: &str) -> String { a + "x" }',
        "pub fn g(x: u8, y: &f32) -> f32 { y / x }",
        "use std::collections::BTreeMap;\npub fn m(b: BTreeMap<u8, u8>) -> u8 { b + 1 }",
    ),
    "our own functions": (
        "pub fn f() { ferrobench_end() }",
        "pub fn f() { ferrobench_enx() }",
        "pub fn f() { ferrobench_canary() }",
        "pub fn ok() {}",
    ),
}
EVERYBODY = tuple(dict.fromkeys(text for company in COMPANIES.values() for text in company))


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return choose_sandbox(TOOLCHAIN)


@pytest.fixture(scope="module")
def expected(sandbox: Sandbox) -> dict[str, Judgment]:
    """What the exact way says of each."""
    judgments = judge_exactly([assemble(text) for text in EVERYBODY], TOOLCHAIN, sandbox.runner)
    return dict(zip(EVERYBODY, judgments, strict=True))


def test_most_do_share_a_rustc() -> None:
    """Or nothing would be tested here."""
    routes = [Reading(text.encode(), edition="2021").route() for text in EVERYBODY]

    assert sum(route <= Route.SPOILING for route in routes) > len(routes) * 2 // 3


@pytest.mark.parametrize("name", COMPANIES)
def test_a_company(name: str, expected: dict[str, Judgment], sandbox: Sandbox) -> None:
    texts = COMPANIES[name]
    programs = [assemble(text) for text in texts]

    fast = judge_fast(programs, TOOLCHAIN, sandbox.runner, jobs=1)

    assert differences(programs, fast, [expected[text] for text in texts]) == []


@pytest.mark.parametrize("share_right", [0.0, 1.0], ids=["with-canary", "without-canary"])
def test_everybody_together(share_right: float, expected: dict[str, Judgment], sandbox: Sandbox) -> None:
    """In an order that nobody chose; whether a batch begins with a canary makes no difference."""
    texts = random.Random(share_right).sample(EVERYBODY, len(EVERYBODY))
    programs = [assemble(text) for text in texts]
    compiler = FastCompiler(TOOLCHAIN, edition="2021", limits=Limits(), launcher=sandbox.runner, jobs=1)
    compiler._share_right = share_right
    try:
        fast = submit_together(compiler, programs)
    finally:
        compiler.close()

    assert differences(programs, fast, [expected[text] for text in texts]) == []
