"""Judging a sample in each reading, with a scripted compiler."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging.judge import Judge
from ferrobench.judging.toolchain import Toolchain
from ferrobench.judging.verdict import Compiled, Empty, Judgment, Rejected, Stage, Unjudged
from tests.support.prompts import prompt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferrobench.judging.assemble import Program

COMPILED = Compiled(warnings=())
REJECTED = Rejected(stage=Stage.PARSE, errors=(), warnings=())
UNJUDGED = Unjudged(cause="arbitrary")


class Scripted:
    """Accepts what does not contain ``wrong`` or an open brace; counts what it was asked."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.unjudged = False

    def compile(self, program: Program) -> Judgment:
        self.seen.append(program.source)
        if self.unjudged:
            return UNJUDGED
        source = program.source
        return REJECTED if b"wrong" in source or source.count(b"{") != source.count(b"}") else COMPILED


FUNCTION = prompt("fn f(x: u8) -> u8 {")
STRUCT = prompt("struct P { x: f64 }", complete=True)


@pytest.fixture
def compiler() -> Scripted:
    return Scripted()


@pytest.fixture
def arbitrary_toolchain(tmp_path: Path) -> Toolchain:
    return Toolchain(rustc=tmp_path / "bin" / "rustc", version="0", host="x", rustfmt=None)


@pytest.fixture
def judge(compiler: Scripted, arbitrary_toolchain: Toolchain) -> Iterator[Judge]:
    with Judge(arbitrary_toolchain, compiler=compiler, jobs=2) as judge:
        yield judge


def test_a_finished_answer_is_the_same_in_all_readings_and_compiled_once(
    judge: Judge, compiler: Scripted
) -> None:
    judgment = judge.judge_completion(FUNCTION, " x }")

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (True, COMPILED, COMPILED)
    assert judgment.strict_text == judgment.extracted_text == "fn f(x: u8) -> u8 { x }"
    assert judgment.extraction == ()
    assert len(compiler.seen) == 1


def test_an_unfinished_tail_fails_strictly_and_is_cut_when_extracted(
    judge: Judge, compiler: Scripted
) -> None:
    judgment = judge.judge_completion(FUNCTION, " x }\nfn g() {")

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (
        False,
        REJECTED,
        COMPILED,
    )
    assert judgment.extracted_text == "fn f(x: u8) -> u8 { x }"
    assert judgment.extraction == ("cut_unfinished_tail",)
    assert judgment.kept_length == len("fn f(x: u8) -> u8 { x }")
    assert len(compiler.seen) == 2


def test_where_nothing_of_the_model_is_left_the_extracted_reading_is_empty(
    judge: Judge, compiler: Scripted
) -> None:
    judgment = judge.judge_completion(FUNCTION, " x")

    assert (judgment.strict, judgment.extracted, judgment.extracted_text) == (REJECTED, Empty(), None)
    assert len(compiler.seen) == 1


@pytest.mark.parametrize("completion", ["", " \n", " // x"])
def test_a_completion_without_a_token_is_empty_in_both_readings(judge: Judge, completion: str) -> None:
    judgment = judge.judge_completion(FUNCTION, completion)

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (False, Empty(), Empty())


@pytest.mark.parametrize("completion", ["", "\n// more\n"])
def test_nothing_added_to_a_complete_prompt_counts_for_the_seed_alone(judge: Judge, completion: str) -> None:
    judgment = judge.judge_completion(STRUCT, completion)

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (True, Empty(), Empty())


def test_no_item_added_to_a_complete_prompt_is_empty_too(judge: Judge) -> None:
    judgment = judge.judge_completion(STRUCT, " wrong")

    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (False, Empty(), Empty())


def test_what_we_failed_to_judge_is_unjudged_in_every_reading(judge: Judge, compiler: Scripted) -> None:
    compiler.unjudged = True

    judgment = judge.judge_completion(FUNCTION, " x }")
    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (None, UNJUDGED, UNJUDGED)
    assert judge.judge_completion(STRUCT, "").strict == UNJUDGED


def test_the_prelude_is_in_scope_unless_bare(compiler: Scripted, arbitrary_toolchain: Toolchain) -> None:
    with_prelude = prompt("impl P {", prelude="struct P;")
    for bare in (False, True):
        with Judge(arbitrary_toolchain, compiler=compiler, bare=bare) as judge:
            judge.judge_completion(with_prelude, "}")

    assert b"pub struct P;" in compiler.seen[0]
    assert compiler.seen[1] == b"impl P {}"


def test_code_is_judged_as_it_is(judge: Judge, compiler: Scripted) -> None:
    assert judge.judge_code("fn f() {} fn g() {") == REJECTED
    assert judge.judge_code("// nothing") == Empty()
    assert compiler.seen == [b"fn f() {} fn g() {"]


def test_many_are_judged_in_the_background(judge: Judge) -> None:
    codes = [judge.submit_code("fn f() {}" + " " * size) for size in range(20)]
    completions = [judge.submit_completion(FUNCTION, "x }" + " " * size) for size in range(20)]

    assert {future.result() for future in codes} == {COMPILED}
    assert all(future.result().compiles_as_generated for future in completions)


def test_leaving_drops_what_has_not_begun(arbitrary_toolchain: Toolchain) -> None:
    begun, may_end = threading.Event(), threading.Event()

    class Slow:
        def compile(self, program: Program) -> Judgment:
            begun.set()
            may_end.wait(10)
            return COMPILED

    with Judge(arbitrary_toolchain, compiler=Slow(), jobs=1) as judge:
        futures = [judge.submit_code("fn f() {}") for _ in range(5)]
        begun.wait(10)
        threading.Timer(0.1, may_end.set).start()

    assert futures[0].result() == COMPILED
    assert all(future.cancelled() for future in futures[1:])


def test_a_program_in_a_chat_is_judged_by_itself(judge: Judge, compiler: Scripted) -> None:
    """Its text is no beginning of what was generated, so no length stands for it."""
    judgment = judge.judge_completion(FUNCTION, "```rust\nfn f(x: u8) -> u8 { x }\n```\n")

    assert (judgment.strict, judgment.extracted) == (REJECTED, COMPILED)
    assert judgment.extracted_text == "fn f(x: u8) -> u8 { x }\n"
    assert judgment.extraction == ("unwrapped_fence", "removed_repeated_prompt")
    assert judgment.kept_length is None


def test_the_stop_text_is_back_in_all_readings(judge: Judge, compiler: Scripted) -> None:
    """And the program is compiled once."""
    judgment = judge.judge_completion(prompt("fn f(x: u8) -> u8 {\n", stop_text="\n}"), "    x")

    assert judgment.strict_text == judgment.extracted_text == "fn f(x: u8) -> u8 {\n    x\n}"
    assert (judgment.compiles_as_generated, judgment.strict, judgment.extracted) == (True, COMPILED, COMPILED)
    assert judgment.extraction == ("put_back_stop_text",)
    assert judgment.kept_length is None
    assert len(compiler.seen) == 1
