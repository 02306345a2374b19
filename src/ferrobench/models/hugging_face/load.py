"""Opening a model in the Hugging Face format: what lies there is checked first, and no code of its author's is run."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferrobench.errors import CheckpointError, HarnessError, MissingExtraError, NotReadyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

CONFIG_FILE = "config.json"
ADAPTER_FILE = "adapter_config.json"
# What a library says in one line can name every tensor.
LONGEST_WORDS = 300
# Keys of formats that call themselves nanochat and come with code of their own.
_FORK_KEYS = ("n_embd", "window_pattern", "auto_map")
# What a causal language model's class is called, where a checkpoint tells it.
_CAUSAL_CLASSES = ("ForCausalLM", "LMHeadModel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a model comes from."""

    name: str
    """A folder's path, or a name on the hub."""
    local: bool
    """Whether it is a folder. Then nothing is fetched."""

    @property
    def label(self) -> str:
        """How results and messages name it."""
        return self.name if self.local else f"hf:{self.name}"

    @property
    def config_label(self) -> str:
        """How messages name its configuration."""
        return str(Path(self.name) / CONFIG_FILE) if self.local else f"{self.label}: {CONFIG_FILE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A network of transformers, ready to generate."""

    network: Any
    commit: str | None
    """Of the snapshot on the hub, where it comes from there."""
    notes: tuple[str, ...]


def require_transformers(extra: str = "hf") -> None:
    """Import transformers, and keep it from talking.

    Raises:
        MissingExtraError: If it is not installed.
    """
    try:
        from huggingface_hub.utils import logging as hub_logging
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtraError(
            f"transformers is not installed: pip install 'ferrobench[{extra}]'"
        ) from error
    loggers: tuple[Any, Any] = (logging, hub_logging)  # neither is typed
    for library in loggers:
        library.set_verbosity_error()
    loggers[0].disable_progress_bar()


def read_config(source: Source) -> dict[str, Any]:
    """Read and check a model's ``config.json``.

    Raises:
        CheckpointError: If there is none, or it is not that of a causal language model that transformers knows.
        NotReadyError: If it cannot be fetched.
    """
    from transformers import CONFIG_MAPPING, PretrainedConfig, __version__
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    if source.local:
        config = _read_local_config(Path(source.name) / CONFIG_FILE)
    else:
        with _told_in_one_line(source, "its configuration"):
            config, _ = PretrainedConfig.get_config_dict(source.name)
    where = source.config_label
    kind = config.get("model_type")
    if not isinstance(kind, str):
        raise CheckpointError(f"{where}: no model_type; expected the name of an architecture")
    if kind == "nanochat" and (keys := [key for key in _FORK_KEYS if key in config]):
        raise CheckpointError(
            f"{where}: model_type nanochat with {', '.join(keys)}: the format of a nanochat fork with code of its own, "
            "which is never run; transformers' own nanochat models have hidden_size"
        )
    if kind not in CONFIG_MAPPING:
        own_code = ", and code that comes with a model is never run" if "auto_map" in config else ""
        raise CheckpointError(
            f"{where}: transformers {__version__} does not know model_type {kind}{own_code}"
        )
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise CheckpointError(f"{where}: model_type {kind} is no causal language model")
    classes = config.get("architectures") or []
    names = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES[kind]
    known = (names,) if isinstance(names, str) else tuple(names)
    if classes and not any(name in known or name.endswith(_CAUSAL_CLASSES) for name in classes):
        raise CheckpointError(
            f"{where}: architectures {', '.join(classes)}: no causal language model; expected {', '.join(known)}"
        )
    return config


def _read_local_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: file is missing (a Hugging Face model has it)") from error
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(f"{path}: not JSON: {error}") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{path}: expected a JSON object")
    return config


def load_model(source: Source, config: dict[str, Any], dtype: torch.dtype) -> LoadedModel:
    """Load the network that *config*, as :func:`read_config` gave it, describes.

    Raises:
        CheckpointError: If a file is missing or wrong, or the weights lack a part of the network.
        NotReadyError: If it cannot be fetched.
    """
    from transformers import AutoModelForCausalLM

    with _told_in_one_line(source, "its weights"):
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            source.name,
            dtype=dtype,
            local_files_only=source.local,
            trust_remote_code=False,
            output_loading_info=True,
        )
    network, report = loaded
    if missing := sorted(report["missing_keys"]):
        raise CheckpointError(
            f"{source.label}: the weights lack {len(missing)} tensors of {type(network).__name__}: {_some(missing)}"
        )
    notes: tuple[str, ...] = ()
    if unexpected := sorted(report["unexpected_keys"]):
        notes = (
            f"{len(unexpected)} tensors of the weights have no place in {type(network).__name__} and are left out: "
            f"{_some(unexpected)}",
        )
    # Its defaults, such as penalties, would be applied unasked.
    network.generation_config = type(network.generation_config)()
    return LoadedModel(network=network.eval(), commit=config.get("_commit_hash"), notes=notes)


def read_end_ids(source: Source, config: dict[str, Any]) -> tuple[int, ...]:
    """Read which tokens end a text, by the model's ``generation_config.json``, else by *config*."""
    from transformers import GenerationConfig

    try:
        generation = GenerationConfig.from_pretrained(source.name, local_files_only=source.local)
    except OSError:  # it has none
        named = config.get("eos_token_id")
    else:
        named = generation.eos_token_id
    return () if named is None else (named,) if isinstance(named, int) else tuple(named)


def load_tokenizer(source: Source, override: Path | None = None) -> Any:
    """Load a model's tokenizer, or the one that lies at *override*: a folder, or a ``tokenizer.json``.

    Raises:
        CheckpointError: If there is none.
        NotReadyError: If it cannot be fetched.
    """
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    from_file: Any = PreTrainedTokenizerFast  # it is not typed
    where = source
    if override is not None:
        if not override.exists():
            raise CheckpointError(f"{override}: no such tokenizer")
        where = Source(name=str(override), local=True)
    with _told_in_one_line(where, "the tokenizer"):
        if override is not None and override.is_file():
            tokenizer = from_file(tokenizer_file=str(override))
        else:
            tokenizer = AutoTokenizer.from_pretrained(
                where.name, local_files_only=where.local, trust_remote_code=False
            )
    # Of some classes an empty one is made where there are no files.
    if not tokenizer("fn main() {}", add_special_tokens=False)["input_ids"]:
        raise CheckpointError(
            f"{where.label}: no tokenizer here; name a folder that has one, or a tokenizer.json, with --tokenizer"
        )
    return tokenizer


def load_adapter(network: Any, folder: Path) -> Any:
    """Put a PEFT adapter on a network, merged into its weights.

    Raises:
        CheckpointError: If it is none, does not fit, or cannot be merged.
        MissingExtraError: If peft is not installed.
    """
    if not (folder / ADAPTER_FILE).is_file():
        raise CheckpointError(f"--adapter {folder}: no {ADAPTER_FILE} here (a PEFT adapter has it)")
    try:
        from peft import PeftModel
    except ImportError as error:
        raise MissingExtraError("peft is not installed: pip install 'ferrobench[peft]'") from error
    source = Source(name=str(folder), local=True)
    with warnings.catch_warnings(), _told_in_one_line(source, "the adapter"):
        # The two libraries warn of each other's changes; but this one means values that training starts with.
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message="Found missing adapter keys")
        adapted = PeftModel.from_pretrained(network, str(folder), local_files_only=True)
        if not hasattr(adapted.base_model, "merge_and_unload"):
            raise CheckpointError(
                f"--adapter {folder}: this kind of adapter cannot be merged into the weights; LoRA and its like can"
            )
        return adapted.merge_and_unload().eval()


@contextmanager
def _told_in_one_line(source: Source, what: str) -> Iterator[None]:
    """Turn what the libraries raise, which is of every kind, into one line."""
    try:
        yield
    except (HarnessError, MemoryError):
        raise
    except Exception as error:
        raise _translate(source, what, error) from error


def _translate(source: Source, what: str, error: Exception) -> HarnessError:
    from huggingface_hub import errors as hub

    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    name = source.label

    def caused_by(kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in causes)

    if caused_by(hub.GatedRepoError):
        return NotReadyError(
            f"{name}: its owner gives access on request, on the Hugging Face hub; then log in with `hf auth login`"
        )
    if caused_by(hub.RepositoryNotFoundError):
        return CheckpointError(
            f"{name}: the Hugging Face hub has no such model, or it is private (then log in with `hf auth login`)"
        )
    if caused_by(hub.HFValidationError):
        return UsageError(
            f"{name}: neither a folder nor a name on the Hugging Face hub (expected OWNER/NAME)"
        )
    if caused_by(hub.LocalEntryNotFoundError) or caused_by(hub.OfflineModeIsEnabled):
        return NotReadyError(f"{name}: not in the local cache, and the Hugging Face hub cannot be reached")
    words = str(error).strip().partition("\n")[0][:LONGEST_WORDS] or type(error).__name__
    if isinstance(error, ImportError):
        return NotReadyError(
            f"{name}: {what} cannot be loaded without a library that is not installed: {words}"
        )
    return CheckpointError(f"{name}: {what} cannot be loaded: {words}")


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
