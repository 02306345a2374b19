"""``tokenizer.pkl`` of nanochat: read without running anything from it, checked by hand, and used through tiktoken.

The file is a pickle of one ``tiktoken.Encoding``, and a pickle can call whatever it likes when it is loaded. Here its
operations are looked at first: only those that build an object's state from texts, bytes and numbers may occur. Then it is
read with a class of ours in place of tiktoken's, whose own state can be a name that it fetches from the internet.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NoReturn

from ferrobench.errors import CheckpointError, MissingExtraError
from ferrobench.models.scoring import EncodedText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BOS = "<|bos|>"
USER_START, USER_END = "<|user_start|>", "<|user_end|>"
ASSISTANT_START, ASSISTANT_END = "<|assistant_start|>", "<|assistant_end|>"

MOST_BYTES = 64 * 2**20
"""A tokenizer of 65,536 tokens has about one million."""
KNOWN_PATTERN = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
_STATE: dict[str, type] = {"name": str, "pat_str": str, "mergeable_ranks": dict, "special_tokens": dict}
_GLOBAL = "tiktoken.core.Encoding"
# What pickle writes for such an object, protocols 4 and 5. None of these calls anything but the one class.
_OPERATIONS = frozenset(
    {
        "PROTO", "FRAME", "STOP", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET", "STACK_GLOBAL", "EMPTY_TUPLE", "NEWOBJ",
        "BUILD", "EMPTY_DICT", "SETITEM", "SETITEMS", "SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES", "BINBYTES",
        "BININT", "BININT1", "BININT2",
    }
)  # fmt: skip


class NanochatTokenizer:
    """A tokenizer that belongs to a model of *vocab_size* ids.

    Raises:
        CheckpointError: If the file is no tokenizer of nanochat, asks for more than one needs, or has another size.
        MissingExtraError: If the ``tiktoken`` library is not installed.
    """

    undefined_ids: tuple[int, ...] = ()
    """The model has no ids that the tokenizer does not define."""

    def __init__(self, path: Path, vocab_size: int) -> None:
        try:
            import tiktoken
        except ImportError as error:
            raise MissingExtraError("tiktoken is not installed: pip install 'ferrobench[torch]'") from error
        state = read_state(path)
        check_state(path, state, vocab_size)
        try:
            self._encoding = tiktoken.Encoding(**state)
        except Exception as error:  # the library raises whatever its parts do
            raise CheckpointError(f"{path}: tiktoken does not take it: {_words(error)}") from error
        self.path = path
        self._ordinary: dict[bytes, int] = state["mergeable_ranks"]
        self._special: dict[str, int] = state["special_tokens"]
        self.end_ids = frozenset(self._special.values())
        """A text ends at any special token: none belongs into code."""
        self.warnings: tuple[str, ...] = ()
        if state["pat_str"] != KNOWN_PATTERN:
            self.warnings = (
                f"{path}: splits text by a pattern that is not nanochat's; it comes from the file, and prompts may be "
                "encoded otherwise than in training, or very slowly",
            )

    def token_id(self, token: str) -> int | None:
        """Return the id of a token given by its text, or None."""
        found = self._special.get(token)
        return self._ordinary.get(token.encode(errors="replace")) if found is None else found

    def has_special(self, token: str) -> bool:
        """Whether there is such a special token."""
        return token in self._special

    def special_id(self, token: str) -> int:
        """Return the id of a special token that is known to be there."""
        return self._special[token]

    def encode(self, text: str) -> list[int]:
        """Encode as ordinary text: names of special tokens in it are not recognised."""
        try:
            return self._encoding.encode_ordinary(text)
        except BaseException as error:
            # What the library's Rust part does when the file's pattern backtracks too long is not even an Exception.
            if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
                raise
            raise CheckpointError(f"{self.path}: cannot encode {text[:40]!r}: {_words(error)}") from error

    def encode_ordinary(self, text: str) -> EncodedText:
        """As :meth:`encode`, and say where in the text each token is. Nothing is ever lost: tokens are bytes."""
        ids = self.encode(text)
        ends = list(accumulate(map(len, self._encoding.decode_tokens_bytes(ids))))
        return EncodedText(ids=ids, starts=[0, *ends[:-1]], num_bytes=ends[-1] if ends else 0, restores=True)

    def decode(self, ids: Sequence[int]) -> str:
        """Decode a whole sequence, special tokens skipped. Broken UTF-8 shows as U+FFFD."""
        return self._encoding.decode([i for i in ids if i not in self.end_ids])

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        """Decode what follows the prompt, which does not depend on it: tokens are bytes."""
        return self.decode(new_ids)

    @property
    def keeps_newlines(self) -> bool:
        """Whether a line break survives encoding and decoding."""
        return self.decode(self.encode("a\nb")) == "a\nb"


def read_state(path: Path) -> Any:
    """Read the state of the one object in a tokenizer's pickle. Nothing from the file is called or imported.

    Raises:
        CheckpointError: Naming what the file asks for.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise CheckpointError(f"{path}: {size} bytes; expected a tokenizer, of at most {MOST_BYTES}")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such tokenizer file") from error
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        _check_operations(path, content)
        return _unpickle(path, content)
    except CheckpointError:
        raise
    except (Exception, MemoryError) as error:  # a damaged pickle can make the reader stumble anywhere
        raise CheckpointError(f"{path}: not a pickle of a tokenizer: {_words(error)}") from error


def check_state(path: Path, state: Any, vocab_size: int) -> None:
    """Check by hand all that a tokenizer of nanochat is; see the module's text for why.

    Raises:
        CheckpointError: Naming what was found and what was expected.
    """

    def fault(message: str) -> NoReturn:
        raise CheckpointError(f"{path}: {message}")

    if type(state) is not dict:
        fault(f"expected the state of an Encoding as a dict, found {type(state).__name__}")
    if set(state) != set(_STATE):
        fault(f"expected an Encoding with {', '.join(_STATE)}; found {', '.join(map(str, state))[:120]}")
    for key, kind in _STATE.items():
        if type(state[key]) is not kind:
            fault(f"{key}: expected {kind.__name__}, found {type(state[key]).__name__}")
    ranks, special = state["mergeable_ranks"], state["special_tokens"]
    if not all(type(token) is bytes and token and type(rank) is int for token, rank in ranks.items()):
        fault("mergeable_ranks: expected bytes with their ranks, and found something else")
    if not all(type(token) is str and type(number) is int for token, number in special.items()):
        fault("special_tokens: expected texts with their ids, and found something else")
    if sorted(ranks.values()) != list(range(len(ranks))):
        fault(f"mergeable_ranks: expected the ranks 0 to {len(ranks) - 1}, each once")
    absent = [byte for byte in range(256) if bytes([byte]) not in ranks]
    if absent:
        fault(f"mergeable_ranks: {len(absent)} of the 256 single bytes are missing, such as {absent[0]:#04x}")
    if BOS not in special:
        fault(f"special_tokens: {BOS} is missing")
    size = len(ranks) + len(special)
    if size != vocab_size:
        fault(
            f"has {size} tokens, but model_config.vocab_size is {vocab_size}; this tokenizer belongs to another model"
        )
    if sorted(special.values()) != list(range(len(ranks), size)):
        fault(f"special_tokens: expected the ids {len(ranks)} to {size - 1}, each once")


def _check_operations(path: Path, content: bytes) -> None:
    """Refuse any operation that such a file does not need, by the name of what it would have called if that is plain."""
    texts: list[str] = []
    for operation, argument, _ in pickletools.genops(content):
        if operation.name in ("GLOBAL", "INST"):
            _refuse(path, str(argument).replace(" ", "."))
        if operation.name == "STACK_GLOBAL" and texts[-2:] != ["tiktoken.core", "Encoding"]:
            _refuse(path, ".".join(texts[-2:]))
        if operation.name not in _OPERATIONS:
            raise CheckpointError(
                f"{path}: refused: the pickle uses {operation.name}, which no tokenizer of nanochat needs; it could run code"
            )
        if isinstance(argument, str):
            texts.append(argument)


def _refuse(path: Path, name: str) -> NoReturn:
    raise CheckpointError(
        f"{path}: refused: the pickle asks for {name[:100]!r}; a tokenizer of nanochat asks for {_GLOBAL} and nothing else"
    )


def _unpickle(path: Path, content: bytes) -> Any:
    class Encoding:
        """Keeps the state. Made anew for each file, so that nothing a file does to it stays."""

        state: Any = None

        def __setstate__(self, state: Any) -> None:
            self.state = state

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            if (module, name) != ("tiktoken.core", "Encoding"):
                _refuse(path, f"{module}.{name}")
            return Encoding

        def persistent_load(self, pid: Any) -> NoReturn:
            _refuse(path, f"persistent object {pid}")

    found = Unpickler(io.BytesIO(content)).load()
    if not isinstance(found, Encoding):
        raise CheckpointError(f"{path}: expected a pickled tiktoken Encoding, found {type(found).__name__}")
    return found.state


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
