"""Small random models in the Hugging Face format, with a byte-level tokenizer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import processors
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    logging,
)

from tests.support.checkpoints import write_byte_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = 96
VOCABULARY = 272
BOS, EOS = 256, 257
FIM_TOKENS = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>")
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}[{{ message.role }}]{{ message.content }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)

logging.disable_progress_bar()


def random_llama(seed: int = 0, **changes: Any) -> PreTrainedModel:
    """A random network whose logits differ enough that greedy texts are no accident of rounding."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        **{
            "vocab_size": VOCABULARY,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": CONTEXT,
            "initializer_range": 0.3,
            "bos_token_id": BOS,
            "eos_token_id": EOS,
            **changes,
        }
    )
    return LlamaForCausalLM(config)


def random_gpt2(seed: int = 0) -> PreTrainedModel:
    """Another architecture, with learned positions: none beyond the context can be computed."""
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=VOCABULARY,
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=CONTEXT,
        initializer_range=0.3,
        bos_token_id=BOS,
        eos_token_id=EOS,
    )
    return GPT2LMHeadModel(config)


def llama_that_writes(text: str) -> PreTrainedModel:
    """A network that goes on from the first letter of *text*, of different letters of ASCII, to its last, then ends."""
    model = random_llama()
    ids = [*(ord(letter) - 33 for letter in text), EOS]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.model.norm.weight.fill_(1.0)
        for place, (now, after) in enumerate(pairwise(ids)):
            model.get_input_embeddings().weight[now, place] = 1.0
            model.get_output_embeddings().weight[after, place] = 10.0
    return model


def write_tokenizer(
    folder: Path,
    *,
    size: int = 256,
    special: tuple[str, ...] = (),
    chat: bool = False,
    adds_bos: bool = False,
) -> PreTrainedTokenizerFast:
    """Write a byte-level tokenizer of *size* bytes, ``<bos>``, ``<eos>`` and more special tokens.

    The first 94 bytes are those of ASCII that can be seen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = write_byte_tokenizer(folder / "tokenizer.json", size=size, special=("<bos>", "<eos>", *special))
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(path), bos_token="<bos>", eos_token="<eos>")
    if adds_bos:
        tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
            single="<bos> $A", special_tokens=[("<bos>", size)]
        )
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    return tokenizer


def write_model(folder: Path, model: PreTrainedModel | None = None, **tokenizer: Any) -> Path:
    """Write a model, a small Llama unless it is given, with its tokenizer."""
    (model or random_llama()).save_pretrained(folder)
    write_tokenizer(folder, **tokenizer)
    return folder
