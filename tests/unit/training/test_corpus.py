"""The text that the bundled demo checkpoints learned from, and what must not be in it."""

from __future__ import annotations

import hashlib
import re
from itertools import chain

import pytest

from ferrobench.metrics.syntax import function_shapes
from ferrobench.prompts import load_suite
from training.corpus import generate_documents

# What the bundled checkpoints were trained on: the defaults of `python -m training.train`, and the hash it printed.
SEED = 0
NUM_DOCUMENTS = 26_000
DIGEST = "fd69203d2ab374c3d5d31329115d98910b8b5f1af8f7ae8d7ee72f4d2f5529ff"

PROMPT_NAMES = (
    "factorial",
    "is_palindrome",
    "reverse_string",
    "find_duplicates",
    "merge_sorted",
    "read_file",
    "parse_int",
    "sum_squares",
    "filter_even",
    "fetch_data",
    "Parser",
    "vec_of_strings",
)


@pytest.fixture(scope="module")
def documents() -> list[str]:
    return generate_documents(SEED, NUM_DOCUMENTS)


def test_the_corpus_is_the_one_the_bundled_checkpoints_learned_from(documents: list[str]) -> None:
    """A change here means that the checkpoints have to be trained again."""
    assert hashlib.sha256("\0".join(documents).encode()).hexdigest() == DIGEST


def test_the_seed_alone_decides_the_documents(documents: list[str]) -> None:
    assert generate_documents(SEED, 500) == documents[:500]
    assert generate_documents(SEED + 1, 500) != documents[:500]


def test_no_two_documents_are_the_same(documents: list[str]) -> None:
    assert len(set(documents)) == NUM_DOCUMENTS


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["seed"])
def test_no_function_has_the_shape_of_a_reference(documents: list[str], suite: str) -> None:
    references = {
        shape: prompt.id
        for prompt in load_suite(suite).prompts
        for shape in function_shapes(prompt.text + prompt.reference)
    }
    # One item never reaches into the next, so a parse of all documents in one text sees the same functions.
    found = function_shapes("\n".join(documents))

    assert len(references) >= 14
    assert {references[shape] for shape in found & references.keys()} == set()


def test_the_shapes_of_the_whole_text_are_those_of_its_documents(documents: list[str]) -> None:
    some = documents[:1000]

    assert function_shapes("\n".join(some)) == frozenset(chain.from_iterable(map(function_shapes, some)))


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_the_prompts_own_names_do_not_occur(documents: list[str], name: str) -> None:
    """Not even as part of a longer name."""
    assert [document for document in documents if name in document] == []


def test_no_document_begins_with_a_prompt_but_the_impl_of_point(documents: list[str]) -> None:
    """Only ``impl Point {`` can teach which fields a Point has that the text does not declare."""
    begun = {
        prompt.name
        for prompt in load_suite("seed").prompts
        if any(document.startswith(prompt.text) for document in documents)
    }

    assert begun == {"impl_point"}


def test_to_string_is_never_implemented_for_point(documents: list[str]) -> None:
    pattern = re.compile(r"impl\s+(std::string::)?ToString\s+for\s+Point\b")

    assert [document for document in documents if pattern.search(document)] == []
