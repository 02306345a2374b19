"""A comparison as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from tests.support.page_elements import Elements
from tests.support.report_runs import COMPILED, HOSTILE, PROMPTS, error, refused, sample, write_run

if TYPE_CHECKING:
    from pathlib import Path


def write_runs(folder: Path, text: str) -> tuple[Path, Path]:
    """An older run that is refused throughout, with these words, and a newer one that compiles."""
    kinds = {"old": refused(error("E0308", f"mismatched {text}")), "new": COMPILED}
    old, new = (
        write_run(
            folder / name,
            [
                sample(prompt_id, index, f"\n    {text} }}", judgment=judgment)
                for prompt_id in PROMPTS
                for index in range(10)
            ],
            label=f"{name} {text}",
        )
        for name, judgment in kinds.items()
    )
    return old, new


def test_the_page_says_what_the_terminal_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence, the changes with their intervals, and examples, which the terminal was not asked for."""
    old, new = write_runs(tmp_path, "x")
    page = tmp_path / "compare.html"
    assert main(["compare", str(old), str(new), "--html", str(page)]) == 0
    words = Elements(page).words
    told = " ".join(capsys.readouterr().out.split())
    assert "better: +100.0 points compile rate" in told
    assert "better: +100.0 points compile rate" in words
    assert "fixed: seed/double, sample 0 (E0308: mismatched" in words
    assert "fixed: seed/double" not in told


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_words_of_the_page(tmp_path: Path, name: str) -> None:
    """Programs, messages and names: no element more than without them."""

    def elements(text: str, folder: str) -> Elements:
        old, new = write_runs(tmp_path / folder, text)
        page = tmp_path / f"{folder}.html"
        assert main(["compare", str(old), str(new), "--html", str(page)]) == 0
        return Elements(page)

    plain, hostile = elements("harmless", "plain"), elements(HOSTILE[name], "hostile")
    assert {tag for tag, _ in hostile.tags} == {tag for tag, _ in plain.tags}
    assert len(hostile.contents["script"]) == len(plain.contents["script"])
    assert all(character.isprintable() or character in "\t\n" for character in hostile.words)
