"""The corpora: reproducible, distinct, and what their names say they are."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corpus import (
    CODEGEN_KINDS,
    LINT_KINDS,
    MIXED_KINDS,
    Sample,
    collapsed_corpus,
    mixed_corpus,
    refused_by_codegen,
    valid_programs,
)
from benchmarks.corpus.mutations import TEXT_MUTATIONS, TOKEN_MUTATIONS
from benchmarks.corpus.parts import parts_of
from benchmarks.corpus.pieces import function_bodies, lex, render, split_items
from benchmarks.corpus.programs import Program, load_helpers, load_programs, program_of
from benchmarks.corpus.special import SPECIAL_KINDS
from benchmarks.corpus.valid import draw_part, draw_program, draw_size
from ferrobench.judging import Judge, Stage, Unjudged, probe_toolchain, stage_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Whole corpora are drawn, again and again.
pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
LINT_MESSAGES = {
    "arithmetic_overflow": "error: this arithmetic operation will overflow",
    "unconditional_panic": "error: this operation will panic at runtime",
}


@pytest.fixture(scope="module")
def mixed() -> list[Sample]:
    return mixed_corpus(0, 3000)


def rustc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build ``root.rs`` in *folder* as the definition of "compiles" does, apart from what is emitted."""
    return subprocess.run(
        [probe_toolchain().rustc, "--crate-type", "lib", "--crate-name", "root", "--edition", "2021", *arguments, "root.rs"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def errors_as_modules(folder: Path, texts: list[str]) -> str:
    """Build *texts* as the modules of one library; the errors, the empty text if there are none."""
    for i, text in enumerate(texts):
        (folder / f"s{i}.rs").write_text(text, encoding="utf-8")
    (folder / "root.rs").write_text("".join(f"pub mod s{i};\n" for i in range(len(texts))))
    result = rustc(folder, "-Awarnings")
    return result.stderr if result.returncode else ""


def texts_of(program: Program) -> list[str]:
    return [render(list(item)) for item in program.items]


# The same seed gives the same corpus.


@pytest.mark.parametrize("corpus", [valid_programs, mixed_corpus, refused_by_codegen])
def test_more_samples_begin_with_the_same_ones(corpus: Callable[[int, int], list[object]]) -> None:
    assert corpus(3, 100)[:40] == corpus(3, 40)


@pytest.mark.parametrize("corpus", [valid_programs, mixed_corpus, collapsed_corpus, refused_by_codegen])
def test_seeds_give_different_corpora(corpus: Callable[[int, int], list[object]]) -> None:
    assert corpus(1, 40) != corpus(2, 40)


def test_corpora_do_not_depend_on_how_sets_are_ordered() -> None:
    """Another process with other hashes of strings makes the same texts."""
    code = (
        "import hashlib; from benchmarks.corpus import *\n"
        "texts = valid_programs(0, 200) + [s.kind + s.text for c in (mixed_corpus, collapsed_corpus, refused_by_codegen)"
        " for s in c(0, 200)]\n"
        "print(hashlib.sha256(repr(texts).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    corpora = (mixed_corpus, collapsed_corpus, refused_by_codegen)
    texts = valid_programs(0, 200) + [s.kind + s.text for corpus in corpora for s in corpus(0, 200)]

    assert digests == {hashlib.sha256(repr(texts).encode()).hexdigest()}


@pytest.mark.parametrize("count", [0, 1, 2, 19, 20, 21, 400])
def test_each_corpus_has_as_many_samples_as_asked_for(count: int) -> None:
    corpora = (valid_programs, mixed_corpus, collapsed_corpus, refused_by_codegen)

    assert [len(corpus(0, count)) for corpus in corpora] == [count] * 4


# Valid programs.


def test_there_are_enough_short_hand_written_programs() -> None:
    paths = sorted((ROOT / "benchmarks" / "corpus" / "programs").glob("*.rs"))

    assert len(paths) == len(load_programs()) >= 60
    assert all(8 <= path.read_text().count("\n") <= 46 for path in paths)


def test_items_hold_every_token_of_the_hand_written_programs() -> None:
    for path in sorted((ROOT / "benchmarks" / "corpus").rglob("*.rs")):
        pieces = lex(path.read_text())
        items = [piece for item in split_items(pieces) for piece in item]

        assert "".join(render(items).split()) == "".join(render(pieces).split())


def test_eight_thousand_valid_programs_differ_by_more_than_whitespace() -> None:
    programs = valid_programs(0, 8000)

    assert len({" ".join(text.split()) for text in programs}) == 8000


def test_texts_are_as_large_as_the_tasks_of_benchmarks(mixed: list[Sample]) -> None:
    """Those that the limit on tokens cuts are left out."""
    whole = [
        sample.text
        for sample in mixed
        if not {"truncated", "repetition_collapse"} & set(sample.kind.split("+"))
    ]
    for texts in (valid_programs(0, 3000), whole):
        sizes = [len(text) for text in texts]

        assert 500 <= mean(sizes) <= 560
        assert 430 <= median(sizes) <= 520
        assert 0.07 < sum(size < 200 for size in sizes) / len(sizes) < 0.14
        assert 0.07 < sum(size > 1000 for size in sizes) / len(sizes) < 0.14
        assert 18 <= mean(text.rstrip().count("\n") + 1 for text in texts) <= 23


def test_every_hand_written_program_is_drawn_from() -> None:
    random = Random(0)
    drawn = Counter(draw_part(draw_size(random), random)[0] for _ in range(5000))

    assert set(range(len(load_programs()))) <= drawn.keys()
    assert max(drawn.values()) < 5000 / 20


def test_a_program_is_one_of_its_parts() -> None:
    for program in load_programs():
        assert program.items in [part.items for part in parts_of(program)]


def test_a_part_has_what_it_names_and_no_more() -> None:
    text = (
        "use std::collections::HashMap;\nuse std::fmt;\nuse std::io::Write as _;\nconst STEP: i32 = 2;\n"
        "struct A {\n    n: i32,\n}\nimpl A {\n    fn up(&self) -> i32 {\n        self.n + STEP\n    }\n\n"
        "    fn down(&self) -> HashMap<i32, i32> {\n        HashMap::new()\n    }\n}\n"
        "impl fmt::Display for A {\n    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {\n        Ok(())\n    }\n}\n"
        "fn raised(a: &A) -> i32 {\n    a.up()\n}\n"
    )
    parts = [texts_of(part) for part in parts_of(program_of(split_items(lex(text))))]
    always = ["use std::fmt;", "use std::io::Write as _;", "struct A {", "impl fmt::Display for A {"]
    first_lines = [[item.split("\n")[0] for item in part] for part in parts]

    # With neither function, with `up`, and with what calls it; each without and with `down`.
    assert len(parts) == 6
    assert all(set(always) <= set(lines) for lines in first_lines)
    assert sum("const STEP: i32 = 2;" in lines for lines in first_lines) == 4
    assert sum("use std::collections::HashMap;" in lines for lines in first_lines) == 3
    assert "impl A {\n    fn up(&self) -> i32 {\n        self.n + STEP\n    }\n}" in {
        item for part in parts for item in part
    }


@pytest.mark.rustc
def test_parts_of_hand_written_programs_compile(tmp_path: Path) -> None:
    parts = [part for program in load_programs() for part in parts_of(program)]

    assert len(parts) > 250
    assert errors_as_modules(tmp_path, ["\n".join(texts_of(part)) for part in parts]) == ""


@pytest.mark.rustc
def test_hand_written_programs_compile(tmp_path: Path) -> None:
    texts = [render([piece for item in p.items for piece in (*item, *lex("\n"))]) for p in load_programs()]
    helpers = "\n".join(render(list(item)) for helper in load_helpers() for item in helper.items)

    assert errors_as_modules(tmp_path, [*texts, helpers]) == ""


@pytest.mark.rustc
def test_valid_programs_compile(tmp_path: Path) -> None:
    assert errors_as_modules(tmp_path, valid_programs(7, 80)) == ""


# The mixed corpus.


def test_mixed_texts_are_distinct(mixed: list[Sample]) -> None:
    assert len({sample.text for sample in mixed}) == len(mixed) == 3000


def test_each_kind_appears_and_no_other(mixed: list[Sample]) -> None:
    kinds = {kind for sample in mixed for kind in sample.kind.split("+")}

    assert kinds == set(MIXED_KINDS) == {"valid", *TOKEN_MUTATIONS, *TEXT_MUTATIONS, *SPECIAL_KINDS}


def test_shares_of_kinds(mixed: list[Sample]) -> None:
    kinds = Counter("special" if sample.kind in SPECIAL_KINDS else sample.kind for sample in mixed)
    combined = sum(number for kind, number in kinds.items() if "+" in kind)

    assert 0.27 < kinds["valid"] / 3000 < 0.32
    assert 0.02 < kinds["special"] / 3000 < 0.045
    assert 0.03 < combined / 3000 < 0.1


@pytest.mark.rustc
def test_a_third_compiles_and_nearly_half_does_not_parse(mixed: list[Sample]) -> None:
    samples = Random(1).sample(mixed, 60)
    with Judge(probe_toolchain(), jobs=1) as judge:
        judgments = [judge.judge_code(sample.text) for sample in samples]
    stages = Counter(stage_of(judgment) for judgment in judgments if not isinstance(judgment, Unjudged))

    assert stages.total() == 60
    assert 12 <= stages[Stage.COMPILED] <= 27
    assert 21 <= stages[Stage.LEX] + stages[Stage.PARSE] <= 33
    assert stages[Stage.RESOLVE] + stages[Stage.TYPECHECK] + stages[Stage.BORROWCK] >= 5


@pytest.mark.parametrize("kind", TOKEN_MUTATIONS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_a_mutation_of_tokens_changes_the_program_or_declines(kind: str, seed: int) -> None:
    random = Random(seed)
    pieces = draw_program(random)
    original = list(pieces)
    mutated = TOKEN_MUTATIONS[kind](pieces, random)

    assert pieces == original
    assert mutated is None or render(mutated) != render(pieces)


@pytest.mark.parametrize("kind", TOKEN_MUTATIONS)
def test_a_mutation_of_tokens_finds_a_place_in_many_programs(kind: str) -> None:
    random = Random(0)
    results = [TOKEN_MUTATIONS[kind](draw_program(random), random) for _ in range(40)]

    assert sum(result is not None for result in results) >= 5


@pytest.mark.parametrize("kind", TEXT_MUTATIONS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_a_mutation_of_text_changes_the_program(kind: str, seed: int) -> None:
    random = Random(seed)
    text = render(draw_program(random))
    mutated = TEXT_MUTATIONS[kind](text, random)

    assert mutated != text
    assert 0 < len(mutated) < 3 * len(text) + 4000


def test_most_repetition_ends_in_the_middle_of_a_function() -> None:
    random = Random(2)
    texts = [TEXT_MUTATIONS["repetition_collapse"](render(draw_program(random)), random) for _ in range(200)]
    inside = sum(text.count("{") > text.count("}") for text in texts)
    ended_whole = sum(text.count("{") == text.count("}") for text in texts)

    assert inside > 0.8 * len(texts)
    # All items twice, and nothing else wrong with them.
    assert ended_whole < 0.1 * len(texts)
    assert all(800 <= len(text) <= 5000 for text in texts)


def test_most_truncated_texts_end_between_tokens_of_a_function() -> None:
    random = Random(2)
    pairs = []
    for _ in range(200):
        text = render(draw_program(random))
        pairs.append((text, TEXT_MUTATIONS["truncated"](text, random)))
    between = sum(lex(text)[: len(lex(kept))] == lex(kept) for text, kept in pairs)
    inside = sum(kept.count("{") > kept.count("}") for _, kept in pairs)

    assert all(text.startswith(kept) and 0.1 < len(kept) / len(text) < 1 for text, kept in pairs)
    assert between > 0.7 * len(pairs)
    assert inside > 0.8 * len(pairs)


# The collapsed corpus.


def test_a_collapsed_corpus_repeats_few_texts() -> None:
    counts = Counter(sample.text for sample in collapsed_corpus(0, 2000))

    assert len(counts) == 100
    assert sum(number > 1 for number in counts.values()) == 6
    assert sum(number == 1 for number in counts.values()) == 94


def test_a_collapsed_corpus_shares_no_text_with_the_mixed_one(mixed: list[Sample]) -> None:
    collapsed = {sample.text for sample in collapsed_corpus(0, 3000)}

    assert collapsed.isdisjoint(sample.text for sample in mixed)


# What only code generation refuses.


def test_codegen_samples_are_distinct_and_half_of_them_denied_by_lints() -> None:
    samples = refused_by_codegen(0, 400)
    kinds = Counter(sample.kind for sample in samples)

    assert len({sample.text for sample in samples}) == 400
    assert kinds.keys() == set(CODEGEN_KINDS)
    assert sum(kinds[kind] for kind in LINT_KINDS) == 200
    assert sum(sample.kind in LINT_KINDS for sample in refused_by_codegen(0, 7)) == 4


@pytest.mark.rustc
def test_codegen_samples_pass_as_metadata_and_fail_as_a_library(tmp_path: Path) -> None:
    for sample in refused_by_codegen(4, 16):
        (tmp_path / "root.rs").write_text(sample.text, encoding="utf-8")
        metadata = rustc(tmp_path, "--emit=metadata", "-Awarnings")
        library = rustc(tmp_path, "--emit=link", "-Awarnings")

        assert (metadata.returncode, library.returncode) == (0, 1), (
            f"{sample.kind}:\n{sample.text}\n{library.stderr}"
        )
        if sample.kind in LINT_KINDS:
            errors = [line for line in library.stderr.split("\n") if line.startswith("error")]
            assert {LINT_MESSAGES[sample.kind]} == {line for line in errors if "aborting" not in line}


# The pieces that programs are handled in.


@given(text=st.text())
def test_pieces_join_to_the_text(text: str) -> None:
    assert render(lex(text)) == text


def test_items_end_where_they_end() -> None:
    text = (
        "use std::fmt::{self, Debug};\nconst A: [i32; 2] = [1, { 2 }];\nstruct B(i32);\n"
        "const fn c() -> [u8; 2] {\n    [0; 2]\n}\n/// D\n#[derive(Debug)]\npub struct D { e: i32 }\nimpl D {\n    fn f(&self) {}\n}\n"
    )

    assert [render(item).split("\n")[-1] for item in split_items(lex(text))] == [
        "use std::fmt::{self, Debug};",
        "const A: [i32; 2] = [1, { 2 }];",
        "struct B(i32);",
        "}",
        "pub struct D { e: i32 }",
        "}",
    ]


def test_function_bodies_leave_out_what_has_none() -> None:
    text = "trait A { fn b(&self); fn c() -> [u8; 2] { [1, 2] } } fn d(f: fn(i32) -> i32) where i32: Copy { { f(1); } }"
    pieces = lex(text)

    bodies = [render(pieces[opening : closing + 1]) for opening, closing in function_bodies(pieces)]

    assert bodies == ["{ [1, 2] }", "{ { f(1); } }"]
