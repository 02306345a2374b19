"""A series in the terminal."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from rich.console import Console

from ferrobench.metrics.collapse import Health
from ferrobench.reports.history_report import print_history
from ferrobench.reports.sparkline import sparkline, values_per_block
from ferrobench.tracking import COMPILE_RATE, PASS_RATE, PASS_RATE_STRICT, History, RatePoint, Series
from tests.support.trainings import a_point, a_series

AT_80 = """\
compile rate rises from 1.5% (step 1000) to 58.5% (step 4000, best; step 3000
cannot be told from it), then falls to 3.0% (step 5000); collapsed at step 5000,
the last
tiny: suite seed 1.0.0
note: the checkpoints lie in different folders

  compile rate          ▁▂▅▅▁  1.5% to 3.0%
  pass rate             ▁▁▂▃▁  0.0% to 0.5%
  programs that differ  █▇▅▄▂  100.0% to 20.0%
  loss                  █▇▅▃▁  3.500 to 1.500
  rates from 0 to 100%, others from lowest to highest

   step  compile           95%    change   pass           95%   loss  health
   1000     1.5%    0.0 to 6.0       -     0.0%    0.0 to 3.5  3.500  healthy
   2000    20.0%  15.5 to 24.5   +18.5 ▲   2.5%    0.0 to 6.0  3.000  healthy
☆  3000    55.0%  50.5 to 59.5   +35.0 ▲  20.0%  16.5 to 23.5  2.500  healthy
★  4000    58.5%  54.0 to 63.0    +3.5    31.0%  27.5 to 34.5  2.000  ailing
✗  5000     3.0%    0.0 to 7.5   -55.5 ▼   0.5%    0.0 to 4.0  1.500  collapsed
★ best   ☆ cannot be told from it   ✗ collapsed
▲ better than the checkpoint before (95%, 7 tests)   ▼ worse
95%: interval if these prompts were sampled again
"""
AT_140 = """\
compile rate rises from 1.5% (step 1000) to 58.5% (step 4000, best; step 3000 cannot be told from it), then falls to 3.0% (step 5000);
collapsed at step 5000, the last
tiny: suite seed 1.0.0
note: the checkpoints lie in different folders

  compile rate          ▁▂▅▅▁  1.5% to 3.0%
  pass rate             ▁▁▂▃▁  0.0% to 0.5%
  programs that differ  █▇▅▄▂  100.0% to 20.0%
  loss                  █▇▅▃▁  3.500 to 1.500
  rates from 0 to 100%, others from lowest to highest

   step  compile           95%    change    95% others   pass           95%   loss  health     distinct  tok/s
   1000     1.5%    0.0 to 6.0       -     0.0 to 13.0   0.0%    0.0 to 3.5  3.500  healthy      100.0%    612
   2000    20.0%  15.5 to 24.5   +18.5 ▲   8.5 to 31.5   2.5%    0.0 to 6.0  3.000  healthy       80.0%    612
☆  3000    55.0%  50.5 to 59.5   +35.0 ▲  43.5 to 66.5  20.0%  16.5 to 23.5  2.500  healthy       60.0%    612
★  4000    58.5%  54.0 to 63.0    +3.5    47.0 to 70.0  31.0%  27.5 to 34.5  2.000  ailing        40.0%    612
✗  5000     3.0%    0.0 to 7.5   -55.5 ▼   0.0 to 14.5   0.5%    0.0 to 4.0  1.500  collapsed     20.0%    612
★ best   ☆ cannot be told from it   ✗ collapsed   ▲ better than the checkpoint before (95%, 7 tests)   ▼ worse
95%: interval if these prompts were sampled again; others: for other prompts
"""
IN_ASCII = """\
compile rate rises from 1.5% (step 1000) to 58.5% (step 4000, best; step 3000
cannot be told from it), then falls to 3.0% (step 5000); collapsed at step 5000,
the last
tiny: suite seed 1.0.0
note: the checkpoints lie in different folders

  compile rate          02550  1.5% to 3.0%
  pass rate             00230  0.0% to 0.5%
  programs that differ  98642  100.0% to 20.0%
  loss                  97520  3.500 to 1.500
  rates from 0 to 100%, others from lowest to highest

   step  compile           95%    change   pass           95%   loss  health
   1000     1.5%    0.0 to 6.0       -     0.0%    0.0 to 3.5  3.500  healthy
   2000    20.0%  15.5 to 24.5   +18.5 B   2.5%    0.0 to 6.0  3.000  healthy
=  3000    55.0%  50.5 to 59.5   +35.0 B  20.0%  16.5 to 23.5  2.500  healthy
*  4000    58.5%  54.0 to 63.0    +3.5    31.0%  27.5 to 34.5  2.000  ailing
C  5000     3.0%    0.0 to 7.5   -55.5 W   0.5%    0.0 to 4.0  1.500  collapsed
* best   = cannot be told from it   C collapsed
B better than the checkpoint before (95%, 7 tests)   W worse
95%: interval if these prompts were sampled again
"""


def a_training() -> Series:
    """A rise, a tie at the top, and a collapse at the end."""
    points = []
    for number, (rate, passed, health) in enumerate(
        (
            (1.5, 0.0, Health.HEALTHY),
            (20.0, 2.5, Health.HEALTHY),
            (55.0, 20.0, Health.HEALTHY),
            (58.5, 31.0, Health.AILING),
            (3.0, 0.5, Health.COLLAPSED),
        )
    ):
        over_prompts = (max(0.0, rate - 11.5), rate + 11.5)
        interval = (max(0.0, passed - 3.5), passed + 3.5)
        points.append(
            a_point(
                1000 * (number + 1),
                rate,
                rates={
                    COMPILE_RATE: RatePoint(
                        value=rate,
                        interval_over_samples=(max(0.0, rate - 4.5), rate + 4.5),
                        interval_over_prompts=over_prompts,
                    ),
                    PASS_RATE: RatePoint(
                        value=passed, interval_over_samples=interval, interval_over_prompts=None
                    ),
                    "pass@1": RatePoint(value=passed, interval_over_samples=None, interval_over_prompts=None),
                },
                loss=3.5 - 0.5 * number,
                collapse=health,
                distinct=100.0 - 20.0 * number,
                tokens_per_second=612.0,
            )
        )
    return a_series(points, notes=["the checkpoints lie in different folders"])


def render(series: Series, *, width: int, encoding: str = "utf-8", every_row: bool = False) -> str:
    """Print a series into a string."""
    bytes_written = io.BytesIO()
    stream = io.TextIOWrapper(bytes_written, encoding=encoding)
    console = Console(file=stream, width=width, markup=False, highlight=False, emoji=False, no_color=True)
    print_history(History(series=[series], notes=[]), console, every_row=every_row)
    stream.flush()
    return bytes_written.getvalue().decode(encoding)


def lines(text: str) -> list[str]:
    """Without the blanks at the ends of lines that wrapping leaves."""
    return [line.rstrip() for line in text.splitlines()]


@pytest.mark.parametrize(("width", "expected"), [(80, AT_80), (140, AT_140)])
def test_the_whole_fits_the_terminal(width: int, expected: str) -> None:
    """Sentence, curves, table, marks; the wider the more columns."""
    assert lines(render(a_training(), width=width)) == lines(expected)


def test_a_terminal_without_our_signs_gets_letters() -> None:
    """And digits for curves."""
    assert lines(render(a_training(), width=80, encoding="ascii")) == lines(IN_ASCII)


@pytest.mark.parametrize("width", [30, 40, 60, 79, 80, 100, 139, 140, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Whatever its width; name and headline are always there."""
    shown = render(a_training(), width=width)

    assert max(map(len, shown.splitlines())) <= width
    assert "3000    55.0%" in shown


@pytest.mark.parametrize("width", range(60, 200, 4))
def test_an_interval_stands_beside_its_rate(width: int) -> None:
    """However wide the terminal: that of a rate for which there is no room is left out too."""
    points = [
        point.model_copy(
            update={
                "rates": {
                    **point.rates,
                    PASS_RATE_STRICT: RatePoint(
                        value=1.0 + number, interval_over_samples=(0.5, 9.5), interval_over_prompts=None
                    ),
                }
            }
        )
        for number, point in enumerate(a_training().points)
    ]
    shown = render(a_training().model_copy(update={"points": points}), width=width)
    heading = next(line for line in shown.splitlines() if line.lstrip().startswith("step  compile")).split()

    rates = [before for before, word in pairwise(heading) if word == "95%"]
    assert set(rates) <= {"compile", "pass", "strict", "change"}, heading


def test_a_long_series_is_shown_by_what_stands_out() -> None:
    """The last twenty rows, the first, the best, the changes and the collapse before them; all when asked for."""
    rates = [10.0, 50.0, 50.0, 48.0, 20.0, *[45.0] * 35]
    health = [Health.HEALTHY] * 40
    health[4] = Health.COLLAPSED
    points = [
        a_point(step, rate, collapse=verdict)
        for step, (rate, verdict) in enumerate(zip(rates, health, strict=True))
    ]
    shown = render(a_series(points), width=80)
    rows = [line.split()[0].lstrip("★☆✗") or line.split()[1] for line in shown.splitlines() if "% " in line]

    assert [row for row in rows if row.isdecimal()] == [str(step) for step in (0, 1, 4, 5, *range(20, 40))]
    assert "24 of 40 checkpoints" in shown
    everything = render(a_series(points), width=80, every_row=True)
    assert len(everything.splitlines()) == len(shown.splitlines()) + 40 - 24 - 1


def test_where_nothing_can_be_told_from_the_best_nothing_is_marked_so() -> None:
    """A mark on every row would say nothing."""
    shown = render(a_series([a_point(1, 50.0), a_point(2, 52.0), a_point(3, 51.0)]), width=80)

    assert "☆" not in shown
    assert "★" in shown


def test_a_single_checkpoint_has_no_curves() -> None:
    """Nor a mark, nor a change."""
    shown = render(a_series([a_point(1, 50.0)]), width=80)

    assert "the only checkpoint" in shown
    assert not set("▁▂▃▄▅▆▇█★▲") & set(shown)
    assert "change" not in shown


def test_names_of_strangers_move_no_cursor() -> None:
    """Control characters are escaped, and long names are cut."""
    hostile = a_point(None, 50.0, label="\x1b[2Jrun\u202e" + "x" * 200)
    shown = render(a_series([hostile, a_point(None, 51.0)]), width=80)

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[2Jrun" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("values", "width", "drawn"),
    [
        ([0.0, 50.0, 100.0], 10, "▁▅█"),
        ([-5.0, 105.0], 10, "▁█"),
        ([0.0, None, 100.0], 10, "▁ █"),
        ([0.0, 0.0, 100.0, 100.0], 2, "▁█"),
        ([0.0, None, None, None, 100.0, 100.0], 3, "▁ █"),
        ([], 10, ""),
    ],
)
def test_a_curve_in_one_line(values: list[float | None], width: int, drawn: str) -> None:
    """From low to high, with gaps; neighbours share a block where there is no room."""
    assert sparkline(values, low=0.0, high=100.0, width=width) == drawn
    assert len(drawn) == -(-len(values) // values_per_block(len(values), width))


def test_a_curve_that_does_not_move_is_drawn_in_the_middle() -> None:
    """There is no lowest and no highest."""
    assert sparkline([2.0, 2.0], low=2.0, high=2.0, width=10) == "▅▅"
