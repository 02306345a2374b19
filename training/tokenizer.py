"""The demo model's tokenizer: byte-level BPE over the corpus.

Every byte is in the alphabet, so encoding loses nothing: line ends and characters the corpus never showed survive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

if TYPE_CHECKING:
    from collections.abc import Iterable

VOCAB_SIZE = 1024
END_OF_TEXT = "<|endoftext|>"
END_OF_TEXT_ID = 0


def train_tokenizer(documents: Iterable[str], vocab_size: int = VOCAB_SIZE) -> Tokenizer:
    """Learn the merges from *documents*. The same documents in the same order give the same tokenizer.

    Raises:
        ValueError: If the documents are too few to fill the vocabulary.
    """
    tokenizer = Tokenizer(models.BPE())
    # No prefix space: a program starts with its first character, and decode(encode(text)) must be the text.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END_OF_TEXT],  # the first special token gets id 0
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    if tokenizer.get_vocab_size() != vocab_size or tokenizer.token_to_id(END_OF_TEXT) != END_OF_TEXT_ID:
        raise ValueError(
            f"vocabulary has {tokenizer.get_vocab_size()} entries, expected {vocab_size}: too little text"
        )
    return tokenizer
