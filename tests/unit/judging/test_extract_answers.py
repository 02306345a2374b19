"""Answers as chat models give them: the program in each, and the rules that found it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ferrobench.judging.extract import extract
from ferrobench.judging.extraction.tail import parses
from tests.support.prompts import prompt

PROMPT = "/// Doubles a number.\nfn double(x: u32) -> u32 {\n"
BODY = "    x * 2\n}\n"
PROGRAM = "fn double(x: u32) -> u32 {\n    x * 2\n}\n"
DOCUMENTED = f"/// Returns twice the number.\n{PROGRAM}"
MAIN = 'fn main() {\n    println!("{}", double(2));\n}\n'

FENCE, REPEAT, CUT = "unwrapped_fence", "removed_repeated_prompt", "cut_unfinished_tail"
TOKENS, REASONING, PREFACE = "removed_chat_tokens", "removed_reasoning", "removed_preface"
MARK, JOINED = "removed_byte_order_mark", "joined_fences"


class Case(NamedTuple):
    """An answer to the prompt above, and what it comes to."""

    name: str
    answer: str
    program: str
    rules: tuple[str, ...]


CASES = [
    Case("rest of the body", BODY, PROMPT + BODY, ()),
    Case("one line", "    x * 2 }", PROMPT + "    x * 2 }", ()),
    Case("helper after", f"{BODY}\nfn half() {{}}\n", f"{PROMPT}{BODY}\nfn half() {{}}\n", ()),
    Case("fence", f"```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("fence, newline", f"\n\n```rust\n{PROGRAM}```\n", PROGRAM, (FENCE, REPEAT)),
    Case("fence without a language", f"```\n{PROGRAM}```\n", PROGRAM, (FENCE, REPEAT)),
    Case("tildes", f"~~~rust\n{PROGRAM}~~~\n", PROGRAM, (FENCE, REPEAT)),
    Case("four backticks", f"````rust\n{PROGRAM}````\n", PROGRAM, (FENCE, REPEAT)),
    Case("rs", f"```rs\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("attributes of the fence", f"```rust,no_run\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("capital", f"```Rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("indented fence", f"1. Like so:\n   ```rust\n{PROGRAM}   ```\n", PROGRAM, (FENCE, REPEAT)),
    Case("CRLF", f"```rust\n{PROGRAM}```\n".replace("\n", "\r\n"), PROGRAM.replace("\n", "\r\n"), (FENCE, REPEAT)),
    Case("words before", f"Sure! Here you go:\n\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("words after", f"```rust\n{PROGRAM}```\nThis doubles `x`. It's O(1).", PROGRAM, (FENCE, REPEAT)),
    Case("words on the fence", f"```rust\n{PROGRAM}```This doubles `x`.", PROGRAM, (FENCE, REPEAT)),
    Case("a quote in the words", f'It is 5" long:\n```rust\n{PROGRAM}```', PROGRAM, (FENCE, REPEAT)),
    Case("an apostrophe in the words", f"Here's it:\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("braces in the words", f"Use {{x}} and `}}`:\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("open fence", f"```rust\n{PROGRAM}", PROGRAM, (FENCE, REPEAT)),
    Case("open fence, open item", f"```rust\n{PROGRAM}fn main() {{", PROGRAM.rstrip(), (FENCE, REPEAT, CUT)),
    Case("other documentation", f"```rust\n{DOCUMENTED}```", DOCUMENTED, (FENCE, REPEAT)),
    Case("whole prompt again", f"```rust\n{PROMPT}{BODY}```", PROMPT + BODY, (FENCE, REPEAT)),
    Case("other spaces", "```\nfn double( x:u32 )->u32{x*2}\n```", "fn double( x:u32 )->u32{x*2}\n", (FENCE, REPEAT)),
    Case("pub", f"```rust\npub {PROGRAM}```", f"pub {PROGRAM}", (FENCE, REPEAT)),
    Case("mut", "```\nfn double(mut x: u32) -> u32 { x *= 2; x }\n```", "fn double(mut x: u32) -> u32 { x *= 2; x }\n", (FENCE, REPEAT)),
    Case("own main", f"```rust\n{PROGRAM}\n{MAIN}```", f"{PROGRAM}\n{MAIN}", (FENCE, REPEAT)),
    Case("main in a block of its own", f"```rust\n{PROGRAM}```\nUse:\n```rust\n{MAIN}```", PROGRAM, (FENCE, REPEAT)),
    Case("example of use", f"```rust\n{PROGRAM}```\nThen:\n```rust\nlet y = double(2);\n```", PROGRAM, (FENCE, REPEAT)),
    Case("shell first", f"```bash\ncargo new x\n```\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("manifest first", f"```toml\n[package]\n```\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("output after", f"```rust\n{PROGRAM}```\n```text\n4\n```", PROGRAM, (FENCE, REPEAT)),
    Case("wrong language", f"```cpp\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("second version", f"```rust\nfn double(x: u32) -> u32 {{ x }}\n```\nFixed:\n```rust\n{PROGRAM}```", PROGRAM, (FENCE, REPEAT)),
    Case("second version unfinished", f"```rust\n{PROGRAM}```\nOr:\n```rust\nfn double(x: u32) -> u32 {{", PROGRAM, (FENCE, REPEAT)),
    Case("second version sketched", f"```rust\n{PROGRAM}```\nOr:\n```rust\nfn double(x: u32) -> u32 {{ ... }}\n```", PROGRAM, (FENCE, REPEAT)),
    Case(
        "helper in a block of its own",
        "First:\n```rust\nfn add(a: u32, b: u32) -> u32 { a + b }\n```\nThen:\n```rust\nfn double(x: u32) -> u32 { add(x, x) }\n```",
        "fn add(a: u32, b: u32) -> u32 { a + b }\n\nfn double(x: u32) -> u32 { add(x, x) }\n",
        (FENCE, JOINED, REPEAT),
    ),
    Case("body in a fence", f"The body is:\n```rust\n{BODY}```\n", PROMPT + BODY, (FENCE,)),
    Case("fence of the template", f"{BODY}```\nThis doubles it.", PROMPT + BODY.rstrip(), (CUT,)),
    Case("words after the body", f"{BODY}\nThis doubles it.", PROMPT + BODY.rstrip(), (CUT,)),
    Case("signature again, no fence", PROGRAM, PROGRAM, (REPEAT,)),
    Case("signature again, words after", f"{PROGRAM}\nDone.", PROGRAM.rstrip(), (REPEAT, CUT)),
    Case("signature again, brace too many", f"{PROGRAM}}}\n", PROGRAM.rstrip(), (REPEAT, CUT)),
    Case("words before, no fence", f"Here is the function:\n\n{PROGRAM}", PROGRAM, (PREFACE, REPEAT)),
    Case("words before in the same paragraph", f"Sure!\n{PROGRAM}", PROGRAM, (PREFACE, REPEAT)),
    Case("words before the body", f"Here is the body:\n\n{BODY}", PROMPT + BODY, (PREFACE,)),
    Case("words on both sides, no fence", f"I'd do this:\n\n{PROGRAM}\nIt doubles.", PROGRAM.rstrip(), (PREFACE, REPEAT, CUT)),
    Case("reasoning", f"<think>\nDouble { '{' }it.\n</think>\n\n```rust\n{PROGRAM}```", PROGRAM, (REASONING, FENCE, REPEAT)),
    Case("reasoning with a draft", f"<think>\n```rust\nfn double(x: u32) -> u32 {{ 0 }}\n```\n</think>\n{PROGRAM}", PROGRAM, (REASONING, REPEAT)),
    Case("reasoning, then the body", f"<think>easy</think>{BODY}", PROMPT + BODY, (REASONING,)),
    Case("end of reasoning only", f"Let me see.\n</think>\n\n```rust\n{PROGRAM}```", PROGRAM, (REASONING, FENCE, REPEAT)),
    Case("channels", f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>```rust\n{PROGRAM}```", PROGRAM, (REASONING, FENCE, REPEAT)),
    Case("end token", f"{BODY}<|im_end|>", PROMPT + BODY, (TOKENS,)),
    Case("end token and another turn", f"```rust\n{PROGRAM}```<|eot_id|><|start_header_id|>user<|end_header_id|>\nno", PROGRAM, (TOKENS, FENCE, REPEAT)),
    Case("end of text", f"{BODY}</s>", PROMPT + BODY, (TOKENS,)),
    Case("nanochat's end", f"{BODY}<|assistant_end|>", PROMPT + BODY, (TOKENS,)),
    Case("role first", f"<|im_start|>assistant\n```rust\n{PROGRAM}```<|im_end|>", PROGRAM, (TOKENS, FENCE, REPEAT)),
    Case("token, then reasoning", f"<|im_start|>assistant\n<think>x</think>\n{BODY}", PROMPT + BODY, (TOKENS, REASONING)),
    Case("byte order mark", f"\ufeff{BODY}", PROMPT + BODY, (MARK,)),
    Case("byte order mark before a fence", f"\ufeff```rust\n{PROGRAM}```", PROGRAM, (MARK, FENCE, REPEAT)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_program_of_an_answer_is_found(case: Case) -> None:
    """By the rules that are named, and nothing else goes."""
    reading = extract(prompt(PROMPT), case.answer)

    assert reading.text == case.program
    assert reading.rules == case.rules
    assert parses(case.program)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot help with that.",
        "<think>\nI need to double it, so\n```rust\nfn double(x: u32) -> u32 { x * 2 }\n```\nbut",
        "```rust\nfn main() { double(2); }\n```",
        "```\n```",
        "```python\ndef double(x):\n    return x * 2\n```",
        "```rust\nfn double(x: u32) -> u32 {\n    x *",
        "<|im_end|>",
        "```rust\n// todo\n```",
    ],
)
def test_an_answer_without_the_function_is_none(answer: str) -> None:
    """Words, drafts in reasoning and examples of use are no answer."""
    assert extract(prompt(PROMPT), answer).text is None


CODE_WITH_SIGNS_OF_CHAT = [
    '    let s = "```rust\\nfn double(x: u32) -> u32 { 0 }\\n```";\n    x * 2\n}\n',
    '    let s = "\n```rust\nfn double(x: u32) -> u32 { 0 }\n```\n";\n    x * 2\n}\n',
    "    x * 2\n}\n\n/// ```\n/// half(1);\n/// ```\nfn half() {}\n",
    "    x * 2\n}\n\n/**\n```\nhalf(1);\n```\n*/\nfn half() {}\n",
    '    let s = "<think>";\n    let t = "</think>";\n    x * 2\n}\n',
    '    let s = r#"\n</think>\n"#;\n    x * 2\n}\n',
    '    let end = "<|im_end|>"; // </s>\n    x * 2\n}\n',
    "    // Here is the body:\n\n    x * 2\n}\n",
]


@pytest.mark.parametrize("code", CODE_WITH_SIGNS_OF_CHAT)
def test_code_that_speaks_of_fences_and_tokens_is_left_as_it_is(code: str) -> None:
    """In strings and comments they are the program's own."""
    reading = extract(prompt(PROMPT), code)

    assert reading.text == PROMPT + code
    assert reading.rules == ()


@pytest.mark.parametrize("code", CODE_WITH_SIGNS_OF_CHAT)
def test_only_the_unfinished_tail_of_such_code_is_cut(code: str) -> None:
    """An unfinished item behind it is no reason to look for a chat."""
    reading = extract(prompt(PROMPT), f"{code}fn next() {{")

    assert reading.text == (PROMPT + code).rstrip()
    assert reading.rules == (CUT,)


@pytest.mark.parametrize(
    "code",
    [
        '    let s = "\n```\n}\n```\n";\n    let y = ',
        '    let s = r#"\n```rust\nfn double(x: u32) -> u32 { 0 }\n```\n"#;\n    let y = ',
        "    /*\n```\n}\n```\n*/\n    let y = ",
    ],
)
def test_a_fence_in_a_string_of_an_unfinished_body_is_no_answer(code: str) -> None:
    """The body is not finished, whatever its string says."""
    assert extract(prompt(PROMPT), code).text is None


@pytest.mark.parametrize(
    "block",
    [
        '```rust\nfn double(x: u32) -> u32 {\n    let s = "\n```\n";\n    x * 2\n}\n```\nDone.',
        "```rust\n/// ```\n/// double(1);\n/// ```\nfn double(x: u32) -> u32 {\n    x * 2\n}\n```\nDone.",
        "```rust\n/*\n```\n*/\nfn double(x: u32) -> u32 {\n    x * 2\n}\n```\nDone.",
    ],
)
def test_a_block_ends_at_a_fence_that_is_not_in_its_code(block: str) -> None:
    """A string or comment of the block may hold what looks like its end."""
    program = block.removeprefix("```rust\n").removesuffix("```\nDone.")

    assert extract(prompt(PROMPT), block).text == program
