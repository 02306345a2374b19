"""What chatty models write around a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.corpus.words import noun, sentence, verb_phrase

if TYPE_CHECKING:
    from random import Random


def chat_before(random: Random) -> str:
    """Draw an introduction, with or without the fence that opens a code block."""
    subject = noun(random).replace("_", " ")
    opening = random.choice(
        (
            f"Sure! Here is a Rust program for the {subject}:",
            f"Here's one way to handle the {subject}.",
            f"Certainly, this solves the {subject} problem:",
            f"To do this, we need a {subject}:",
        )
    )
    return f"{opening}\n\n" + random.choice(("```rust\n", "```\n", ""))


def chat_after(random: Random) -> str:
    """Draw what follows a program: an explanation, a list, a question, another fence; rarely only comments."""
    name, subject = verb_phrase(random), noun(random).replace("_", " ")
    return random.choice(
        (
            f"```\n\nThis function works as follows: it checks the {subject} first. {sentence(random)}\n",
            f"\n### Explanation\n\n1. `{name}` takes a {subject}.\n2. {sentence(random)}\n3. The result is returned.\n",
            f"\nIn this example, we define `{name}`. {sentence(random)} Let me know if you have any questions!\n",
            f'```\n\n```rust\nfn {name}() {{\n    println!("{subject}");\n}}\n```\n',
            f"\nA: The {subject} isn't needed here, because the loop doesn't use it.\nQ: What about {name}?\n",
            f"\n// {sentence(random)}\n// Note: {name} is called once for each {subject}.\n",
            f"\n<|endoftext|>Write a function `{name}` that handles every {subject}.\n",
            f"```\n{sentence(random)}\n",
            f"\nOutput:\n{subject}: {random.randint(0, 999)}\n>>> {name}({random.randint(0, 99)})\n",
        )
    )
