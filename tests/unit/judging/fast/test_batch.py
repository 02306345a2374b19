"""What a batch's diagnostics say about each of its members, from lines made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ferrobench.judging.assemble import assemble
from ferrobench.judging.fast.batch import (
    Member,
    Parsing,
    Round,
    batch_root,
    conclude_failure,
    conclude_success,
    member_name,
)
from ferrobench.judging.verdict import Compiled, Rejected, Stage

CAP = 1 << 16


def span(file: str, line: int = 1, text: str = "", **more: Any) -> dict[str, Any]:
    place = {"line_start": line, "line_end": line, "column_start": 1, "column_end": 2}
    return {
        "file_name": file,
        "is_primary": True,
        "expansion": None,
        "text": [{"text": text}],
        **place,
        **more,
    }


def said(
    place: int | None,
    code: str | None = "E0308",
    message: str = "mismatched types",
    *,
    level: str = "error",
    rendered: str = "",
    text: str = "",
) -> bytes:
    """A diagnostic about the member at *place*; about nothing in any file where that is None."""
    file = None if place is None else f"{member_name(place)}.rs"
    record = {
        "$message_type": "diagnostic",
        "message": message,
        "code": None if code is None else {"code": code, "explanation": None},
        "level": level,
        "spans": [] if file is None else [span(file, text=text)],
        "children": [],
        "rendered": f"{level}: {message}\n --> {file}:1:1\n{rendered}",
    }
    return json.dumps(record, separators=(",", ":")).encode()


CANARY = (
    b'{"$message_type":"diagnostic","message":"mismatched types","code":{"code":"E0308","explanation":null},'
    b'"level":"error","spans":[{"file_name":"sample.rs","is_primary":true}],"children":[],"rendered":""}'
)
ABORTING = said(None, None, "aborting due to 1 previous error")
EMITTED = said(None, None, "1 warning emitted", level="warning")


def members(*sources: str) -> list[Member]:
    return [Member(assemble(source)) for source in sources or ("fn a() {}", "fn b() {}", "fn c() {}")]


def failed(*lines: bytes, of: list[Member] | None = None, canary: bool = False) -> Round:
    return conclude_failure([*lines, ABORTING], of or members(), cap_bytes=CAP, canary=canary)


def succeeded(*lines: bytes, of: list[Member] | None = None) -> Round:
    return conclude_success([*lines, EMITTED], of or members(), cap_bytes=CAP)


def places(outcome: Round) -> dict[int, str]:
    """What becomes of each member."""
    found = {place: type(judgment).__name__ for place, judgment in outcome.decided.items()}
    for name in ("apart", "elsewhere", "unparsed", "again"):
        for place in getattr(outcome, name):
            assert place not in found
            found[place] = name
    return found


def test_the_root_names_all_members_and_one_sign() -> None:
    assert batch_root(2).splitlines() == [
        "pub mod ferrobench_0;",
        "pub mod ferrobench_1;",
        "fn ferrobench_end() {}",
    ]
    assert "ferrobench_canary" in batch_root(2, canary=True)
    assert "ferrobench_end" not in batch_root(2, canary=True)


def test_all_are_right_where_nothing_was_said() -> None:
    outcome = succeeded()

    assert outcome.decided == dict.fromkeys(range(3), Compiled(warnings=()))


def test_warnings_are_their_own_in_the_name_of_the_sample() -> None:
    outcome = succeeded(said(1, "dead_code", "function `b` is never used", level="warning"))

    warned = outcome.decided[1]
    assert isinstance(warned, Compiled)
    assert [item.code for item in warned.warnings] == ["dead_code"]
    assert "sample.rs:1:1" in warned.warnings[0].rendered
    assert outcome.decided[0] == outcome.decided[2] == Compiled(warnings=())


@pytest.mark.parametrize(
    "line",
    [
        said(0),
        said(None, None, "something about nobody"),
        said(7, "dead_code", level="warning"),
        said(None, None, "linking with `cc` failed"),
    ],
)
def test_success_that_speaks_of_errors_or_of_nobody_settles_nothing(line: bytes) -> None:
    outcome = succeeded(line)

    assert not outcome.decided
    assert outcome.again == {0, 1, 2}
    assert outcome.is_idle


def test_the_error_of_a_body_settles_its_member_and_no_other() -> None:
    """The others may be wrong in what is only looked at when all is well."""
    outcome = failed(said(1))

    assert places(outcome) == {0: "again", 1: "Rejected", 2: "again"}
    rejected = outcome.decided[1]
    assert isinstance(rejected, Rejected)
    assert (rejected.stage, [error.code for error in rejected.errors]) == (Stage.TYPECHECK, ["E0308"])
    assert not outcome.unsure


def test_without_the_error_of_a_body_the_canary_is_asked() -> None:
    """A name that is not found may have kept rustc from the bodies."""
    unresolved = said(1, "E0412", "cannot find type `T`")

    outcome = failed(unresolved)
    assert places(outcome) == dict.fromkeys(range(3), "again")
    assert outcome.unsure
    assert places(failed(unresolved, CANARY, canary=True)) == {0: "again", 1: "Rejected", 2: "again"}


def test_a_canary_that_was_not_seen_settles_nothing() -> None:
    """rustc has stopped before the bodies, and who is to blame is unknown."""
    outcome = failed(said(1, "E0412", "cannot find type `T`"), canary=True)

    assert places(outcome) == {0: "again", 1: "apart", 2: "again"}


def test_a_canary_alone_says_that_nobody_is_wrong_so_far() -> None:
    outcome = failed(CANARY, canary=True)

    assert not outcome.decided
    assert outcome.again == {0, 1, 2}
    assert not outcome.unsure


def test_what_is_evaluated_only_when_all_is_well_goes_apart() -> None:
    """Beside a canary it is never reached, so asking again would go on for ever."""
    outcome = failed(said(1, "E0080", "evaluation of `Z::<1>::C` failed"))

    assert places(outcome) == {0: "again", 1: "apart", 2: "again"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("E0391", "cycle detected when computing type"),
        ("E0275", "overflow evaluating the requirement"),
        ("E0117", "only traits defined in the current crate can be implemented"),
        (None, "recursion limit reached while expanding `r!`"),
        (None, "no rules expected the token `b`"),
        (None, "linking with `cc` failed: exit status: 1"),
        (None, "this file contains an unclosed delimiter"),
    ],
)
def test_errors_that_end_a_run_settle_nobody(code: str | None, message: str) -> None:
    """Not even whose bodies were found wrong before."""
    outcome = failed(said(0), said(1, code, message), CANARY, canary=True)

    assert places(outcome) == {0: "again", 1: "apart", 2: "again"}


def test_a_crash_of_the_compiler_settles_nobody() -> None:
    crash = said(1, None, "the compiler unexpectedly panicked", level="error: internal compiler error")

    assert places(failed(said(0), crash)) == {0: "again", 1: "apart", 2: "again"}
    nowhere = said(None, None, "the compiler unexpectedly panicked", level="error: internal compiler error")
    assert places(failed(said(0), nowhere)) == dict.fromkeys(range(3), "again")


@pytest.mark.parametrize(
    "line",
    [
        said(None, None, "could not write output: No space left on device (os error 28)"),
        said(None, "E0463", "can't find crate for `std`"),
        said(9),
        CANARY.replace(b"E0308", b"E0428"),
    ],
)
def test_an_error_at_nobodys_door_settles_nobody(line: bytes) -> None:
    outcome = failed(said(0), line)

    assert places(outcome) == dict.fromkeys(range(3), "again")
    assert outcome.is_idle


def test_denied_lints_count_only_where_nothing_else_is_wrong() -> None:
    late = said(1, "unused_variables", "unused variable: `x`")

    outcome = failed(late)
    assert places(outcome) == {0: "again", 1: "Rejected", 2: "again"}
    assert outcome.decided[1].stage is Stage.LINT  # type: ignore[union-attr]
    assert places(failed(late, said(0))) == {0: "Rejected", 1: "apart", 2: "again"}
    assert places(failed(late, CANARY, canary=True)) == {0: "again", 1: "apart", 2: "again"}


def test_an_unknown_trait_settles_only_whose_it_is() -> None:
    """rustc does not look at bodies then: of the others nothing is known, whatever else they have."""
    unknown = said(1, "E0405", "cannot find trait `T`")

    assert places(failed(unknown)) == {0: "again", 1: "Rejected", 2: "again"}
    assert places(failed(unknown, said(0, "E0412", "cannot find type"))) == {
        0: "again",
        1: "Rejected",
        2: "again",
    }


def test_an_unknown_trait_does_not_settle_who_implements_others_too() -> None:
    """rustc may not have come to those, where a neighbour's unknown trait was first."""
    company = members("fn a() {}", "struct B; impl T for B {} impl std::error::Error for B {}", "fn c() {}")

    assert places(failed(said(1, "E0405", "cannot find trait `T`"), of=company))[1] == "apart"


@pytest.mark.parametrize("codes", [("E0658",), ("E0428", "E0252")])
def test_what_is_said_once_for_many_or_in_another_order_goes_apart(codes: tuple[str, ...]) -> None:
    lines = [said(1, code, "something") for code in codes]

    assert places(failed(*lines, CANARY, canary=True)) == {0: "again", 1: "apart", 2: "again"}


def test_what_may_not_have_parsed_is_parsed_first() -> None:
    unclear = said(1, None, "expected one of `;` or `}`, found `x`")

    assert places(failed(unclear, said(0))) == {0: "Rejected", 1: "unparsed", 2: "again"}


@pytest.mark.parametrize(
    ("parsing", "stage"), [(Parsing.CLEAN, Stage.RESOLVE), (Parsing.BROKEN, Stage.PARSE)]
)
def test_what_is_known_of_parsing_tells_the_stage(parsing: Parsing, stage: Stage) -> None:
    company = members()
    company[1].parsing = parsing

    outcome = failed(said(1, None, "expected one of `;` or `}`, found `x`"), CANARY, of=company, canary=True)

    rejected = outcome.decided[1]
    assert isinstance(rejected, Rejected)
    assert rejected.stage is stage


def test_who_implements_what_another_implements_wrongly_is_tried_elsewhere() -> None:
    """rustc leaves out checks of all implementations of that trait."""
    company = members(
        "struct A(String); impl Copy for A {} impl Clone for A {}",
        "struct B; impl Copy for B {}",
        "struct C; impl Drop for C {}",
    )

    outcome = failed(
        said(0, "E0204", "the trait `Copy` cannot be implemented for this type"),
        said(1),
        said(2),
        of=company,
    )

    assert places(outcome) == {0: "Rejected", 1: "elsewhere", 2: "Rejected"}


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("struct A; impl Iterator for A {} impl Iterator for A {}", "E0119", "impl Iterator for A {}"),
        ("#[derive(Clone)] struct A; impl Clone for A {}", "E0119", "#[derive(Clone)] struct A;"),
        ("enum A {} impl From<Unknown> for A {}", "E0425", "enum A {} impl From<Unknown> for A {}"),
        ("impl Clone for Unknown {}", "E0412", "impl Clone for Unknown {}"),
    ],
)
def test_whoever_makes_rustc_doubt_a_trait_of_all_is_all_that_a_run_settles(
    source: str, code: str, line: str
) -> None:
    """Bodies that have to do with the trait count as wrong already, and rustc is silent about what else is wrong with them."""
    outcome = failed(
        said(0, code, text=line), said(1), CANARY, of=members(source, "fn b() {}", "fn c() {}"), canary=True
    )

    assert places(outcome) == {0: "Rejected", 1: "again", 2: "again"}
    assert not outcome.saw_bodies
    assert outcome.unsure


def test_a_trait_of_ones_own_is_no_doubt_to_others() -> None:
    company = members("trait T {} struct A; impl T for A {} impl T for A {}", "fn b() {}")

    outcome = failed(said(0, "E0119", text="impl T for A {}"), said(1), CANARY, of=company, canary=True)

    assert places(outcome) == {0: "Rejected", 1: "Rejected"}


def test_the_error_of_a_body_proves_nothing_beside_an_unknown_trait() -> None:
    """It may be that of a constant, which rustc looks at first where a type depends on it."""
    unknown = said(1, "E0405", "cannot find trait `T`")

    outcome = failed(unknown, said(0), said(2))

    assert not outcome.saw_bodies
    assert places(outcome) == {0: "again", 1: "apart", 2: "again"}


def test_beside_a_canary_only_the_canary_proves_that_bodies_were_seen() -> None:
    assert not failed(said(1), canary=True).saw_bodies
    assert failed(said(1), CANARY, canary=True).saw_bodies
    assert failed(said(1)).saw_bodies


@pytest.mark.parametrize(
    ("code", "line", "source", "becomes"),
    [
        ("E0432", "use alloc::fmt;", "use alloc::fmt; struct A; impl fmt::Display for A {}", "Rejected"),
        ("E0433", "impl fmt::Display for A {}", "struct A; impl fmt::Display for A {}", "Rejected"),
        ("E0432", "use nowhere::T;", "use nowhere::T; fn f(_: &dyn T) {}", "apart"),
        ("E0433", "fn f<A: fmt::Debug>(_: A) {}", "fn f<A: fmt::Debug>(_: A) {}", "apart"),
        ("E0432", "use nowhere::HashMap;", "use nowhere::HashMap; fn f(_: HashMap) {}", "again"),
        ("E0433", "let x = HashMap::new();", "fn f() { let x = HashMap::new(); }", "again"),
        (
            "E0432",
            "use a::fmt;",
            "mod a {} mod b { use a::fmt; } struct A; impl fmt::Display for A {}",
            "apart",
        ),
    ],
)
def test_an_unknown_path_cuts_a_run_short_where_it_leads_to_a_trait(
    code: str, line: str, source: str, becomes: str
) -> None:
    record = json.loads(said(0, code, "unresolved import", text=line))
    record["spans"][0]["text"][0]["highlight_start"] = line.find("fmt::") + 1
    unresolved = json.dumps(record, separators=(",", ":")).encode()

    assert places(failed(unresolved, of=members(source, "fn b() {}"), canary=True))[0] == (
        becomes if becomes != "again" else "apart"
    )
    assert places(failed(unresolved, of=members(source, "fn b() {}")))[0] == becomes


def test_what_is_unclear_is_asked_once_and_settled_in_the_same_run() -> None:
    asked: list[list[Member]] = []

    def parse(unclear: Any) -> None:
        asked.append(list(unclear))
        for member in unclear:
            member.parsing = Parsing.BROKEN

    company = members()
    lines = [
        said(0, None, "expected one of `;` or `}`, found `x`"),
        said(2, None, "expected pattern, found `,`"),
        said(1),
        ABORTING,
    ]
    outcome = conclude_failure(lines, company, cap_bytes=CAP, parse=parse)

    assert asked == [[company[0], company[2]]]
    assert places(outcome) == dict.fromkeys(range(3), "Rejected")
    rejected = outcome.decided[0]
    assert isinstance(rejected, Rejected)
    assert rejected.stage is Stage.PARSE


@pytest.mark.parametrize(
    "rendered",
    [
        "expected `Point`, found `ferrobench_0::Point`",
        "help: consider importing `Circle`",
        "help: the following other types implement trait `Shape`",
        "= note: the full name for the type has been written to 'out.long-type-1.txt'",
        "1 | pub fn f() -> P { ferrobench_1::P(5) }",
        "expected `z::Circle` because of return type",
        "1 + pub fn f() -> P { ferrobench_1::P(5) }",
        "  |   ^^^ --- expected `ferrobench_1::P`",
        "9 | pub fn f() -> Circle {}",
    ],
)
def test_words_that_may_be_the_neighbours_are_not_believed(rendered: str) -> None:
    company = members("pub struct Circle; pub trait Shape {} impl Shape for Circle {}", "fn f() {}")

    outcome = failed(said(1, rendered=rendered), of=company)

    assert places(outcome) == {0: "again", 1: "elsewhere"}


@pytest.mark.parametrize(
    ("rendered", "shown"),
    [
        ("= note: expected `ferrobench_1::Square`", "= note: expected `Square`"),
        ("  |       ^^^^^ expected `ferrobench_1::Square`", "  |       ^^^^^ expected `Square`"),
        ("  | |_____^ expected `ferrobench_1::Square`", "  | |_____^ expected `Square`"),
        ("7 ~     &ferrobench_1::Square => todo!(),", "7 ~     &Square => todo!(),"),
        # A line of the program's own, whatever neighbours call theirs.
        ("1 | pub struct Square; use shapes::Circle;", "use shapes::Circle;"),
        ("help: you may notice a circle", "help: you may notice a circle"),
    ],
)
def test_words_of_a_members_own_are_believed_and_rid_of_our_names(rendered: str, shown: str) -> None:
    company = members("pub struct Circle; mod notice {}", "pub struct Square; use shapes::Circle;")

    outcome = failed(said(1, rendered=rendered), of=company)

    rejected = outcome.decided[1]
    assert isinstance(rejected, Rejected)
    assert shown in rejected.errors[0].rendered


def test_a_list_for_a_type_that_nobody_else_implements_for_is_believed() -> None:
    """Neighbours' implementations of the trait are for types of their own."""
    company = members("struct Money; impl std::ops::Add for Money {}", "fn f() -> u64 { 1u64 + 1u32 }")
    listing = (
        "  = help: the trait `Add<u32>` is not implemented for `u64`\n"
        "help: the following other types implement trait `Add<Rhs>`\n"
        "  = note: `{}` implements `Add`\n"
    )

    for listed, becomes in (("&u64", "Rejected"), ("u8", "elsewhere")):
        line = said(1, "E0277", rendered=listing.format(listed))
        assert places(failed(line, CANARY, of=company, canary=True))[1] == becomes


def test_places_inside_macros_belong_to_who_called_them() -> None:
    """A span in the standard library leads back through its expansion."""
    inner = span("/rustc/1/library/std/src/macros.rs")
    inner["expansion"] = {"span": span("ferrobench_2.rs"), "macro_decl_name": "println!"}
    record = json.loads(said(None))
    record["spans"] = [inner]

    outcome = failed(json.dumps(record, separators=(",", ":")).encode())

    assert places(outcome) == {0: "again", 1: "again", 2: "Rejected"}


def test_other_output_is_passed_over() -> None:
    noise = (b"", b"parsed", b'{"$message_type":"artifact","artifact":"out.mir","emit":"mir"}', b"note: x")

    assert len(succeeded(*noise).decided) == 3
    assert places(failed(*noise, said(1))) == {0: "again", 1: "Rejected", 2: "again"}
