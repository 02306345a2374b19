"""What a given text costs a model: windows, bytes, and equality with the plain way of computing it."""

from __future__ import annotations

import hashlib
import sys
from math import fsum, inf, log, nan
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, normalizers
from transformers import ByT5Tokenizer

from ferrobench.errors import CheckpointError, DeviceError, InputError, UsageError
from ferrobench.models import (
    ModelRequest,
    ScoresText,
    demo_checkpoint,
    load_checkpoint,
    load_held_out,
    open_model,
)
from ferrobench.models.engine import likelihood
from ferrobench.models.scoring import (
    MOST_CONTEXT,
    EncodedText,
    Window,
    plan_windows,
    score_windows,
    scoring_context,
    starts_in_bytes,
)
from tests.support.checkpoints import write_checkpoint
from tests.support.hugging_face import BOS, CONTEXT, random_gpt2, random_llama, write_model
from tests.support.nanochat import VOCAB_SIZE, write_nanochat_checkpoint
from training.corpus import generate_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ferrobench.models import TextScore

# With characters of one to four bytes, and names of special tokens, which are ordinary text here.
SHORT = "// é € 𝄞 <eos><|bos|>\nfn f() { 1 }"
LONG = "".join(f"fn f{n}(x: u8) -> u8 {{ x / {n} }} // é\n" for n in range(9))


def test_windows_overlap_by_half_and_count_each_token_once() -> None:
    """Worked by hand: four given tokens and one more that is expected; later windows count two."""
    assert plan_windows(10, 4, 0) == (
        Window(first=0, counted=1, end=5),
        Window(first=2, counted=5, end=7),
        Window(first=4, counted=7, end=9),
        Window(first=5, counted=9, end=10),
    )


def test_what_stands_before_windows_takes_a_place_in_each_and_gives_the_first_token_a_meaning() -> None:
    """Worked by hand: a prefix and three given tokens, and one more."""
    assert plan_windows(7, 4, 1) == (
        Window(first=0, counted=0, end=4),
        Window(first=2, counted=4, end=6),
        Window(first=3, counted=6, end=7),
    )


@pytest.mark.parametrize(
    ("tokens", "prefix", "windows"), [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 1), (2, 0, 1)]
)
def test_texts_of_hardly_any_tokens_have_hardly_any_windows(tokens: int, prefix: int, windows: int) -> None:
    """None where no token follows from anything."""
    assert len(plan_windows(tokens, 8, prefix)) == windows


@pytest.mark.parametrize("context", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("prefix", [0, 1])
def test_tokens_have_half_a_context_before_them_or_all_of_the_text(context: int, prefix: int) -> None:
    """And no window is longer than the context and the token that it leads to."""
    for tokens in range(2, 150):
        windows = plan_windows(tokens, context, prefix)

        counted = [token for window in windows for token in range(window.counted, window.end)]
        assert counted == list(range(1 - prefix, tokens))
        for window in windows:
            assert prefix + window.end - 1 - window.first <= context
            assert window.first == 0 or window.counted - window.first >= (context - prefix + 1) // 2


def test_long_contexts_are_not_used_up() -> None:
    """Memory grows with them."""
    assert scoring_context(None) == scoring_context(10**6) == MOST_CONTEXT
    assert scoring_context(96) == 96


def test_places_are_counted_in_bytes() -> None:
    """Of characters of one, two, three and four bytes."""
    assert starts_in_bytes("aé€𝄞b", [0, 1, 2, 2, 3, 4]) == [0, 1, 3, 3, 6, 10]
    assert starts_in_bytes("abc", [0, 2]) == [0, 2]


def fake(text: str, cost: float) -> TextScore:
    """The score of a text of single bytes, each of which costs the same."""
    encoded = EncodedText(
        ids=list(text.encode()), starts=range(len(text)), num_bytes=len(text), restores=True
    )
    return score_windows(
        encoded,
        lambda sequences: [[cost] * (len(ids) - 1) for ids in sequences],
        prefix=(),
        context_length=4,
        rows=3,
    )


def test_windows_add_up_to_the_text() -> None:
    """All of it but its first token, which follows from nothing."""
    score = fake("0123456789", 0.5)

    assert [(one.nats, one.tokens, one.bytes) for one in score.windows] == [
        (2.0, 4, 4),
        (1.0, 2, 2),
        (1.0, 2, 2),
        (0.5, 1, 1),
    ]
    assert score.context_length == 4


@pytest.mark.parametrize("cost", [inf, nan])
def test_what_is_no_probability_is_refused(cost: float) -> None:
    """The sum would say nothing."""
    with pytest.raises(CheckpointError, match="computes no finite probability"):
        fake("0123456789", cost)


def test_costs_are_cross_entropies_however_small_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against torch's own, with a cap."""
    torch.manual_seed(0)
    scores, targets = torch.randn(3, 11, 17), torch.randint(17, (3, 11))
    expected = torch.nn.functional.cross_entropy(
        (30 * torch.tanh(scores)).transpose(1, 2), targets, reduction="none"
    )

    whole = likelihood.token_costs(scores, targets, lambda part: 30 * torch.tanh(part))
    monkeypatch.setattr(likelihood, "_PIECE_BYTES", 1)
    pieces = likelihood.token_costs(scores, targets, lambda part: 30 * torch.tanh(part))

    assert np.allclose(whole, expected, atol=1e-5)
    assert np.allclose(pieces, whole, atol=1e-5)


def test_batches_keep_to_their_memory() -> None:
    """Many short sequences of a small vocabulary at once, long ones of a large vocabulary alone."""
    assert likelihood.suitable_sequences(512, 1024, 6144) == 16
    assert likelihood.suitable_sequences(2048, 65536, 0) == 1


def plain_nats(
    logits: Callable[[list[int]], NDArray[np.float32]],
    ids: Sequence[int],
    prefix: Sequence[int],
    context: int,
) -> list[float]:
    """What each token costs that follows from anything, each looked at alone, in float64: the definition in loops."""
    size = context - len(prefix) + 1
    costs = []
    for place in range(0 if prefix else 1, len(ids)):
        if place < size:
            first = 0
        else:
            # The windows after the first count half of a size each; this is where this one ends.
            end = min(size + -(-(place + 1 - size) // (size // 2)) * (size // 2), len(ids))
            first = end - size
        given = [*prefix, *ids[first:place]]
        row = logits(given)[-1].astype(np.float64)
        costs.append(float(np.log(np.exp(row - row.max()).sum()) + row.max() - row[ids[place]]))
    return costs


KINDS: dict[str, dict[str, Any]] = {
    "nanochat-rs": {},
    "nanochat-rs with engrams": {
        "use_engram": True,
        "engram_n_gram_orders": [2, 3],
        "engram_n_heads": 2,
        "engram_table_size": 61,
        "engram_d_mem": 8,
        "engram_conv_kernel": 3,
        "engram_layers": [1],
    },
    "nanochat-rs with wave fields": {
        "use_wave_field": True,
        "wavefield_n_heads": 4,
        "wavefield_field_size": 64,
    },
    "nanochat G0": {"generation": "G0"},
    "nanochat G7": {"generation": "G7"},
}


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "longer than the context"])
@pytest.mark.parametrize("kind", KINDS)
def test_scores_of_our_own_kinds_equal_the_plain_way(kind: str, text: str, tmp_path: Path) -> None:
    """Token by token from logits that are computed for it alone, as generation computes them."""
    if kind.startswith("nanochat-rs"):
        folder = write_checkpoint(tmp_path / "model", **KINDS[kind])
    else:
        folder = write_nanochat_checkpoint(tmp_path / "model", **KINDS[kind])
    model = load_checkpoint(folder)
    assert model.tokenizer is not None
    prefix = [] if kind.startswith("nanochat-rs") else [VOCAB_SIZE - 9]
    ids = model.tokenizer.encode_ordinary(text).ids

    score = model.score_text(text)

    expected = plain_nats(
        lambda given: model.logits([given], causal=True)[0], ids, prefix, model.context_length
    )
    assert score.context_length == model.context_length
    assert sum(window.tokens for window in score.windows) == len(expected)
    assert fsum(window.nats for window in score.windows) == pytest.approx(fsum(expected), rel=1e-5)
    first_bytes = 0 if prefix else 1
    assert sum(window.bytes for window in score.windows) == len(text.encode()) - first_bytes
    assert score.restores
    assert isinstance(model, ScoresText)


@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "longer than the context"])
@pytest.mark.parametrize(("network", "adds_bos"), [("llama", True), ("llama", False), ("gpt2", False)])
def test_scores_of_hugging_face_models_equal_the_plain_way(
    network: str, adds_bos: bool, text: str, tmp_path: Path
) -> None:
    """With and without a token before the text; the one before it stands before every window."""
    made = random_llama() if network == "llama" else random_gpt2()
    folder = write_model(tmp_path / "model", made, adds_bos=adds_bos, chat=True)
    model: Any = open_model(ModelRequest(checkpoint=folder, device="cpu"))
    ids = model._text.encode_ordinary(text).ids

    score = model.score_text(text)

    def logits(given: list[int]) -> NDArray[np.float32]:
        with torch.inference_mode():
            found: NDArray[np.float32] = made.eval()(torch.tensor([given])).logits[0].numpy()
        return found

    expected = plain_nats(logits, ids, [BOS] if adds_bos else [], CONTEXT)
    assert sum(window.tokens for window in score.windows) == len(expected)
    assert fsum(window.nats for window in score.windows) == pytest.approx(fsum(expected), rel=1e-5)
    assert sum(window.bytes for window in score.windows) == len(text.encode()) - (0 if adds_bos else 1)


def test_names_of_special_tokens_are_ordinary_text(tmp_path: Path) -> None:
    """In every tokenizer, and prompts are encoded as before afterwards."""
    folder = write_model(tmp_path / "hf", random_llama(), adds_bos=True)
    hugging_face: Any = open_model(ModelRequest(checkpoint=folder, device="cpu"))
    (write_checkpoint(tmp_path / "rs") / "tokenizer.json").write_bytes(
        (folder / "tokenizer.json").read_bytes()
    )
    rust = load_checkpoint(tmp_path / "rs").tokenizer
    nanochat = load_checkpoint(write_nanochat_checkpoint(tmp_path / "nc")).tokenizer
    assert rust is not None
    assert nanochat is not None
    before = rust.encode("<eos>")

    for tokenizer, name in ((hugging_face._text, "<eos>"), (rust, "<eos>"), (nanochat, "<|bos|>")):
        encoded = tokenizer.encode_ordinary(name)
        assert len(encoded.ids) == len(name)
        assert list(encoded.starts) == list(range(len(name)))
        assert encoded.restores
    assert rust.encode("<eos>") == before == [257]
    assert hugging_face._text.encode("<eos>") == [256, 257]


def test_a_tokenizer_that_loses_text_is_known(tmp_path: Path) -> None:
    """Nothing is paid for what it loses."""
    folder = write_checkpoint(tmp_path / "model")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.normalizer = normalizers.Replace("\n", " ")
    tokenizer.save(str(folder / "tokenizer.json"))
    model = load_checkpoint(folder)

    assert model.score_text("fn f() {}").restores
    assert not model.score_text("fn f() {\n}").restores


def test_a_tokenizer_that_does_not_know_its_places_is_refused(tmp_path: Path) -> None:
    """Bytes could not be counted."""
    folder = write_model(tmp_path / "model", random_llama(vocab_size=400))
    (folder / "tokenizer.json").unlink()
    ByT5Tokenizer().save_pretrained(folder)
    model: Any = open_model(ModelRequest(checkpoint=folder, device="cpu"))

    with pytest.raises(UsageError, match="does not tell where in a text its tokens are"):
        model.score_text("fn f() {}")


def test_without_a_tokenizer_texts_are_refused(tmp_path: Path) -> None:
    """As for completions."""
    model = load_checkpoint(write_checkpoint(tmp_path / "model", tokenizer=False))

    with pytest.raises(CheckpointError, match=r"no tokenizer\.json beside or above"):
        model.score_text("fn f() {}")


class Engine:
    """Stands for ``vllm.LLM``: says of each given token what a test chose."""

    def __init__(self, **_: Any) -> None:
        self.llm_engine = SimpleNamespace(
            model_config=SimpleNamespace(max_model_len=10, dtype="torch.float32")
        )
        self.lengths: list[int] = []

    def generate(self, prompts: Any, sampling_params: Any, *, use_tqdm: bool) -> list[Any]:
        """Log-probabilities of the tokens given, none for the first."""
        assert not use_tqdm
        outputs = []
        for prompt, parameters in zip(prompts, sampling_params, strict=True):
            ids = prompt["prompt_token_ids"]
            assert (parameters.max_tokens, parameters.prompt_logprobs) == (1, 0)
            if ids[0] != BOS:
                raise RuntimeError("unexpected beginning\nmore words")
            self.lengths.append(len(ids))
            said = [None, *({token: SimpleNamespace(logprob=-token / 100)} for token in ids[1:])]
            outputs.append(SimpleNamespace(prompt_logprobs=said))
        return outputs


def vllm_model(folder: Path, monkeypatch: pytest.MonkeyPatch, **tokenizer: Any) -> Any:
    """A model in the stand-in."""
    module: Any = ModuleType("vllm")
    module.LLM, module.SamplingParams, module.__version__ = Engine, SimpleNamespace, "0.0"
    monkeypatch.setitem(sys.modules, "vllm", module)
    return open_model(ModelRequest(model=f"vllm:{write_model(folder, **tokenizer)}"))


def test_vllm_is_asked_for_the_tokens_of_its_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine draws one token at least, so a window and that one fit its context."""
    model = vllm_model(tmp_path / "model", monkeypatch, adds_bos=True)
    text = "fn_f_of_u8"

    score = model.score_text(text)

    ids = [ord(letter) - 33 for letter in text]
    assert fsum(window.nats for window in score.windows) == pytest.approx(sum(ids) / 100)
    assert sum(window.bytes for window in score.windows) == len(text)
    assert model._engine.lengths == [9, 9]
    assert score.context_length == 8


def test_what_vllm_raises_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises what its parts do."""
    model = vllm_model(tmp_path / "model", monkeypatch)

    with pytest.raises(DeviceError, match=r"vLLM's engine fails: unexpected beginning$"):
        model.score_text("fn_f_of_u8")


def test_the_demo_model_gets_better_with_its_steps() -> None:
    """On a text of its kind that none of them has learned from."""
    text = "\n".join(generate_documents(seed=77, count=12))

    found = []
    for step in (125, 500, 2500):
        windows = load_checkpoint(demo_checkpoint(step)).score_text(text).windows
        found.append(
            fsum(window.nats for window in windows) / log(2) / sum(window.bytes for window in windows)
        )

    assert found[0] > 1.1 * found[1] > 1.2 * found[2]
    assert 0.2 < found[2] < found[0] < 1.5


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "--bpb text.rs: cannot be read: No such file or directory"),
        (b"", "--bpb text.rs: is empty; expected a file of Rust text"),
        (b"fn f() {}\xff", "--bpb text.rs: is not UTF-8: byte 0xff at 9; expected a file of Rust text"),
    ],
)
def test_files_that_are_no_text_are_refused(
    content: bytes | None, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that names the flag and the file."""
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("text.rs").write_bytes(content)

    with pytest.raises(InputError) as raised:
        load_held_out(Path("text.rs"), "--bpb")

    assert str(raised.value) == complaint


def test_a_text_is_read_as_it_stands(tmp_path: Path) -> None:
    """No line end is changed, and a byte order mark is text."""
    (tmp_path / "text.rs").write_bytes("\ufeffa\r\né".encode())

    text = load_held_out(tmp_path / "text.rs", "--bpb")

    assert (text.name, text.text, text.num_bytes) == ("text.rs", "\ufeffa\r\né", 8)
    assert text.sha256 == hashlib.sha256((tmp_path / "text.rs").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["folder", "nul\0name"])
def test_paths_that_name_no_file_are_refused(name: str, tmp_path: Path) -> None:
    """A folder, and what no file can be called."""
    (tmp_path / "folder").mkdir()

    with pytest.raises(InputError, match=r"--bpb .*: cannot be read"):
        load_held_out(tmp_path / name, "--bpb")
