"""How a model is given a prompt: the bare text, a chat message, or with a hole to fill. Pure."""

from __future__ import annotations

from enum import StrEnum

from ferrobench.rust_source.ends import open_braces

# Bare text, text with special tokens, or the messages of a chat. It is stored in the run's config.
ModelInput = str | list[dict[str, str]]

INSTRUCTION = """\
Complete the following Rust code. Answer with the complete code in one Rust code block, what is given included.

```rust
{prompt}
```"""


class PromptStyle(StrEnum):
    """What stands around a prompt."""

    COMPLETION = "completion"
    """The bare text, to be continued."""
    CHAT = "chat"
    """A message that asks for the rest, in the model's own chat format."""
    FIM = "fim"
    """Fill in the middle: the prompt before the hole, what closes it behind."""
    READY = "ready"
    """Nothing: the completions were made elsewhere."""


def chat_messages(prompt: str) -> list[dict[str, str]]:
    """The messages that ask a chat model to complete *prompt*, in the field's usual form."""
    return [{"role": "user", "content": INSTRUCTION.format(prompt=prompt.rstrip("\n"))}]


def fim_suffix(prompt: str) -> str:
    """What closes the braces that *prompt* leaves open; a hole before it is where the model writes.

    An empty text where nothing is open: then the hole is the rest of the file.
    """
    return "".join("\n" + "    " * level + "}" for level in reversed(range(open_braces(prompt))))
