"""CodeBLEU: the figures of codebleu 0.7.0, hand-worked parts, and what holds for any text."""

from __future__ import annotations

import json
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.metrics.similarity.codebleu.comments import remove_comments
from ferrobench.metrics.similarity.codebleu.dataflow import dataflow, dataflow_match
from ferrobench.metrics.similarity.codebleu.ngrams import ngram_match, weighted_ngram_match
from ferrobench.metrics.similarity.codebleu.score import code_bleu, read_program
from ferrobench.metrics.similarity.codebleu.syntax import syntax_match
from ferrobench.metrics.similarity.codebleu.tree import plain_tree
from ferrobench.metrics.syntax import parse_rust, walk

if TYPE_CHECKING:
    from ferrobench.metrics.similarity.codebleu.dataflow import Item

RECORDED = Path(__file__).parents[3] / "fixtures" / "codebleu" / "pairs.json"
PAIRS: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))["pairs"]
FIXED = [pair for pair in PAIRS if "dataflow_by_seed" not in pair]
SEEDED = [pair for pair in PAIRS if "dataflow_by_seed" in pair]
PARTS = ("ngram", "weighted_ngram", "syntax")

PIECES = [
    "fn f() {",
    "}",
    "(",
    ")",
    "a",
    "+ b",
    "let x = ",
    ";",
    "if a { b }",
    "// c\n",
    "/*",
    "*/",
    "'",
    '"',
    "\\",
    "1",
    "static",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)


def flows(text: str) -> list[Item]:
    """The data flow of a text without comments."""
    return dataflow(text, plain_tree(text)[0])


def test_there_are_fifty_pairs_whose_recorded_figures_are_fixed() -> None:
    """The others hang on the hash seed that the package runs under."""
    assert len(FIXED) == 50
    assert SEEDED


@pytest.mark.parametrize("pair", FIXED, ids=lambda pair: pair["name"])
def test_figures_equal_those_of_the_package(pair: dict[str, Any]) -> None:
    """Part by part, and in total."""
    score = code_bleu(read_program(pair["reference"]), read_program(pair["candidate"]))

    found = {name: getattr(score, name) for name in (*PARTS, "dataflow", "total")}
    assert found == pytest.approx(pair["figures"], abs=1e-12)


@pytest.mark.parametrize("pair", SEEDED, ids=lambda pair: pair["name"])
def test_a_figure_that_hangs_on_the_hash_seed_is_one_of_those_the_package_gives(pair: dict[str, Any]) -> None:
    """The other parts do not hang on it."""
    score = code_bleu(read_program(pair["reference"]), read_program(pair["candidate"]))

    found = {name: getattr(score, name) for name in PARTS}
    assert found == pytest.approx({name: pair["figures"][name] for name in PARTS}, abs=1e-12)
    assert any(score.dataflow == pytest.approx(value) for value in pair["dataflow_by_seed"])


def test_bleu_worked_by_hand() -> None:
    """Three of four words: all precisions are 1 but that of order 4, which has no match, and the text is too short."""
    assert ngram_match("abcd", "abc") == pytest.approx(exp(log(0.1) / 4) * exp(1 - 4 / 3))
    assert ngram_match("abcd", "abcd") == 1.0
    assert ngram_match("abcd", "xyz") == 0.0
    assert ngram_match("abcd", "") == 0.0


def test_keywords_count_five_times_as_much() -> None:
    """Of ``fn name``, the keyword alone is 1 of 1.2, and the name alone is 0.2 of it."""
    none_of_higher_orders = 3 * log(0.1)
    one_word = exp(1 - 2 / 1)

    keyword = weighted_ngram_match(("fn", "name"), ("fn",))
    name = weighted_ngram_match(("fn", "name"), ("name",))

    assert keyword == pytest.approx(exp((log(1 / 1.2) + none_of_higher_orders) / 4) * one_word)
    assert name == pytest.approx(exp((log(0.2 / 1.2) + none_of_higher_orders) / 4) * one_word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a // b\nc", "a  \nc"),
        ("a /* b\n c */ d", "a   d"),
        ("// all\n\n  \nx", "x"),
        ('"// no" // yes', '"// no"  '),
        (r'"\" // no" x', r'"\" // no" x'),
        # A lifetime opens a literal to the next quote, and the comment between them stays.
        ("&'a str // no\n&'a str // yes", "&'a str // no\n&'a str  "),
        ("/* never ends // but this", "/* never ends  "),
        ("it's // gone", "it's  "),
        ("/* one /* two */ three */", "  three */"),
    ],
)
def test_comments_are_removed_as_the_package_does_it(text: str, expected: str) -> None:
    """By a rule for languages without lifetimes and nested comments."""
    assert remove_comments(text) == expected


@given(TEXTS, TEXTS)
def test_subtrees_are_equal_where_they_are_written_alike(one: str, other: str) -> None:
    """Numbers for shapes stand for what tree-sitter writes."""

    def written(text: str) -> list[str]:
        nodes = [node for node, entering in walk(parse_rust(text)) if entering]
        return [str(node) for index, node in enumerate(nodes) if node.child_count or index == 0]

    wanted, present = written(one), set(written(other))

    expected = sum(subtree in present for subtree in wanted) / len(wanted)
    assert syntax_match(plain_tree(one), plain_tree(other)) == pytest.approx(expected)


def test_parameters_flow_into_the_name_of_a_function() -> None:
    """Names are numbered by first appearance, sources first; names and numbers of others do not matter."""
    assert flows("fn f(a: i32) { let b = a; }") == [
        (2, "comesFrom", (0, 1)),
        (0, "comesFrom", ()),
        (1, "comesFrom", ()),
    ]
    assert flows("fn other(x: u8) {}") == flows("fn f(a: i32) { let b = a; }")
    assert flows("pub fn f(a: i32) {}") == []


def test_data_flow_is_the_share_of_the_references_edges() -> None:
    """Each of the candidate's answers for one."""
    edge, other = (0, "comesFrom", (1,)), (1, "comesFrom", (0,))

    assert dataflow_match([edge, edge, other], [edge, other]) == pytest.approx(2 / 3)
    assert dataflow_match([], [edge]) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "{" * 20_000,
        "static X: u8 = " + "loop {" * 40 + "a = b;" + "}" * 40,
        "static X: u8 = " + "(" * 3_000,
        "static X: u8 = " + "a = " * 2_000 + "a;",
        "static X: u8 = " + "if a { b = c; } else " * 2_000 + "{ d };",
        "'\\" * 30_000,
        "/*" * 50_000,
        "static X: [u8; 9] = [" + ", ".join(f"a{number}" for number in range(20_000)) + "];",
        "\udcff\0é" * 1_000,
    ],
    ids=[
        "braces",
        "loops in loops",
        "parentheses",
        "assignments",
        "branches",
        "quotes",
        "comments",
        "names",
        "no Rust",
    ],
)
def test_hostile_texts_are_read_as_others_are(text: str) -> None:
    """Neither recursion nor time gets out of hand."""
    program = read_program(text)

    assert code_bleu(program, program).syntax == 1.0


@given(TEXTS, TEXTS)
def test_every_part_is_a_share_and_a_text_is_wholly_like_itself(one: str, other: str) -> None:
    """Whatever the texts are."""
    reference = read_program(one)
    score, same = code_bleu(reference, read_program(other)), code_bleu(reference, reference)

    assert all(0.0 <= getattr(score, name) <= 1.0 + 1e-12 for name in (*PARTS, "dataflow", "total"))
    assert same.syntax == 1.0
    assert same.dataflow in {0.0, 1.0}
