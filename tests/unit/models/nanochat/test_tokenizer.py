"""nanochat's tokenizer: the recorded cases, and what decoding asks of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ferrobench.errors import CheckpointError
from ferrobench.models import (
    Completion,
    CompletionRequest,
    SamplingSettings,
    StopReason,
    derive_seed,
    load_checkpoint,
)
from ferrobench.models.nanochat.tokenizer import NanochatTokenizer
from tests.support.nanochat import (
    FIXTURE_NAMES,
    FIXTURES,
    SPECIAL,
    VOCAB_SIZE,
    write_nanochat_checkpoint,
    write_tokenizer,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.models.tokenizer import Tokenizer


@pytest.fixture
def tokenizer(tmp_path: Path) -> Tokenizer:
    """A small one."""
    return NanochatTokenizer(write_tokenizer(tmp_path / "tokenizer.pkl"), VOCAB_SIZE)


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_recorded_texts_have_the_recorded_tokens(name: str) -> None:
    """Both ways, as nanochat's own code gave them; a lone byte decodes to U+FFFD."""
    cases = json.loads((FIXTURES / name / "tokenizer_cases.json").read_text())
    tokenizer = load_checkpoint(FIXTURES / name).tokenizer
    assert tokenizer is not None

    assert len(cases) > 8
    for case in cases:
        if case["text"] is not None:
            assert tokenizer.encode(case["text"]) == case["ids"]
        assert tokenizer.decode(case["ids"]) == case["decoded"]


def test_special_tokens_are_known_by_name_and_skipped_in_texts(tokenizer: Tokenizer) -> None:
    """A user who types one gets ordinary tokens."""
    assert [tokenizer.token_id(token) for token in SPECIAL] == list(range(261, 270))
    assert tokenizer.token_id("fn") == 256
    assert tokenizer.token_id("<|endoftext|>") is None
    assert tokenizer.end_ids == frozenset(range(261, 270))
    assert tokenizer.decode([261, *b"a", 265, *b"b"]) == "ab"
    assert max(tokenizer.encode("<|bos|>fn")) == 256
    assert tokenizer.keeps_newlines


def test_a_completion_is_decoded_at_once(tokenizer: Tokenizer) -> None:
    """A character of several tokens is whole; one that is cut off shows as U+FFFD; lone surrogates do no harm."""
    crab = tokenizer.encode("🦀")

    assert tokenizer.decode_completion([97], crab) == "🦀"
    assert tokenizer.decode_completion([97], crab[:3]) == "\ufffd"
    assert tokenizer.encode("\udcff")


def test_a_completion_ends_at_any_special_token(tmp_path: Path) -> None:
    """It is neither counted nor part of the text; with --end-token only the named one ends."""
    folder = write_nanochat_checkpoint(tmp_path)
    model = load_checkpoint(folder)
    wanted = [CompletionRequest(key=i, prompt="fn a(", seed=derive_seed(1, "a", i)) for i in range(64)]
    settings = SamplingSettings(temperature=1e6, top_k=0, max_tokens=30)

    answers = [answer for _, answer in model.complete(wanted, settings, batch_size=None)]
    named = load_checkpoint(folder, end_token="<|output_end|>")
    others = [answer for _, answer in named.complete(wanted, settings, batch_size=None)]

    def ended(found: list[object]) -> int:
        return sum(isinstance(a, Completion) and a.stop_reason is StopReason.STOP for a in found)

    assert all("<|" not in answer.text for answer in answers if isinstance(answer, Completion))
    assert ended(answers) > 2 * ended(others) > 0


def test_a_foreign_pattern_is_warned_about(tmp_path: Path) -> None:
    """It comes from the file and runs on our prompts."""
    folder = write_nanochat_checkpoint(tmp_path)
    write_tokenizer(folder / "tokenizer" / "tokenizer.pkl", pat_str=r"\S+|\s+")

    warnings = load_checkpoint(folder).warnings

    assert len(warnings) == 1
    assert "splits text by a pattern that is not nanochat's" in warnings[0]


def test_a_pattern_that_never_ends_gives_up_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The library gives up backtracking after a while, in its own rude way."""
    tokenizer = NanochatTokenizer(
        write_tokenizer(tmp_path / "tokenizer.pkl", pat_str=r"(a|a|aa)+(?=b)$"), VOCAB_SIZE
    )

    with pytest.raises(CheckpointError, match=r"tokenizer.pkl: cannot encode 'aaaa"):
        tokenizer.encode("a" * 5000)
    capfd.readouterr()
