"""rustc's JSON lines: what is kept, what is dropped, and where it points in the sample's own text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ferrobench.judging.assemble import Program, assemble
from ferrobench.judging.diagnostics import MAX_RENDERED_CHARACTERS, OutputReader, parse_diagnostics
from ferrobench.judging.verdict import Diagnostic, Note

PRELUDE = "struct Point { x: f64 }"
SHIFT = 4
"""How far the prelude above pushes the sample down."""


def span(
    line: int, column: int = 5, *, primary: bool = True, file: str = "sample.rs", **more: Any
) -> dict[str, Any]:
    place = {"line_start": line, "line_end": line, "column_start": column, "column_end": column + 3}
    return {"file_name": file, "is_primary": primary, "expansion": None, **place, **more}


def record(**fields: Any) -> dict[str, Any]:
    arbitrary = {
        "$message_type": "diagnostic",
        "message": "mismatched types",
        "code": {"code": "E0308", "explanation": "…"},
        "level": "error",
        "spans": [span(3)],
        "children": [],
        "rendered": "error[E0308]: mismatched types\n --> sample.rs:3:5\n\n",
    }
    return arbitrary | fields


def line(**fields: Any) -> bytes:
    return json.dumps(record(**fields), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def parse_one(program: Program | None = None, **fields: Any) -> Diagnostic:
    (diagnostic,) = parse_diagnostics([record(**fields)], program or assemble(""))
    return diagnostic


def read(stream: bytes, cap_bytes: int = 1 << 18, piece: int = 7) -> OutputReader:
    reader = OutputReader(cap_bytes=cap_bytes)
    for start in range(0, len(stream), piece):
        reader.feed(stream[start : start + piece])
    reader.close()
    return reader


def test_errors_and_warnings_are_told_apart_and_other_text_is_a_remark() -> None:
    stream = (
        line()
        + b"thread 'rustc' panicked\n"
        + line(level="warning")
        + line(level="failure-note")
        + b"{ no json\nend"
    )

    reader = read(stream)

    assert ([r["level"] for r in reader.errors], [r["level"] for r in reader.warnings]) == (
        ["error"],
        ["warning"],
    )
    assert reader.remarks == b"thread 'rustc' panicked\nend\n"


def test_a_flood_of_warnings_does_not_crowd_out_the_error_behind_it() -> None:
    stream = line(level="warning") * 2000 + line()

    reader = read(stream, cap_bytes=4096, piece=65536)

    assert len(reader.errors) == 1
    assert sum(len(json.dumps(warning)) for warning in reader.warnings) < 3 * 4096


def test_a_flood_of_errors_is_cut() -> None:
    assert len(read(line() * 2000, cap_bytes=4096, piece=65536).errors) < 20


def test_of_a_line_beyond_the_cap_message_and_code_are_kept() -> None:
    stream = line(message='say "x"', spans=[span(1, text="y" * 100_000)])

    (kept,) = read(stream, cap_bytes=1024, piece=65536).errors

    assert (kept["message"], kept["code"]["code"]) == ('say "x"', "E0308")


def test_remarks_are_capped() -> None:
    assert (
        len(read(b"x" * 99 + b"\n" * 1000 + (b"y" * 99 + b"\n") * 10_000, piece=65536).remarks)
        <= 16 * 1024 + 1
    )


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200)))
def test_any_stream_can_be_read(chunks: list[bytes]) -> None:
    reader = OutputReader(cap_bytes=64)
    for chunk in chunks:
        reader.feed(chunk)
    reader.close()

    parse_diagnostics(reader.errors + reader.warnings, assemble(""))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(list(record())), _json))
def test_any_record_can_be_parsed(fields: dict[str, Any]) -> None:
    parse_diagnostics([fields, record(spans=[fields]), record(children=[fields])], assemble("", PRELUDE))


def test_a_diagnostic_keeps_code_place_notes_and_text() -> None:
    diagnostic = parse_one(children=[{"level": "help", "message": "try this", "spans": []}])

    assert diagnostic == Diagnostic(
        level="error",
        code="E0308",
        message="mismatched types",
        line=3,
        column=5,
        end_line=3,
        end_column=8,
        notes=(Note(level="help", message="try this"),),
        rendered="error[E0308]: mismatched types\n --> sample.rs:3:5",
    )


@pytest.mark.parametrize("message", ["aborting due to 2 previous errors", "1 warning emitted"])
def test_closing_remarks_are_dropped(message: str) -> None:
    assert parse_diagnostics([record(message=message, code=None, spans=[])], assemble("")) == ()


def test_a_sample_cannot_hide_an_error_by_wording_it_as_a_closing_remark() -> None:
    assert parse_one(message="aborting due to nothing", code=None).line == 3


def test_an_error_in_an_expansion_points_to_the_samples_own_place() -> None:
    inner = span(99, file="/rustc/1/library/core/src/macros/mod.rs", expansion={"span": span(7, column=2)})

    assert (parse_one(spans=[inner]).line, parse_one(spans=[inner]).column) == (7, 2)


def test_the_first_primary_span_in_the_sample_counts() -> None:
    spans = [span(1, primary=False), span(2, file="other.rs"), span(8), span(9)]

    assert parse_one(spans=spans).line == 8


def test_of_several_primary_spans_the_one_that_the_arrow_names_counts() -> None:
    """JSON gives them in no particular order; people see the arrow."""
    spans = [span(8), span(9, column=2), span(9)]

    diagnostic = parse_one(spans=spans, rendered="error: x\n --> sample.rs:9:2\n  |\n")
    assert (diagnostic.line, diagnostic.column, diagnostic.end_column) == (9, 2, 5)
    assert parse_one(spans=spans, rendered="error: x\n --> other.rs:9:2\n").line == 8


def test_places_in_the_standard_library_are_left_out_and_their_order_does_not_show() -> None:
    """rustc shows files in the order in which it happened to load them, and quotes nothing of them."""
    head = "error[E0277]: cannot divide\n --> sample.rs:3:5\n  |\n3 | a / b\n  |   ^ no\n  |\n  = help: lacks `Div`\n"
    listing = "help: the following other types implement trait `Div<Rhs>`\n"
    first = (
        " --> /rustc/1/library/core/src/ops/arith.rs:513:8\n  |\n  = note: `f64` implements `Div`\n"
        " ::: /rustc/1/library/core/src/ops/arith.rs:526:0\n  |\n  = note: in this macro invocation\n"
    )
    second = " --> /rustc/1/library/core/src/internal_macros.rs:22:8\n  |\n  = note: `&f64` implements `Div<f64>`\n"
    origin = (
        "  = note: this error originates in the macro `div_impl_float` (in Nightly builds, run with -Z …)\n"
    )

    one = parse_one(rendered=head + listing + first + second + origin).rendered
    other = parse_one(rendered=head + listing + second + first + origin.replace("div", "forward")).rendered

    notes = "  = note: `&f64` implements `Div<f64>`\n  = note: `f64` implements `Div`"
    assert one == other == head + listing + notes
    mine = head + "  = note: this error originates in the macro `mine`"
    assert parse_one(rendered=mine).rendered == mine


def test_an_error_without_a_place_in_the_sample_has_none() -> None:
    for spans in ([], [span(2, file="/etc/passwd")], [span(2, primary=False)]):
        diagnostic = parse_one(spans=spans)
        assert (diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column) == (None,) * 4


def test_below_a_prelude_lines_are_the_samples_own() -> None:
    program = assemble("fn f() {}\n" * 20, PRELUDE)
    rendered = (
        "error[E0308]: mismatched types\n"
        f"  --> sample.rs:{SHIFT + 7}:46\n"
        "   |\n"
        "2  | pub struct Point { pub x: f64 }\n"
        "   | ---------------- here\n"
        "...\n"
        f"{SHIFT + 6} | fn q() {{ let c = |x: i32| x; let s: String = c; }}\n"
        "   |                                               ^ expected `String`\n"
        "   |\n"
        "  ::: sample.rs:2:5\n"
        f"   = note: found closure `{{closure@sample.rs:{SHIFT + 6}:18: {SHIFT + 7}:26}}`\n"
        "help: try\n"
        "   |\n"
        f"{SHIFT + 6} ~     let s = c;\n"
        f"{SHIFT + 7} +     x | 12 | y\n"
    )
    diagnostic = parse_one(program, spans=[span(SHIFT + 7)], rendered=rendered)

    assert diagnostic.line == 7
    assert diagnostic.rendered == (
        "error[E0308]: mismatched types\n"
        "  --> sample.rs:7:46\n"
        "   |\n"
        "   | pub struct Point { pub x: f64 }\n"
        "   | ---------------- here\n"
        "...\n"
        "6  | fn q() { let c = |x: i32| x; let s: String = c; }\n"
        "   |                                               ^ expected `String`\n"
        "   |\n"
        "  ::: prelude.rs:1:5\n"
        "   = note: found closure `{closure@sample.rs:6:18: 7:26}`\n"
        "help: try\n"
        "   |\n"
        "6  ~     let s = c;\n"
        "7  +     x | 12 | y"
    )


def test_the_preludes_own_place_is_none_of_the_samples() -> None:
    assert parse_one(assemble("fn f() {}", PRELUDE), spans=[span(2)]).line is None


def test_the_module_around_the_prelude_is_in_no_message() -> None:
    diagnostic = parse_one(assemble("", PRELUDE), message="no field `z` on type `&ferrobench_prelude::Point`")

    assert diagnostic.message == "no field `z` on type `&Point`"


def test_paths_of_the_host_are_replaced() -> None:
    rendered = "note: /home/me/.rustup/lib/x.rs says /tmp/ferrobench-1/rmeta"
    secrets = (("/tmp/ferrobench-1", "."), ("/home/me/.rustup", "/toolchain"))

    (diagnostic,) = parse_diagnostics([record(rendered=rendered, message=rendered)], assemble(""), secrets)

    assert diagnostic.rendered == diagnostic.message == "note: /toolchain/lib/x.rs says ./rmeta"


def test_long_texts_are_cut() -> None:
    diagnostic = parse_one(
        rendered="x" * 99_999, message="y" * 99_999, children=[{"level": "note", "message": "z"}] * 99
    )

    assert len(diagnostic.rendered) == MAX_RENDERED_CHARACTERS
    assert len(diagnostic.message) < 3000
    assert len(diagnostic.notes) < 10
