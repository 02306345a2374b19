"""Models that have collapsed, each in its own way: texts made by rule, the same for the same seed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.metrics.collapse import Answer
from ferrobench.models import StopReason

if TYPE_CHECKING:
    from collections.abc import Callable

    Writer = Callable[[random.Random, str], str]

ROOT = Path(__file__).parents[2]
DEMO_ANSWERS = json.loads(
    (ROOT / "tests" / "fixtures" / "collapse" / "demo_answers.json").read_text(encoding="utf-8")
)
PROMPTS: dict[str, str] = DEMO_ANSWERS["prompts"]
TRAINING_TEXT = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "benchmarks" / "corpus" / "programs").glob("*.rs"))
)


def demo_answers(step: int, temperature: float, samples: int = 10) -> list[Answer]:
    """Answers of a checkpoint of the demo model. Of greedy decoding all of a prompt are the same, and one is stored."""
    run = next(
        run for run in DEMO_ANSWERS["runs"] if (run["step"], run["temperature"]) == (step, temperature)
    )
    return [
        Answer(
            prompt=PROMPTS[prompt_id],
            text=text,
            prompt_id=prompt_id,
            index=index,
            token_count=tokens,
            stop_reason=StopReason(stop),
            finished=finished,
        )
        for prompt_id, answers in run["answers"].items()
        for index, (text, tokens, stop, finished) in enumerate(answers * (samples if temperature == 0 else 1))
    ]


def _flood(rng: random.Random, _prompt: str) -> str:
    return " {" * rng.randint(60, 200)


def _leaky_flood(rng: random.Random, _prompt: str) -> str:
    return "".join(" {" if rng.random() < 0.8 else rng.choice((" }", " (", " x", ";")) for _ in range(150))


def _glued_flood(rng: random.Random, _prompt: str) -> str:
    return rng.choice(("a", "\n", " ", "=", "0")) * rng.randint(350, 600)


def _token_loop(rng: random.Random, _prompt: str) -> str:
    return "\n    let y = " + rng.choice(("x * y + ", "self.x.", "&mut ", "Vec<Vec<")) * rng.randint(30, 60)


def _line_loop(rng: random.Random, _prompt: str) -> str:
    line = rng.choice(
        ('    out.push_str("/");\n', "    let next = values.get(index)?;\n", "    count += 1;\n")
    )
    return "\n    let mut out = String::new();\n" + line * rng.randint(8, 30)


def _numbered_loop(rng: random.Random, _prompt: str) -> str:
    name = rng.choice(("x", "value", "step"))
    return "\n" + "".join(
        f"    let {name}{number} = {name}{number - 1} + {rng.randint(2, 99)};\n" for number in range(1, 25)
    )


def _block_loop(rng: random.Random, _prompt: str) -> str:
    name = rng.choice(("Point", "Shape", "Token"))
    block = f"impl {name} {{\n    fn new(x: f64) -> Self {{\n        {name} {{ x }}\n    }}\n}}\n\n"
    return "\n    0.0\n}\n\n" + block * rng.randint(5, 9)


def _echo(rng: random.Random, prompt: str) -> str:
    return ("\n" + prompt) * rng.randint(1, 6)


def _fenced_echo(_rng: random.Random, prompt: str) -> str:
    return f"```rust\n{prompt}\n```"


def _training_copy(rng: random.Random, _prompt: str) -> str:
    begin = rng.randrange(len(TRAINING_TEXT) - 800)
    return TRAINING_TEXT[begin : begin + 700]


def _same_answer(_rng: random.Random, _prompt: str) -> str:
    return "\n    let mut result = Vec::new();\n    for item in items {\n        result.push(item);\n    }\n    result\n}\n"


def _one_answer(_rng: random.Random, prompt: str) -> str:
    names = random.Random(prompt)
    return f"\n    let {_name(names)} = {_name(names)} + {_name(names)};\n    {_name(names)}({_name(names)})\n}}\n"


def _empty(rng: random.Random, _prompt: str) -> str:
    return rng.choice(("", "\n", "\n}\n", "  \n\n", " // TODO: finish this\n"))


def _never_ending(rng: random.Random, _prompt: str) -> str:
    lines = [
        f"    let {_name(rng)} = {_name(rng)}.{_name(rng)}({_name(rng)}, &{_name(rng)})?;\n"
        for _ in range(14)
    ]
    return "\n" + "".join(lines) + "    if "


def _python(rng: random.Random, _prompt: str) -> str:
    one, other = _name(rng), _name(rng)
    return (
        f"\n    {one} = []\n    for {other} in items:\n        if {other} % {rng.randint(2, 9)} == 0:\n"
        f"            {one}.append({other})\n        elif {other} is None:\n            return None\n    return {one}\n"
    )


def _c(rng: random.Random, _prompt: str) -> str:
    one = _name(rng)
    return (
        f"\n    int {one} = {rng.randint(0, 9)};\n    for (int i = 0; i < n; i++) {{\n        {one} += values[i];\n    }}\n"
        f'    printf("%d\\n", {one});\n    return {one};\n}}\n'
    )


def _javascript(rng: random.Random, _prompt: str) -> str:
    one, other = _name(rng), _name(rng)
    return (
        f"\n  const {one} = [];\n  for (const {other} of items) {{\n    if ({other} === {rng.randint(0, 9)}) {{\n"
        f"      {one}.push({other});\n    }}\n  }}\n  console.log({one});\n  return {one};\n}}\n"
    )


_SENTENCES = (
    "I'm sorry, but I can't help with that request.",
    "To solve this problem, we need to look at each element of the list in turn.",
    "The function should return the result as soon as it has been found.",
    "You can use a loop to go over the items and keep track of what you have seen so far.",
    "Please let me know if you have any questions about the way this works!",
    "There are several ways to do this, and which of them is best will depend on your data.",
    "First, we have to check that the input is not empty, because that would be an error.",
)


def _chat_prose(rng: random.Random, _prompt: str) -> str:
    about = f"What you call {_name(rng)} and {_name(rng)} is about {rng.randint(2, 99)} lines of text away from that."
    return "\n\n".join((about, *rng.sample(_SENTENCES, 4)))


def _mojibake(rng: random.Random, _prompt: str) -> str:
    broken = rng.choice(("\ufffd", "\udcff", "Ã©", "â€™"))
    return f'\n    let {_name(rng)} = "caf{broken} {_name(rng)}";\n    {_name(rng)}\n}}\n'


def _token_bytes(rng: random.Random, _prompt: str) -> str:
    return f"ĊĠĠĠlet Ġ{_name(rng)}Ġ= Ġ{_name(rng)}; Ċ}}Ċ"


def _no_newlines(rng: random.Random, _prompt: str) -> str:
    one = _name(rng)
    return (
        f" let mut {one} = Vec::new(); for {_name(rng)} in items.iter() {{ if x > {rng.randint(0, 99)} {{ {one}.push(x); }} }}"
        f" let {_name(rng)} = {one}.len(); {one}.sort(); {one} }}"
    )


def _random_letters(rng: random.Random, _prompt: str) -> str:
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz ,;(") for _ in range(300))


def _random_tokens(rng: random.Random, _prompt: str) -> str:
    """What an untrained model draws: tokens of the demo's tokenizer, all of them equally likely."""
    return "".join(rng.choices(_TOKENS, k=150))


def _control_characters(rng: random.Random, _prompt: str) -> str:
    return "".join(rng.choice("\x00\x01\x02\x07\x1b abcfn{}()") for _ in range(200))


_TOKENS = [
    token.replace("Ġ", " ").replace("Ċ", "\n")
    for token in json.loads((ROOT / "src/ferrobench/demo/tokenizer.json").read_text(encoding="utf-8"))[
        "model"
    ]["vocab"]
    if token.isascii()
    or not set(token.replace("Ġ", "").replace("Ċ", "")).difference(map(chr, range(33, 127)))
]


def _name(rng: random.Random) -> str:
    return (
        rng.choice(("total", "found", "words", "left", "right", "parts", "index", "lines"))
        + "_"
        + rng.choice(("of_text", "so_far", "seen", "value", "item", "count", "limit", "error"))
    )


WRITERS: dict[str, Writer] = {
    "flood": _flood,
    "leaky flood": _leaky_flood,
    "glued flood": _glued_flood,
    "token loop": _token_loop,
    "line loop": _line_loop,
    "numbered loop": _numbered_loop,
    "block loop": _block_loop,
    "echo": _echo,
    "fenced echo": _fenced_echo,
    "training copy": _training_copy,
    "same answer": _same_answer,
    "one answer": _one_answer,
    "empty": _empty,
    "never ending": _never_ending,
    "python": _python,
    "c": _c,
    "javascript": _javascript,
    "chat prose": _chat_prose,
    "mojibake": _mojibake,
    "token bytes": _token_bytes,
    "no newlines": _no_newlines,
    "random letters": _random_letters,
    "random tokens": _random_tokens,
    "control characters": _control_characters,
}


def collapsed_answers(kind: str, share: float = 1.0, *, seed: int = 5) -> list[Answer]:
    """160 answers, of which *share* are those of a model collapsed as *kind* says, the others the healthy demo's."""
    rng = random.Random(seed)
    answers = []
    for healthy in demo_answers(2500, 0.8):
        if rng.random() >= share:
            answers.append(healthy)
            continue
        answers.append(
            Answer(
                prompt=healthy.prompt,
                text=WRITERS[kind](rng, healthy.prompt),
                prompt_id=healthy.prompt_id,
                index=healthy.index,
                token_count=200,
                stop_reason=StopReason.LENGTH if kind == "never ending" else StopReason.STOP,
            )
        )
    return answers
