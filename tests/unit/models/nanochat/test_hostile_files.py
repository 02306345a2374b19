"""Files made to run something run nothing, and are refused in one line. Each would touch a file if it could."""

from __future__ import annotations

import copyreg
import os
import pickle
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import torch

from ferrobench.errors import CheckpointError
from ferrobench.models import load_checkpoint
from ferrobench.models.nanochat.tokenizer import NanochatTokenizer
from tests.support.nanochat import (
    VOCAB_SIZE,
    config_of,
    random_weights,
    tokenizer_state,
    write_nanochat_checkpoint,
    write_state,
    write_tokenizer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = b"\x80\x04"
MODULE = os.name.encode()  # `os.system` is `posix.system`
ENCODING = b"\x8c\x0dtiktoken.core\x8c\x08Encoding\x93"
EXTENSION = 0xF7


def text(content: str) -> bytes:
    """The operation that pushes a text."""
    encoded = content.encode()
    return b"X" + len(encoded).to_bytes(4, "little") + encoded


def pickles(command: str) -> dict[str, tuple[bytes, str]]:
    """Pickles that run *command* where pickle itself loads them, and a word of the refusal of each."""
    word, ready = text(command), HEAD + ENCODING + b")\x81"
    code = text(f"__import__('os').system({command!r})")
    system = text("posix") + text("system") + b"\x93"
    call = system + word + b"\x85R"
    return {
        "STACK_GLOBAL and REDUCE": (HEAD + call + b".", "'posix.system'"),
        "GLOBAL and REDUCE": (b"cposix\nsystem\n" + word + b"\x85R.", "'posix.system'"),
        "INST": (b"(" + word + b"iposix\nsystem\n.", "'posix.system'"),
        "OBJ": (b"(cposix\nsystem\n" + word + b"o.", "'posix.system'"),
        "eval": (HEAD + text("builtins") + text("eval") + b"\x93" + code + b"\x85R.", "'builtins.eval'"),
        "a dotted name": (
            HEAD + text("tiktoken.core") + text("Encoding.__init__") + b"\x93" + word + b"\x85R.",
            "'tiktoken.core.Encoding.__init__'",
        ),
        "names from the memo": (
            HEAD
            + text("posix")
            + b"\x940"
            + text("system")
            + b"\x940"
            + ENCODING
            + b"0h\x00h\x01\x93"
            + word
            + b"\x85R.",
            "POP",
        ),
        "names from the memo, hidden": (
            # The texts before STACK_GLOBAL look harmless; what it takes is not them.
            HEAD
            + (text("posix") + b"\x94" + text("system") + b"\x94")
            + (text("tiktoken.core") + text("Encoding") + b"h\x00h\x01\x93)\x81."),
            "'posix.system'",
        ),
        "behind the Encoding": (ready + b"}" + text("name") + call + b"sb.", "'posix.system'"),
        "in its state": (ready + b"(" + call + b"}tb.", "'posix.system'"),
        "a registered extension": (HEAD + bytes([0x82, EXTENSION]) + word + b"\x85R.", "EXT1"),
        "a registered extension, two bytes": (HEAD + bytes([0x83, EXTENSION, 0]) + word + b"\x85R.", "EXT2"),
        "NEWOBJ_EX": (HEAD + ENCODING + b")}\x92.", "NEWOBJ_EX"),
        "calling the one class": (HEAD + ENCODING + b")R.", "REDUCE"),
        "a persistent object": (HEAD + word + b"Q.", "BINPERSID"),
        "a memo without end": (HEAD + b"}r\xff\xff\xff\x7f.", "LONG_BINPUT"),
        "a number without end": (HEAD + b"\x8b\xff\xff\xff\x7f.", "not a pickle"),
        "a state for the class itself": (
            HEAD + ENCODING + b"}" + text("state") + text("x") + b"sb.",
            "TypeError",
        ),
        "a state for a dict": (HEAD + b"}}b.", "not a pickle"),
        "no Encoding at all": (HEAD + b"}.", "expected a pickled tiktoken Encoding, found dict"),
        "the class and no object": (
            HEAD + ENCODING + b".",
            "expected a pickled tiktoken Encoding, found type",
        ),
        "no state": (ready + b".", "expected the state of an Encoding as a dict, found NoneType"),
        "a state that is a name": (ready + text("cl100k_base") + b"b.", "as a dict, found str"),
        "a state of two parts": (
            ready + b"}" + text("a") + text("b") + b"sb.",
            "expected an Encoding with name",
        ),
        "nothing on the stack": (HEAD + b".", "not a pickle"),
    }


NAMES = list(pickles(""))


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """What is there only if something ran."""
    return tmp_path / "canary"


@pytest.fixture
def _extension() -> Any:
    """An extension code that some program has registered, and used."""
    copyreg.add_extension("posix", "system", EXTENSION)  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(os.system, protocol=4)) is os.system
    yield
    copyreg.remove_extension("posix", "system", EXTENSION)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("_extension")
def test_a_tokenizer_that_would_run_something_is_refused(name: str, tmp_path: Path, canary: Path) -> None:
    """It names what the file asks for where the file says it plainly, else the operation."""
    content, complaint = pickles(f"touch {canary}")[name]
    path = tmp_path / "tokenizer.pkl"
    path.write_bytes(content)

    with pytest.raises(CheckpointError) as caught:
        NanochatTokenizer(path, VOCAB_SIZE)

    assert not canary.exists()
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    # What the file did to our class is gone.
    assert NanochatTokenizer(write_tokenizer(tmp_path / "good.pkl"), VOCAB_SIZE).token_id("<|bos|>") == 261


@pytest.mark.parametrize(
    "name", ["STACK_GLOBAL and REDUCE", "GLOBAL and REDUCE", "INST", "OBJ", "eval", "names from the memo"]
)
def test_the_same_files_do_run_something_elsewhere(name: str, canary: Path) -> None:
    """Else the test above would prove nothing."""
    pickle.loads(pickles(f"touch {canary}")[name][0])

    assert canary.exists()


def test_an_encoding_in_an_encoding_is_refused(tmp_path: Path) -> None:
    """Everything inside of the state is looked at by hand."""
    state = tokenizer_state()
    path = write_state(tmp_path / "tokenizer.pkl", {**state, "special_tokens": state})

    with pytest.raises(CheckpointError, match="special_tokens: expected texts with their ids"):
        NanochatTokenizer(path, VOCAB_SIZE)


class Runs:
    """Pickles to a call of ``os.system``."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


def saved(path: Path, canary: Path) -> None:
    """A call in place of a tensor."""
    weights: dict[str, Any] = random_weights("G7", config_of("G7"))
    torch.save({**weights, "x0_lambdas": Runs(f"touch {canary}")}, path)


def handmade(path: Path, canary: Path) -> None:
    """An archive whose pickle is nothing but a call."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", pickles(f"touch {canary}")["GLOBAL and REDUCE"][0])
        archive.writestr("model/version", "3\n")
        archive.writestr("model/byteorder", "little")


def old_format(path: Path, canary: Path) -> None:
    """A file as torch wrote them before 2020."""
    torch.save({"x": Runs(f"touch {canary}")}, path, _use_new_zipfile_serialization=False)


def bare_pickle(path: Path, canary: Path) -> None:
    """No file of torch's at all."""
    path.write_bytes(pickles(f"touch {canary}")["STACK_GLOBAL and REDUCE"][0])


def whole_module(path: Path, canary: Path) -> None:
    """An object of a class that torch would import."""
    torch.save(torch.nn.Linear(2, 2), path)


def script(path: Path, canary: Path) -> None:
    """Code for torch's own interpreter."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", b"\x80\x02}.")
        archive.writestr("model/constants.pkl", b"\x80\x02).")
        archive.writestr("model/version", "3\n")
        archive.writestr("model/code/__torch__.py", "import os")


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (
            saved,
            "not a file of weights: it asks for posix.system; refused, for loading it otherwise could run code",
        ),
        (
            handmade,
            "not a file of weights: it asks for posix.system; refused, for loading it otherwise could run code",
        ),
        (old_format, "not a file of torch.save, which are zip archives"),
        (bare_pickle, "not a file of torch.save, which are zip archives"),
        (whole_module, "not a file of weights: it asks for torch.nn.modules.linear.Linear; refused"),
        (script, "damaged file"),
    ],
)
def test_weights_that_would_run_something_are_refused(
    make: Callable[[Path, Path], None], complaint: str, tmp_path: Path, canary: Path
) -> None:
    """The line says that they will not be loaded in any other way."""
    folder = write_nanochat_checkpoint(tmp_path / "d3")
    make(folder / "model_000010.pt", canary)

    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(folder)

    assert not canary.exists()
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_optimizer_states_are_never_opened(tmp_path: Path, canary: Path) -> None:
    """Nor is anything else that inference has no use for."""
    folder = write_nanochat_checkpoint(tmp_path / "d3")
    for name in ("optim_000010_rank0.pt", "optim_000010.pt", "tokenizer/token_bytes.pt"):
        saved(folder / name, canary)

    load_checkpoint(folder)

    assert not canary.exists()
