"""Text to token ids and back: what decoding needs of a tokenizer, and a Hugging Face ``tokenizer.json`` as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ferrobench.errors import CheckpointError, MissingExtraError
from ferrobench.models.scoring import EncodedText, starts_in_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import tokenizers

# Looked up in this order; a model whose tokenizer has neither never ends its text by itself.
END_OF_TEXT_TOKENS = ("<|endoftext|>", "<eos>")

LOST_NEWLINES = (
    "the tokenizer loses line breaks: what it decodes is one long line, so code after `//` is gone and the rates "
    "below measure the tokenizer as much as the model"
)


def completion_text(
    decode: Callable[[Sequence[int]], str], prompt_ids: Sequence[int], new_ids: Sequence[int]
) -> str:
    """Decode what follows the prompt.

    Both are decoded together, because a decoder may treat the start of a text in its own way.
    """
    prompt = decode(prompt_ids)
    whole = decode([*prompt_ids, *new_ids])
    return whole[len(prompt) :] if whole.startswith(prompt) else decode(new_ids)


class TokenTexts(Protocol):
    """What decoding needs of a tokenizer."""

    @property
    def undefined_ids(self) -> tuple[int, ...]:
        """Ids of the model that this tokenizer does not define; they are never drawn."""

    def decode(self, ids: Sequence[int]) -> str:
        """Decode a whole sequence, special tokens skipped. Broken UTF-8 shows as U+FFFD."""

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        """Decode what follows the prompt."""


class Tokenizer(TokenTexts, Protocol):
    """What a local model needs of one."""

    @property
    def path(self) -> Path:
        """The file it was read from."""

    @property
    def end_ids(self) -> frozenset[int]:
        """Ids that end a text."""

    def token_id(self, token: str) -> int | None:
        """Return the id of a token given by its text, or None."""

    def encode(self, text: str) -> list[int]:
        """Encode without adding special tokens."""

    def encode_ordinary(self, text: str) -> EncodedText:
        """Encode a text in which names of special tokens mean nothing, and say where in it each token is."""

    @property
    def keeps_newlines(self) -> bool:
        """Whether a line break survives encoding and decoding."""


class TextTokenizer:
    """A tokenizer that belongs to a model of *vocab_size* ids.

    Raises:
        CheckpointError: If the file is no tokenizer, or has ids that the model does not know.
        MissingExtraError: If the ``tokenizers`` library is not installed.
    """

    def __init__(self, path: Path, vocab_size: int) -> None:
        try:
            import tokenizers
        except ImportError as error:
            raise MissingExtraError("tokenizers is not installed: pip install 'ferrobench[torch]'") from error
        if not path.is_file():
            raise CheckpointError(f"{path}: no such tokenizer file")
        try:
            self._tokenizer: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception for every fault
            raise CheckpointError(f"{path}: not a tokenizer.json: {error}") from error
        # Both may be stored in the file, and would cut or stretch prompts.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.path = path
        vocabulary = self._tokenizer.get_vocab(with_added_tokens=True)
        highest = max(vocabulary.values(), default=-1)
        if highest >= vocab_size:
            raise CheckpointError(
                f"{path}: has token id {highest}, but the model's vocabulary ends at {vocab_size - 1} "
                "(config.vocab_size); this tokenizer belongs to another model"
            )
        known = set(vocabulary.values())
        self.undefined_ids: tuple[int, ...] = tuple(i for i in range(vocab_size) if i not in known)
        """Ids of the model that this tokenizer does not define; they are never drawn."""
        self.end_ids: frozenset[int] = frozenset(
            [vocabulary[name] for name in END_OF_TEXT_TOKENS if name in vocabulary][:1]
        )
        """Of the end of a text; empty where the tokenizer has no such token."""

    def token_id(self, token: str) -> int | None:
        """Return the id of a token given by its text, or None."""
        found: int | None = self._tokenizer.token_to_id(token)
        return found

    def encode(self, text: str) -> list[int]:
        """Encode without adding special tokens."""
        try:
            ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        except Exception as error:  # the library raises bare Exception for every fault
            raise CheckpointError(f"{self.path}: cannot encode {text[:40]!r}: {error}") from error
        return ids

    def encode_ordinary(self, text: str) -> EncodedText:
        """Encode a text in which names of special tokens mean nothing, and say where in it each token is."""
        self._tokenizer.encode_special_tokens = True
        try:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
        except Exception as error:  # the library raises bare Exception for every fault
            raise CheckpointError(f"{self.path}: cannot encode {text[:40]!r}: {error}") from error
        finally:
            self._tokenizer.encode_special_tokens = False
        return EncodedText(
            ids=encoding.ids,
            starts=starts_in_bytes(text, [start for start, _ in encoding.offsets]),
            num_bytes=len(text.encode()),
            restores=self.decode(encoding.ids) == text,
        )

    def decode(self, ids: Sequence[int]) -> str:
        """Decode a whole sequence, special tokens skipped. Broken UTF-8 shows as U+FFFD."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        """Decode what follows the prompt."""
        return completion_text(self.decode, prompt_ids, new_ids)

    @property
    def keeps_newlines(self) -> bool:
        """Whether a line break survives encoding and decoding."""
        return self.decode(self.encode("a\nb")) == "a\nb"
