"""Which functions can be called from another process: each type that can be sent, and each reason why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.testing.signature import Parameter, Signature, UnsendableError, signatures

PRIMITIVES = [
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "bool",
    "char",
]


def read(source: str) -> Signature:
    """The signature of ``f``, which must have one."""
    found = signatures(source)["f"]
    assert isinstance(found, Signature), found
    return found


def owned(spelled: str) -> str:
    """How a type is held on the sample's side."""
    return read(f"fn f(a: {spelled}) {{}}").parameters[0].owned


@pytest.mark.parametrize("name", PRIMITIVES)
def test_numbers_truth_values_and_characters_are_sent_as_they_are(name: str) -> None:
    signature = read(f"fn f(a: {name}) -> {name} {{ a }}")

    assert signature.parameters == (Parameter(text=name, owned=name, lend="", slice=False),)
    assert (signature.result_text, signature.result, signature.result_in_place) == (name, name, name)


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("String", "::std::string::String"),
        ("std::string::String", "::std::string::String"),
        ("::std::string::String", "::std::string::String"),
        ("alloc::string::String", "::std::string::String"),
        ("Vec<u8>", "::std::vec::Vec<u8>"),
        ("Option<u8>", "::std::option::Option<u8>"),
        ("Result<u8, String>", "::std::result::Result<u8, ::std::string::String>"),
        ("Box<u8>", "::std::boxed::Box<u8>"),
        ("Box<str>", "::std::boxed::Box<str>"),
        ("Box<[u8]>", "::std::boxed::Box<[u8]>"),
        ("Rc<u8>", "::std::rc::Rc<u8>"),
        ("Arc<u8>", "::std::sync::Arc<u8>"),
        ("Cow<'static, str>", "::std::borrow::Cow<'static, str>"),
        ("VecDeque<u8>", "::std::collections::VecDeque<u8>"),
        ("LinkedList<u8>", "::std::collections::LinkedList<u8>"),
        ("BTreeSet<u8>", "::std::collections::BTreeSet<u8>"),
        ("BinaryHeap<u8>", "::std::collections::BinaryHeap<u8>"),
        ("HashSet<u8>", "::std::collections::HashSet<u8>"),
        ("HashMap<u8, bool>", "::std::collections::HashMap<u8, bool>"),
        ("collections::HashMap<u8, bool>", "::std::collections::HashMap<u8, bool>"),
        ("BTreeMap<char, ()>", "::std::collections::BTreeMap<char, ()>"),
        ("Ordering", "::std::cmp::Ordering"),
        ("cmp::Ordering", "::std::cmp::Ordering"),
        ("Duration", "::std::time::Duration"),
        ("()", "()"),
        ("(u8,)", "(u8,)"),
        ("(u8, (i8, char))", "(u8,(i8,char,),)"),
        ("[u8; 3]", "[u8; 3]"),
        ("[[u8; 3]; 2]", "[[u8; 3]; 2]"),
        ("Vec<&str>", "::std::vec::Vec<&'static str>"),
        ("Vec<&[u8]>", "::std::vec::Vec<&'static [u8]>"),
        ("Option<&u8>", "::std::option::Option<&'static u8>"),
    ],
)
def test_standard_types_are_spelled_with_full_paths(spelled: str, expected: str) -> None:
    assert owned(spelled) == expected


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("&str", ("::std::string::String", "&", False)),
        ("&String", ("::std::string::String", "&", False)),
        ("&u8", ("u8", "&", False)),
        ("&[u8]", ("::std::vec::Vec<u8>", "&", True)),
        ("&[u8; 3]", ("[u8; 3]", "&", False)),
        ("&Vec<&str>", ("::std::vec::Vec<&'static str>", "&", False)),
        ("&[&[u8]]", ("::std::vec::Vec<&'static [u8]>", "&", True)),
        ("&&str", ("&'static str", "&", False)),
        ("&mut u8", ("u8", "&mut ", False)),
        ("&mut Vec<u8>", ("::std::vec::Vec<u8>", "&mut ", False)),
        ("&mut [u8]", ("::std::vec::Vec<u8>", "&mut ", True)),
        ("&mut [u8; 3]", ("[u8; 3]", "&mut ", False)),
        ("&mut String", ("::std::string::String", "&mut ", False)),
        ("&mut HashMap<u8, u8>", ("::std::collections::HashMap<u8, u8>", "&mut ", False)),
    ],
)
def test_what_is_lent_is_held_as_its_owner(spelled: str, expected: tuple[str, str, bool]) -> None:
    (parameter,) = read(f"fn f(a: {spelled}) {{}}").parameters

    assert (parameter.owned, parameter.lend, parameter.slice) == expected
    assert parameter.text == spelled
    assert parameter.returns == spelled.startswith("&mut")


@pytest.mark.parametrize("spelled", ["&'static str", "&'static [u8]", "&'static Vec<u8>"])
def test_what_must_live_for_ever_is_handed_over_as_such(spelled: str) -> None:
    """An owner on the stack of the call would not live long enough."""
    (parameter,) = read(f"fn f(a: {spelled}) {{}}").parameters

    assert parameter.lend == ""
    assert parameter.owned.startswith("&'static ")


def test_borrowed_results_live_for_ever_in_the_tests_and_as_they_do_in_the_sample() -> None:
    signature = read("fn f<'a>(a: &'a str, b: &'a [u8]) -> (Option<&'a str>, &'a [u8]) { todo!() }")

    assert signature.lifetimes == "<'a>"
    assert signature.result_text == "(Option<&'a str>, &'a [u8])"
    assert signature.result == "(::std::option::Option<&'static str>,&'static [u8],)"
    assert signature.result_in_place == "(::std::option::Option<&str>,&[u8],)"


def test_several_lifetimes_with_bounds_are_kept_as_they_are_written() -> None:
    assert read("fn f<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str { b }").lifetimes == "<'a, 'b: 'a>"


def test_nothing_returned_is_the_unit_type() -> None:
    signature = read("fn f() {}")

    assert (signature.result_text, signature.result, signature.result_in_place) == ("", "()", "()")


def test_names_that_the_prompt_gives_to_types_are_looked_through() -> None:
    signature = read("type Row = Vec<u8>;\ntype Grid = Vec<Row>;\nfn f(a: &Grid, b: Row) -> Grid { todo!() }")

    assert [parameter.owned for parameter in signature.parameters] == [
        "::std::vec::Vec<::std::vec::Vec<u8>>",
        "::std::vec::Vec<u8>",
    ]
    assert signature.result == "::std::vec::Vec<::std::vec::Vec<u8>>"
    assert signature.result_text == "Grid"


def test_a_name_for_a_borrow_is_lent_too() -> None:
    (parameter,) = read("type Text = &'static str;\ntype Bytes = Vec<u8>;\nfn f(a: &mut Bytes) {}").parameters

    assert parameter.returns


def test_patterns_attributes_and_comments_stand_in_no_ones_way() -> None:
    source = "fn f(mut a: u8, (b, c): (u8, u8), _: bool, #[allow(unused)] d: char, /* why */ e: i8) {}"

    assert [parameter.text for parameter in read(source).parameters] == [
        "u8",
        "(u8, u8)",
        "bool",
        "char",
        "i8",
    ]


@pytest.mark.parametrize("modifier", ["", "pub ", "pub(crate) ", "const ", "pub const "])
def test_functions_that_can_simply_be_called_are_safe(modifier: str) -> None:
    assert not read(f"{modifier}fn f(a: u8) -> u8 {{ a }}").unsafe


def test_unsafe_functions_are_known_as_such() -> None:
    assert read("pub unsafe fn f(a: u8) -> u8 { a }").unsafe
    assert read("const unsafe fn f(a: u8) -> u8 { a }").unsafe


def test_a_function_without_a_body_has_a_signature_too() -> None:
    """As prompts end in one."""
    assert read("fn f(a: u8) -> bool;").result == "bool"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("async fn f() {}", "it is an async function"),
        ('extern "C" fn f() {}', "it is an extern function"),
        ("fn f<T>(a: T) {}", "it is generic over T"),
        ("fn f<T: Ord>(a: &[T]) {}", "it is generic over T: Ord"),
        ("fn f<const N: usize>(a: [u8; N]) {}", "it is generic over const N: usize"),
        ("fn f<'a, T>(a: &'a T) {}", "it is generic over T"),
        ("fn f(a: u8) where u8: Copy {}", "it has a where clause"),
        ("fn f(self) {}", "it is a method"),
        ("fn f(&mut self, a: u8) {}", "it is a method"),
        ("fn f(...) {}", "its parameter ... has no plain type"),
        ("fn f(a: impl Fn(u8) -> u8) {}", "impl Fn(u8) -> u8 cannot be sent"),
        ("fn f() -> impl Iterator<Item = u8> { [].into_iter() }", "impl Iterator<Item = u8> cannot be sent"),
        ("fn f(a: Box<dyn Fn()>) {}", "dyn Fn() cannot be sent"),
        ("fn f(a: &dyn Fn()) {}", "dyn Fn() cannot be sent"),
        ("fn f(a: fn(u8)) {}", "fn(u8) cannot be sent"),
        ("fn f(a: *const u8) {}", "*const u8 cannot be sent"),
        ("fn f() -> ! { loop {} }", "! cannot be sent"),
        ("fn f(a: &mut str) {}", "it changes a str"),
        ("fn f(a: Vec<&mut u8>) {}", "&mut u8 lends something to be changed later"),
        ("fn f(a: &mut [u8]) -> &mut u8 { &mut a[0] }", "&mut u8 lends something to be changed later"),
        ("fn f(a: &'static mut Vec<u8>) {}", "&'static mut Vec<u8> lends something to be changed later"),
        ("fn f(a: [u8; N]) {}", "[u8; N] has no known length"),
        ("fn f(a: Vec<[u8]>) {}", "[u8] has no known length"),
        ("fn f(a: (u8, u8, u8, u8, u8, u8, u8, u8, u8)) {}", "a tuple has more than 8 fields"),
        ("fn f(a: Rc<str>) {}", "str cannot be sent"),
        ("fn f(a: Tree) {}", "Tree is no standard type that can be sent"),
        ("struct Tree;\nfn f(a: &Tree) {}", "Tree is no standard type that can be sent"),
        ("struct Vec<T>(T);\nfn f(a: Vec<u8>) {}", "Vec<u8> is no standard type that can be sent"),
        ("enum Ordering { A }\nfn f(a: Ordering) {}", "Ordering is no standard type that can be sent"),
        ("fn f(a: mine::Vec<u8>) {}", "mine::Vec<u8> is no standard type that can be sent"),
        ("fn f(a: Rows<u8>) {}\ntype Rows<T> = Vec<T>;", "Rows<u8> is no standard type that can be sent"),
        ("type A = A;\nfn f(a: A) {}", "A is no standard type that can be sent"),
        ("fn f(a: Vec) {}", "Vec has another number of parameters than the standard Vec"),
        ("fn f(a: io::Result<u8>) {}", "io::Result<u8> is no standard type that can be sent"),
        ("fn f(a: Result<u8>) {}", "Result<u8> has another number of parameters than the standard Result"),
        ("fn f(a: HashMap<u8, u8, S>) {}", "has another number of parameters than the standard HashMap"),
        ("fn f(a: Cow<[u8]>) {}", "Cow<[u8]> is no standard type that can be sent"),
        (f"fn f(a: {'Vec<' * 18}u8{'>' * 18}) {{}}", "its types are nested too deeply"),
    ],
)
def test_each_reason_why_a_function_cannot_be_called_remotely(source: str, reason: str) -> None:
    found = signatures(source)["f"]

    assert isinstance(found, UnsendableError)
    assert reason in str(found)


def test_functions_of_modules_and_types_are_nobodys_entry_point() -> None:
    assert signatures("mod m { pub fn f() {} }\nstruct S;\nimpl S { fn g() {} }\ntrait T { fn h(); }") == {}


def test_of_several_functions_with_one_name_the_last_counts() -> None:
    assert read("fn f(a: u8) {}\nfn f(a: u16) {}").parameters[0].text == "u16"


def test_one_that_cannot_be_sent_leaves_the_others_as_they_are() -> None:
    found = signatures("fn f(a: u8) {}\nfn g<T>(a: T) {}")

    assert isinstance(found["f"], Signature)
    assert isinstance(found["g"], UnsendableError)


def _types() -> st.SearchStrategy[str]:
    """Types that can be sent, as people spell them."""

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        one = st.sampled_from(
            ["Vec<{}>", "Option<{}>", "Box<{}>", "BTreeSet<{}>", "[{}; 3]", "({},)", "&{}", "&[{}]"]
        )
        two = st.sampled_from(["Result<{}, {}>", "HashMap<{}, {}>", "({}, {})"])
        return st.builds(str.format, one, inner) | st.builds(str.format, two, inner, inner)

    return st.recursive(st.sampled_from([*PRIMITIVES, "String", "()", "&str"]), around, max_leaves=6)


@given(_types(), _types())
def test_whatever_is_made_of_such_types_has_a_signature(taken: str, given_back: str) -> None:
    """With full paths, and everything borrowed living for ever."""
    found = signatures(f"fn f<'a>(a: {taken}) -> {given_back} {{ todo!() }}")["f"]

    assert isinstance(found, Signature)
    assert "&" not in found.result.replace("&'static ", "")


@given(st.text(alphabet="fnab<>()&[]; :,->'{}mutself\n", max_size=60))
def test_reading_signatures_never_raises(source: str) -> None:
    """Whatever a prompt's file holds."""
    assert isinstance(signatures(f"fn f({source}"), dict)
