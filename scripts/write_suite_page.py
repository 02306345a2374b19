"""Writes docs/core-suite.md: what the suites core and seed-plus ask for, so that holes are visible."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ferrobench.prompts import Level, load_suite
from ferrobench.prompts.checks import load_checks
from ferrobench.prompts.load import suite_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ferrobench.prompts import Prompt

PAGE = Path(__file__).parent.parent / "docs" / "core-suite.md"
SUITES = ("core", "seed-plus")
_HEAD = """\
# The suites core and seed-plus

`core` asks for what makes Rust Rust. Each prompt says in its doc comment all that its hidden tests demand; the tests reach an answer by
remote call or through [probes](hidden-tests.md#probes), so that it cannot pass by leaving, printing or comparing in its own favour.
Each has a reference that clippy and rustfmt have nothing to say about, and wrong answers beside it that must fail.

`seed-plus` goes on where the original's 16 prompts end: bare signatures of the kinds that its authors planned, generics, lifetimes and
unsafe, without a word of explanation.

```
ferrobench run --suite core --checkpoint … --samples-per-prompt 5 --max-tokens 600
ferrobench suite check core --lint --min-score 90 --runs 20
ferrobench suite show core
```

Three levels: *basic* is one idea of the language in a few lines; *intermediate* takes several together, or one that most programs do
without; *advanced* takes a practised hand. *Variants* ask for the same as another prompt in other words and names: a model that knows
the one and not the other has memorised an answer. Whoever compares models on pass@k of the suite counts them as prompts of their own.

How to write a prompt: [writing prompts](writing-prompts.md). `make docs` writes this page anew.
"""


def render_page() -> str:
    """Write the page."""
    lines = [_HEAD]
    for name in SUITES:
        lines += _suite(name)
    return "\n".join(lines).rstrip() + "\n"


def _suite(name: str) -> Iterator[str]:
    suite = load_suite(name)
    folder = suite_folder(name)
    checks = {} if folder is None else load_checks(folder, suite)
    own = [prompt for prompt in suite.prompts if prompt.variant_of is None]
    variants = [prompt for prompt in suite.prompts if prompt.variant_of is not None]
    yield f"## {name} {suite.version}"
    yield ""
    yield f"{len(own)} prompts" + (f" and {len(variants)} variants of some of them." if variants else ".")
    yield ""
    yield "### By category and level"
    yield ""
    yield from _table(("category", *Level, "variants"), _by_category(own, variants))
    yield "### By feature"
    yield ""
    yield from _table(("feature", "prompts", "which"), _by_feature(own))
    yield "### All prompts"
    yield ""
    yield from _table(
        ("prompt", "category", "level", "asks for", "tests", "wrong answers by hand"),
        [
            (
                f"`{prompt.name}`"
                + (f", a variant of `{prompt.variant_of.partition('/')[2]}`" if prompt.variant_of else ""),
                prompt.category,
                prompt.level or "",
                _first_sentence(prompt),
                str(prompt.tests.count("#[test]")),
                str(len(checks[prompt.id].wrong)) if prompt.id in checks else "",
            )
            for prompt in suite.prompts
        ],
    )


def _by_category(own: Sequence[Prompt], variants: Sequence[Prompt]) -> Iterator[tuple[str, ...]]:
    levels = Counter((prompt.category, prompt.level) for prompt in own)
    copies = Counter(prompt.category for prompt in variants)
    categories = sorted({prompt.category for prompt in own})
    for category in categories:
        yield category, *(str(levels[category, level] or "") for level in Level), str(copies[category] or "")
    sums = [str(sum(prompt.level is level for prompt in own)) for level in Level]
    yield "all", *sums, str(len(variants) or "")


def _by_feature(own: Sequence[Prompt]) -> Iterator[tuple[str, ...]]:
    features: dict[str, list[str]] = {}
    for prompt in own:
        for tag in prompt.tags:
            features.setdefault(tag, []).append(f"`{prompt.name}`")
    for tag, names in sorted(features.items(), key=lambda item: (-len(item[1]), item[0])):
        yield tag, str(len(names)), ", ".join(names)


def _first_sentence(prompt: Prompt) -> str:
    """Of its documentation; of a bare signature the signature itself."""
    words = " ".join(
        line.removeprefix("///").strip() for line in prompt.text.split("\n") if line.startswith("///")
    )
    if not words:
        return f"`{prompt.text.split(chr(10))[-1]}`"
    end = words.find(". ")
    return words if end < 0 else words[: end + 1]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
