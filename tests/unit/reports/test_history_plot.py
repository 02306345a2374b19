"""A series as a picture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ferrobench.errors import MissingExtraError, NotReadyError, UsageError
from ferrobench.metrics.collapse import Health
from ferrobench.reports.history_plot import write_history_plot
from ferrobench.tracking import History
from tests.support.trainings import a_point, a_series

if TYPE_CHECKING:
    from pathlib import Path


def a_history(*, label: str = "arbitrary", step: int | None = 1000) -> History:
    """A rise and a collapse."""
    points = [
        a_point(None if step is None else step * (number + 1), rate, label=label, loss=2.0, collapse=health)
        for number, (rate, health) in enumerate(
            ((20.0, Health.HEALTHY), (60.0, Health.HEALTHY), (57.0, Health.HEALTHY), (3.0, Health.COLLAPSED))
        )
    ]
    return History(series=[a_series(points)], notes=[])


def test_a_png_shows_the_curve_its_band_the_marks_and_the_collapse(tmp_path: Path) -> None:
    """Each in its colour, all of which people with any colour vision can tell apart; two series are twice as high."""
    path = tmp_path / "history.png"
    write_history_plot(a_history(), path)
    with Image.open(path) as image:
        assert image.size[0] == 1350
        height = image.size[1]
        found = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 24) or ()}

    for colour in ("#0072b2", "#8a6100", "#00734c", "#b83200"):
        assert tuple(bytes.fromhex(colour[1:])) in found
    assert list(tmp_path.iterdir()) == [path]
    write_history_plot(History(series=a_history().series * 2, notes=[]), path)
    with Image.open(path) as image:
        assert image.size[1] == pytest.approx(2 * height, abs=1)


def test_an_svg_is_the_same_each_time(tmp_path: Path) -> None:
    """No date and no random names: a picture may be kept under version control."""
    for name in ("a.svg", "b.SVG"):
        write_history_plot(a_history(), tmp_path / name)

    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.SVG").read_bytes()
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()


def test_names_of_strangers_are_no_formulas(tmp_path: Path) -> None:
    """A dollar begins none, and characters that no font has are boxes: nothing fails and nothing warns."""
    write_history_plot(a_history(label="$\\frac{$ \u4e2d\x1b<b>&", step=None), tmp_path / "a.svg")

    assert b"<b>" not in (tmp_path / "a.svg").read_bytes()


def test_a_single_checkpoint_without_a_rate_can_be_drawn(tmp_path: Path) -> None:
    """Though there is little to see."""
    write_history_plot(History(series=[a_series([a_point(1, None)])], notes=[]), tmp_path / "a.png")

    assert (tmp_path / "a.png").stat().st_size > 1000


def test_the_interval_of_a_single_checkpoint_is_seen(tmp_path: Path) -> None:
    """A band would have no width; and its step stands below it."""
    write_history_plot(History(series=[a_series([a_point(1234, 40.0)])], notes=[]), tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()

    assert 'id="LineCollection_1"' in text
    assert "<!-- 1,234 -->" in text


def test_other_formats_are_refused(tmp_path: Path) -> None:
    """With those that there are."""
    with pytest.raises(
        UsageError, match=r"--plot .*a\.gif: expected a file name that ends in \.png or \.svg"
    ):
        write_history_plot(a_history(), tmp_path / "a.gif")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """In one clear line."""
    with pytest.raises(NotReadyError, match=r"a\.png: cannot be written"):
        write_history_plot(a_history(), tmp_path / "nowhere" / "a.png")


def test_without_matplotlib_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ferrobench\[plots\]'"):
        write_history_plot(a_history(), tmp_path / "a.png")
