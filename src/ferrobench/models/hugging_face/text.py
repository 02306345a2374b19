"""Between prompts and token ids: how a model is given a prompt, and what the tokens that it draws say."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferrobench.errors import CheckpointError, UsageError
from ferrobench.models.completion import StopReason
from ferrobench.models.fim import FimFormat, choose_fim_format
from ferrobench.models.given import Chat, Hole, LaidOut
from ferrobench.models.prompt_style import PromptStyle, chat_messages, fim_suffix
from ferrobench.models.scoring import EncodedText, starts_in_bytes
from ferrobench.models.tokenizer import END_OF_TEXT_TOKENS, completion_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferrobench.models.given import Given


class ModelText:
    """A transformers tokenizer, and the style in which its model is asked.

    Args:
        tokenizer: Any tokenizer of transformers.
        owner: The model's name, for messages.
        style: ``auto`` is a chat where the tokenizer has a template for one, else the bare text.
        end_token: The only token that ends a text, instead of those that the model names.
        end_ids: Those that the model's own configuration names, beside the tokenizer's.

    Raises:
        UsageError: If the tokenizer has not what *style* or *end_token* need.
    """

    def __init__(
        self,
        tokenizer: Any,
        *,
        owner: str,
        style: str = "auto",
        end_token: str | None = None,
        end_ids: Iterable[int] = (),
    ) -> None:
        self._tokenizer = tokenizer
        self._owner = owner
        self.vocabulary: dict[str, int] = tokenizer.get_vocab()
        self.style = self._choose_style(style)
        self._fim: FimFormat | None = None
        if self.style is PromptStyle.FIM:
            try:
                self._fim = choose_fim_format(self.vocabulary, owner)
            except UsageError as error:
                raise UsageError(f"--prompt-style fim: {error}") from error
        self.end_ids = frozenset(self._find_end_ids(end_token, end_ids))
        """Tokens that end a text."""

    def _choose_style(self, style: str) -> PromptStyle:
        if style == "auto":
            return PromptStyle.CHAT if self._has_template else PromptStyle.COMPLETION
        if style == "chat" and not self._has_template:
            raise UsageError(
                f"--prompt-style chat: the tokenizer of {self._owner} has no chat template; use completion"
            )
        return PromptStyle(style)

    @property
    def _has_template(self) -> bool:
        return bool(getattr(self._tokenizer, "chat_template", None))

    def _find_end_ids(self, end_token: str | None, named: Iterable[int]) -> Iterable[int]:
        own = frozenset[int]() if self._fim is None else self._ends_of_hole(self._fim)
        if end_token is not None:
            if end_token not in self.vocabulary:
                raise UsageError(f"--end-token {end_token}: the tokenizer of {self._owner} has no such token")
            return own | {self.vocabulary[end_token]}
        # Configurations that nobody filled in name the defaults of their class, whatever these ids mean here.
        ends = {i for i in named if i in self._tokenizer.added_tokens_decoder}
        if self._tokenizer.eos_token_id is not None:
            ends.add(self._tokenizer.eos_token_id)
        if not ends:
            ends = {self.vocabulary[token] for token in END_OF_TEXT_TOKENS if token in self.vocabulary}
        return own | ends

    def _ends_of_hole(self, fim: FimFormat) -> frozenset[int]:
        return frozenset(self.vocabulary[token] for token in fim.end_tokens if token in self.vocabulary)

    def render(self, prompt: str) -> str:
        """Lay out the text that the model is given, special tokens and all."""
        if self.style is PromptStyle.CHAT:
            return self._render_chat(chat_messages(prompt))
        text = prompt if self._fim is None else self._fim.render(prompt, fim_suffix(prompt))
        bare = self._encode(text, special=False)
        whole = self._encode(text, special=True)
        added = len(whole) - len(bare)
        if whole[added:] == bare:
            return self._decode(whole[:added], keep_special=True) + text
        return self._decode(whole, keep_special=True)

    def _render_chat(self, messages: Sequence[Mapping[str, str]]) -> str:
        try:
            text: str = self._tokenizer.apply_chat_template(
                [dict(message) for message in messages], tokenize=False, add_generation_prompt=True
            )
        except Exception as error:  # a template is a program of its author's
            words = str(error).strip().partition("\n")[0]
            raise CheckpointError(f"{self._owner}: the tokenizer's chat template fails: {words}") from error
        return text

    def encode(self, prompt: str) -> list[int]:
        """Turn a prompt of the suite into what the model is given."""
        if self.style is PromptStyle.CHAT:
            return self._encode_chat(chat_messages(prompt))
        return self._encode(
            prompt if self._fim is None else self._fim.render(prompt, fim_suffix(prompt)), special=True
        )

    def _encode_chat(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        # The template has written the special tokens already.
        return self._encode(self._render_chat(messages), special=False)

    def lay_out(self, given: Given) -> LaidOut:
        """Turn a text, a chat or a hole into what the model is given, whatever the style of its prompts.

        Raises:
            UsageError: If the tokenizer has no template for chats, or no tokens for holes.
            CheckpointError: If the template fails on these messages.
        """
        match given:
            case Chat(messages):
                if not self._has_template:
                    raise UsageError(f"the tokenizer of {self._owner} has no chat template")
                return LaidOut(tuple(self._encode_chat(messages)))
            case Hole(before, after):
                fim = choose_fim_format(self.vocabulary, self._owner)
                ids = self._encode(fim.render(before, after), special=True)
                return LaidOut(tuple(ids), self._ends_of_hole(fim))
            case _:
                return LaidOut(tuple(self._encode(given, special=True)))

    def encode_ordinary(self, text: str) -> EncodedText:
        """Encode a text in which names of special tokens mean nothing, and say where in it each token is.

        Raises:
            UsageError: If the tokenizer does not know where its tokens are.
        """
        if not self._tokenizer.is_fast:
            raise UsageError(
                f"the tokenizer of {self._owner} does not tell where in a text its tokens are (it is none of the tokenizers "
                "library), so bytes cannot be counted"
            )
        found = self._tokenizer(
            text,
            add_special_tokens=False,
            split_special_tokens=True,
            return_offsets_mapping=True,
            verbose=False,  # about texts that are longer than the context
        )
        ids: list[int] = found["input_ids"]
        return EncodedText(
            ids=ids,
            starts=starts_in_bytes(text, [start for start, _ in found["offset_mapping"]]),
            num_bytes=len(text.encode()),
            restores=self._decode(ids) == text,
        )

    def decode_completion(self, prompt_ids: Sequence[int], new_ids: Sequence[int]) -> str:
        """Decode what the model wrote, special tokens skipped."""
        return completion_text(self._decode, prompt_ids, new_ids)

    def finish(self, prompt: str, text: str, reason: StopReason) -> str:
        """Make of what the model wrote what goes on from the prompt: a filled hole has its other side behind it."""
        if self._fim is None or reason is StopReason.ITEM:
            return text
        return text + fim_suffix(prompt)

    def _encode(self, text: str, *, special: bool) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=special)["input_ids"]
        return ids

    def _decode(self, ids: Sequence[int], *, keep_special: bool = False) -> str:
        text: str = self._tokenizer.decode(
            list(ids), skip_special_tokens=not keep_special, clean_up_tokenization_spaces=False
        )
        return text

    @cached_property
    def closing_ids(self) -> frozenset[int]:
        """Tokens whose text can be the end of an item."""
        return frozenset(i for i in self.vocabulary.values() if set("};").intersection(self._decode([i])))

    @property
    def pad_id(self) -> int:
        """A token for places that nothing reads."""
        pad: int | None = self._tokenizer.pad_token_id
        return pad if pad is not None else min(self.end_ids, default=0)

    @property
    def keeps_newlines(self) -> bool:
        """Whether a line break survives encoding and decoding."""
        return "a\nb" in self._decode(self._encode("a\nb", special=False))
