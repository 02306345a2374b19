"""The fenced code blocks of an answer in Markdown.

More lenient than CommonMark, as models are: a fence may be indented at will, be left open, and be closed by a line that
goes on with words. What looks like a fence within a string or a comment of Rust is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ferrobench.judging.extraction.quotes import ends_quoted, is_open

_FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\r\n]*)\r?\n?")
_RUST = frozenset({"rust", "rs"})
# How many lines may look like a block's end and be within a string or a comment.
_MOST_FALSE_ENDS = 4
_MOST_BLOCKS = 64


class Block(NamedTuple):
    """One fenced block, or what stands before a lone closing fence."""

    code: str
    language: str
    """In lower case; empty where none is named."""
    closed: bool

    @property
    def is_rust(self) -> bool:
        """Whether it says that it is Rust."""
        return self.language in _RUST


def read_blocks(prompt_text: str, answer: str) -> tuple[Block, ...]:
    """The fenced blocks of an answer, in order. Never raises; in time linear in the answer's length."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", answer)
    blocks: list[Block] = []
    at = 0
    while at < len(lines) and len(blocks) < _MOST_BLOCKS:
        fence = _FENCE.fullmatch(lines[at])
        at += 1
        if fence is None:
            continue
        if not blocks:
            before = "".join(lines[: at - 1])
            if ends_quoted(prompt_text + before):
                return ()
            others = sum(line.lstrip().startswith(fence["marks"]) for line in lines[at:])
            if not fence["info"] and others % 2 == 0:
                # Without a partner it may close a fence that the prompt had opened, or open one that is never closed.
                blocks.append(Block(before, "", True))
                if others:
                    continue
        at, block = _read_block(lines, at, fence["marks"], _language(fence["info"]))
        blocks.append(block)
    return tuple(blocks)


def _language(info: str) -> str:
    words = re.findall(r"[\w+#]+", info)
    return words[0].lower() if words else ""


def _read_block(lines: list[str], start: int, marks: str, language: str) -> tuple[int, Block]:
    """Read the block whose code begins at line *start*; also give the line after its end."""
    ends = []
    for at in range(start, len(lines)):
        if lines[at].lstrip(" \t").startswith(marks):
            ends.append(at)
            code = "".join(lines[start:at])
            if not is_open(code):
                break
            if len(ends) > _MOST_FALSE_ENDS:
                break
    else:
        if not ends:
            return len(lines), Block("".join(lines[start:]), language, False)
    end = ends[-1]
    code = "".join(lines[start:end])
    if is_open(code):
        # No end is outside of a string: the quotes are out of step, and the first end is what it looks like.
        end = ends[0]
        code = "".join(lines[start:end])
    fence = _FENCE.fullmatch(lines[end])
    # "```rust" within a block opens the next one: the block's own end was forgotten.
    reopened = fence is not None and _language(fence["info"]) in _RUST
    return (end if reopened else end + 1), Block(code, language, True)
