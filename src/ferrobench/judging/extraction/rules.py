"""A reading of a completion, and the names of the rules that can make it.

The names stand in records, so a name keeps its meaning: a rule that comes to do something else gets another one.
"""

from __future__ import annotations

from dataclasses import dataclass

PUT_BACK_STOP_TEXT = "put_back_stop_text"
"""What the format's stop rule had cut from the end was put back, since the program does not parse without it."""
REMOVED_BYTE_ORDER_MARK = "removed_byte_order_mark"
"""A byte order mark at the start of the answer went."""
REMOVED_CHAT_TOKENS = "removed_chat_tokens"
"""The answer ends at a chat template's token (``<|im_end|>``); those before it went too."""
REMOVED_REASONING = "removed_reasoning"
"""A reasoning trace (``<think>…</think>``) went. One that is never closed goes on to the end."""
UNWRAPPED_FENCE = "unwrapped_fence"
"""Only the code of one fenced block stays."""
JOINED_FENCES = "joined_fences"
"""What the chosen block uses and does not define came from other blocks of the same answer."""
REMOVED_PREFACE = "removed_preface"
"""Words before code that is in no fence went."""
REMOVED_REPEATED_PROMPT = "removed_repeated_prompt"
"""The answer begins the prompt's item anew, so the prompt's own beginning of it went."""
CUT_UNFINISHED_TAIL = "cut_unfinished_tail"
"""What follows the last complete item was removed."""

RULES = (
    REMOVED_BYTE_ORDER_MARK,
    REMOVED_CHAT_TOKENS,
    REMOVED_REASONING,
    UNWRAPPED_FENCE,
    JOINED_FENCES,
    REMOVED_PREFACE,
    REMOVED_REPEATED_PROMPT,
    PUT_BACK_STOP_TEXT,
    CUT_UNFINISHED_TAIL,
)
"""All rules of extraction, in the order in which they fire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a completion as a program."""

    text: str | None
    """The program; None where nothing of the model is left."""
    rules: tuple[str, ...]
    """The rules that fired, in order. Without any, the text is prompt plus completion as generated."""
