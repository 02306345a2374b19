"""Opening Hugging Face models: what is found, what it is given, and one clear line for what cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PromptTuningConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForMaskedLM, LlamaConfig, LlamaModel

from ferrobench.errors import CheckpointError, DeviceError, HarnessError, UsageError
from ferrobench.models import CompletionRequest, ModelRequest, SamplingSettings, find_checkpoint, open_model
from ferrobench.models.prompt_style import chat_messages
from ferrobench.models.tokenizer import LOST_NEWLINES
from tests.support.hugging_face import (
    CONTEXT,
    FIM_TOKENS,
    VOCABULARY,
    random_llama,
    write_model,
    write_tokenizer,
)

# The two libraries warn of each other's changes.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

PROMPT = "fn f() {"


def open_folder(folder: Path, **request: Any) -> Any:
    """Open the model in a folder."""
    return open_model(ModelRequest(checkpoint=folder, device="cpu", **request))


def greedy(model: Any) -> str:
    """What a model goes on with."""
    settings = SamplingSettings(temperature=0.0, max_tokens=12)
    request = CompletionRequest(key=0, prompt=PROMPT, seed=0)
    return next(iter(model.complete([request], settings, batch_size=None)))[1].text


def test_a_folder_tells_what_it_is(tmp_path: Path) -> None:
    """Its kind, sizes, arithmetic and versions, and that samples repeat in the same batches only."""
    folder = write_model(tmp_path / "model")

    info = open_folder(folder, threads=1).info

    assert (info.kind, info.repeatable, info.prompt_style) == ("hugging-face", "batches", "completion")
    assert (info.context_length, info.vocab_size) == (CONTEXT, VOCABULARY)
    assert info.parameters == sum(
        tensor.numel() for tensor in load_file(folder / "model.safetensors").values()
    )
    assert (info.device, info.dtype, info.threads) == ("cpu", "float32", 1)
    assert info.libraries["torch"] == torch.__version__
    assert info.details["architecture"] == "LlamaForCausalLM"


def test_a_folder_opens_by_both_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--model hf: takes a folder too, and says the same of it."""
    write_model(tmp_path / "model")
    monkeypatch.chdir(tmp_path)

    by_path, by_name = open_folder(Path("model")), open_model(ModelRequest(model="hf:model", device="cpu"))

    assert by_path.identity == by_name.identity
    assert by_path.label == by_name.label == "model"


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json", "model.safetensors"])
def test_the_identity_follows_the_files(name: str, tmp_path: Path) -> None:
    """Another configuration, tokenizer or size of the weights is another state."""
    folder = write_model(tmp_path / "model")
    model = open_folder(folder)
    before = model.identity
    assert open_folder(folder).identity == before

    with (folder / name).open("ab") as file:
        file.write(b"\n")

    assert model.identity["checkpoint"] == before["checkpoint"]
    assert model.identity["checkpoint_fingerprint"] != before["checkpoint_fingerprint"]


def test_the_newest_step_of_a_trainer_is_taken_by_number(tmp_path: Path) -> None:
    """Half-written ones are passed over."""
    for step in (900, 1000):
        write_model(tmp_path / f"checkpoint-{step}")
    (tmp_path / "checkpoint-2000").mkdir()
    (tmp_path / "checkpoint-2000" / "config.json").write_text("{}")

    assert find_checkpoint(tmp_path).folder.name == "checkpoint-1000"
    assert open_folder(tmp_path).info.step == 1000
    assert find_checkpoint(tmp_path, 900).folder.name == "checkpoint-900"


def test_a_step_is_for_folders_of_steps(tmp_path: Path) -> None:
    """What --model names is one model."""
    with pytest.raises(UsageError, match="--step: a model that --model names has no use for it"):
        open_model(ModelRequest(model=f"hf:{tmp_path}", step=900))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_arithmetic_can_be_chosen(dtype: str, tmp_path: Path) -> None:
    """And works on a CPU."""
    model = open_folder(write_model(tmp_path / "model"), dtype=dtype)

    assert model.info.dtype == dtype
    assert greedy(model)


def test_the_chat_template_decides_the_style(tmp_path: Path) -> None:
    """With one, a model is asked in a message; the bare text can be asked for all the same."""
    folder = write_model(tmp_path / "model", chat=True, adds_bos=True)
    content = chat_messages(PROMPT)[0]["content"]

    chat, bare = open_folder(folder), open_folder(folder, prompt_style="completion")

    assert chat.info.prompt_style == "chat"
    assert chat.model_input(PROMPT) == f"<bos>[user]{content}[assistant]"
    assert bare.model_input(PROMPT) == f"<bos>{PROMPT}"
    assert open_folder(write_model(tmp_path / "other")).info.prompt_style == "completion"


@pytest.mark.parametrize("style", ["chat", "completion", "fim"])
def test_what_is_recorded_is_what_the_model_is_given(style: str, tmp_path: Path) -> None:
    """The recorded text, encoded as it stands, is the ids that are evaluated: no token comes twice or is left out."""
    folder = tmp_path / "model"
    random_llama(max_position_embeddings=512).save_pretrained(folder)
    tokenizer = write_tokenizer(folder, special=FIM_TOKENS, chat=True, adds_bos=True)
    model = open_folder(folder, prompt_style=style)
    seen: list[list[int]] = []
    hook = model._network.model.embed_tokens.register_forward_pre_hook(
        lambda _, inputs: seen.append(inputs[0][0].tolist())
    )

    greedy(model)
    hook.remove()

    expected = tokenizer(model.model_input(PROMPT), add_special_tokens=False)["input_ids"]
    assert seen[0] == expected
    assert seen[0].count(256) == 1


def test_what_is_given_for_a_hole(tmp_path: Path) -> None:
    """The prompt, what closes it, and the family's tokens."""
    model = open_folder(write_model(tmp_path / "model", special=FIM_TOKENS), prompt_style="fim")

    assert model.model_input(PROMPT) == "<fim_prefix>fn f() {<fim_suffix>\n}<fim_middle>"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"prompt_style": "chat"}, r"--prompt-style chat: the tokenizer of \S+model has no chat template"),
        (
            {"prompt_style": "fim"},
            r"--prompt-style fim: the tokenizer of \S+model has no tokens .*<fim_prefix>",
        ),
        ({"base_url": "http://localhost"}, "--base-url: a Hugging Face model has no use for it"),
        ({"concurrency": 2}, "--concurrency: a Hugging Face model has no use for it"),
        ({"softcap": 15.0}, "--softcap: a Hugging Face model has no use for it"),
        ({"device": "cuda"}, "no CUDA device here"),
        ({"tokenizer": Path("nowhere")}, "nowhere: no such tokenizer"),
        ({"adapter": Path("nowhere")}, r"--adapter nowhere: no adapter_config\.json here"),
    ],
)
def test_what_a_model_cannot_do_is_refused_in_one_line(
    request_: dict[str, Any], message: str, tmp_path: Path
) -> None:
    """Naming the flag."""
    if "device" in request_ and torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    folder = write_model(tmp_path / "model")

    with pytest.raises((UsageError, CheckpointError, DeviceError), match=message) as caught:
        open_model(ModelRequest(checkpoint=folder, **request_))

    assert "\n" not in str(caught.value)


def test_an_answer_of_a_chat_cannot_end_with_the_prompts_item(tmp_path: Path) -> None:
    """It begins anew."""
    model = open_folder(write_model(tmp_path / "model", chat=True))

    with pytest.raises(UsageError, match="--stop item: the answer of a chat"):
        model.refuse_settings(SamplingSettings(stop="item"), None)


def configure(folder: Path, **keys: Any) -> None:
    """Change a model's configuration."""
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def drop(folder: Path, *names: str) -> None:
    """Remove tensors from a model's weights."""
    weights = load_file(folder / "model.safetensors")
    for name in names:
        del weights[name]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


FAULTS: dict[str, tuple[Any, str]] = {
    "config is no JSON": (
        lambda folder: (folder / "config.json").write_text("{"),
        r"config\.json: not JSON",
    ),
    "config is a list": (
        lambda folder: (folder / "config.json").write_text("[]"),
        r"config\.json: expected a JSON object",
    ),
    "no model_type": (
        lambda folder: (folder / "config.json").write_text("{}"),
        r"config\.json: no model_type",
    ),
    "unknown architecture": (
        lambda folder: configure(folder, model_type="mamba99"),
        r"config\.json: transformers [\d.]+ does not know model_type mamba99$",
    ),
    "code of its own": (
        lambda folder: configure(folder, model_type="mine", auto_map={"AutoConfig": "mine.Config"}),
        "model_type mine, and code that comes with a model is never run",
    ),
    "nanochat fork": (
        lambda folder: configure(folder, model_type="nanochat", n_embd=64, window_pattern="SSSL"),
        "model_type nanochat with n_embd, window_pattern: the format of a nanochat fork",
    ),
    "not a language model": (
        lambda folder: configure(folder, model_type="vit"),
        "model_type vit is no causal language model",
    ),
    "nonsense in config": (lambda folder: configure(folder, hidden_size="wide"), "cannot be loaded"),
    "no weights": (
        lambda folder: (folder / "model.safetensors").unlink(),
        r"no file named model\.safetensors",
    ),
    "torn weights": (
        lambda folder: (folder / "model.safetensors").write_bytes(b"torn"),
        "its weights cannot be loaded",
    ),
    "weights of another size": (lambda folder: configure(folder, hidden_size=64), "cannot be loaded"),
    "weights lack a layer": (
        lambda folder: configure(folder, num_hidden_layers=3),
        r"the weights lack 9 tensors of LlamaForCausalLM: model\.layers\.2\.",
    ),
    "weights lack the head": (
        lambda folder: drop(folder, "lm_head.weight"),
        r"the weights lack 1 tensors of LlamaForCausalLM: lm_head\.weight",
    ),
    "no tokenizer": (
        lambda folder: [path.unlink() for path in folder.glob("tokenizer*")],
        "tokenizer",
    ),
    "tokenizer is no JSON": (
        lambda folder: (folder / "tokenizer.json").write_text("{"),
        "the tokenizer cannot be loaded",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_folder_is_one_line(name: str, tmp_path: Path) -> None:
    """That names the folder or file, and what is wrong with it."""
    folder = write_model(tmp_path / "model")
    break_it, message = FAULTS[name]
    break_it(folder)

    with pytest.raises(CheckpointError, match=message) as caught:
        open_folder(folder)

    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_models_of_other_purposes_are_refused(tmp_path: Path) -> None:
    """One that fills in words, and one without a head."""
    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
    }
    masked = write_model(tmp_path / "masked", BertForMaskedLM(BertConfig(vocab_size=VOCABULARY, **sizes)))
    headless = write_model(tmp_path / "headless", LlamaModel(LlamaConfig(vocab_size=VOCABULARY, **sizes)))

    for folder, found in ((masked, "BertForMaskedLM"), (headless, "LlamaModel")):
        with pytest.raises(CheckpointError, match=f"architectures {found}: no causal language model"):
            open_folder(folder)


def test_tensors_without_a_place_are_told(tmp_path: Path) -> None:
    """What the network leaves out may be what made the model good."""
    folder = write_model(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    save_file(
        {**weights, "model.lambdas": torch.ones(3)}, folder / "model.safetensors", metadata={"format": "pt"}
    )

    assert "model.lambdas" in open_folder(folder).notes[0]


def test_a_tokenizer_can_be_named(tmp_path: Path) -> None:
    """A file, or a folder; one with more ids than the model belongs to another."""
    folder = write_model(tmp_path / "model")
    write_tokenizer(tmp_path / "small", size=94)
    write_tokenizer(tmp_path / "other", special=("<a>", "<b>"))

    by_file = open_folder(folder, tokenizer=tmp_path / "small" / "tokenizer.json")
    by_folder = open_folder(folder, tokenizer=tmp_path / "small")

    assert greedy(by_file) == greedy(by_folder) != greedy(open_folder(folder))
    assert by_file.identity != open_folder(folder).identity
    small = write_model(tmp_path / "narrow", random_llama(vocab_size=100, bos_token_id=0, eos_token_id=1))
    with pytest.raises(CheckpointError, match="the tokenizer has 256 ids, the model 100"):
        open_folder(small)


def test_a_tokenizer_that_loses_line_breaks_is_warned_of(tmp_path: Path) -> None:
    """Such figures mean little."""
    folder = write_model(tmp_path / "model")
    assert open_folder(folder).warnings == ()
    write_tokenizer(folder, size=94)

    assert open_folder(folder).warnings == (LOST_NEWLINES,)


def write_adapter(folder: Path, base: Path, config: Any) -> Path:
    """Write a PEFT adapter with random weights for a base model."""
    torch.manual_seed(1)
    adapted = get_peft_model(random_llama(), config)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.normal_(std=0.5)
    adapted.base_model.model.config._name_or_path = str(base)
    adapted.save_pretrained(folder)
    return folder


def test_an_adapter_changes_what_a_model_writes(tmp_path: Path) -> None:
    """As its own library does it, unmerged."""
    folder = write_model(tmp_path / "model")
    adapter = write_adapter(
        tmp_path / "adapter",
        folder,
        LoraConfig(r=4, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM"),
    )
    plain, adapted = open_folder(folder), open_folder(folder, adapter=adapter)

    assert greedy(plain) != greedy(adapted)
    assert adapted.info.details["adapter"] == str(adapter)
    assert adapted.identity["adapter"] == str(adapter)
    assert adapted.info.parameters == plain.info.parameters
    ids = torch.arange(20)[None]
    torch.manual_seed(1)
    reference = get_peft_model(random_llama(), LoraConfig(r=4, target_modules=["q_proj", "down_proj"]))
    with torch.no_grad():
        for name, parameter in reference.named_parameters():
            if "lora_" in name:
                parameter.normal_(std=0.5)
        difference = reference.eval()(ids).logits - adapted._network(ids).logits
    assert float(difference.abs().max()) < 1e-3


def test_adapters_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """Of another size, of another architecture, and of a kind that cannot become a part of the weights."""
    folder = write_model(tmp_path / "model")
    lora = write_adapter(
        tmp_path / "lora", folder, LoraConfig(r=4, target_modules=["q_proj"], task_type="CAUSAL_LM")
    )
    tuned = write_adapter(
        tmp_path / "tuned", folder, PromptTuningConfig(num_virtual_tokens=2, task_type="CAUSAL_LM")
    )
    narrow = write_model(tmp_path / "narrow", random_llama(hidden_size=16))
    renamed = write_adapter(
        tmp_path / "renamed", folder, LoraConfig(r=4, target_modules=["q_proj"], task_type="CAUSAL_LM")
    )
    weights = load_file(renamed / "adapter_model.safetensors")
    save_file(
        {name.replace("layers.1", "layers.7"): tensor for name, tensor in weights.items()},
        renamed / "adapter_model.safetensors",
    )

    for base, adapter, message in (
        (narrow, lora, "the adapter cannot be loaded"),
        (folder, tuned, "this kind of adapter cannot be merged"),
        (folder, renamed, "the adapter cannot be loaded: Found missing adapter keys"),
    ):
        with pytest.raises(CheckpointError, match=message) as caught:
            open_folder(base, adapter=adapter)
        assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        (
            "nobody/nothing",
            3,
            "hf:nobody/nothing: not in the local cache, and the Hugging Face hub cannot be reached",
        ),
        ("no/such/folder", 2, "neither a folder nor a name on the Hugging Face hub"),
    ],
)
def test_what_the_hub_cannot_give_is_one_line(name: str, code: int, words: str, tmp_path: Path) -> None:
    """Without a network, in a fresh process: whether there is one is read when the library is loaded."""
    result = subprocess.run(
        [sys.executable, "-m", "ferrobench.cli.main", "run", "--model", f"hf:{name}"],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_all_refusals_are_ours(tmp_path: Path) -> None:
    """Of whatever kind, they have an exit code."""
    with pytest.raises(HarnessError):
        open_folder(tmp_path)
