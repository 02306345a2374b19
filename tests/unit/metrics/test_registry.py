"""Which metrics there are, which of them a run computes, and what becomes of one that fails."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, Protocol

import pytest

from ferrobench.errors import NotReadyError, UsageError
from ferrobench.metrics.metric import ENTRY_POINTS, Figures, Metric
from ferrobench.metrics.registry import choose_metrics, load_metrics, measure_run
from ferrobench.metrics.worker import share_out
from tests.support.measured import a_run

if TYPE_CHECKING:
    from pathlib import Path

    from ferrobench.metrics.measured import MeasuredRun

OURS = {"collapse", "diversity", "failures", "generation", "quality", "similarity"}


class Samples(Figures):
    """A number."""

    number: int


def metric(name: str, *, costly: bool = False) -> Metric:
    """One that counts samples."""
    return Metric(
        name=name,
        title="Arbitrary",
        figures=Samples,
        measure=lambda run: Samples(number=len(run.samples)),
        definitions=(),
        costly=costly,
    )


class Install(Protocol):
    """Installs a package with one metric."""

    def __call__(self, source: str, name: str = "counting") -> None: ...


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Install:
    """A function that puts a package with an entry point onto the path, as an installer would."""
    module = "metric_of_" + re.sub(r"\W", "_", request.node.name)

    def write(source: str, name: str = "counting") -> None:
        (tmp_path / f"{module}.py").write_text(dedent(source))
        information = tmp_path / "counting_metric-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: counting-metric\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{name} = {module}:METRIC\n")
        monkeypatch.syspath_prepend(tmp_path)

    return write


WHOLE = """\
    from ferrobench.metrics.metric import Figures, Metric

    class Counted(Figures):
        answers: int

    METRIC = Metric(
        name="counting", title="Counting", figures=Counted, definitions=(),
        measure=lambda run: Counted(answers=len(run.samples)),
    )
"""


def test_our_metrics_come_by_the_entry_points_of_the_package() -> None:
    """As those of others do."""
    assert {found.name for found in load_metrics()} >= OURS


def test_a_metric_of_another_package_is_found_and_computed(install: Install) -> None:
    """It needs an entry point and nothing else."""
    install(WHOLE)

    (found,) = choose_metrics("counting")

    assert measure_run(a_run({"fn f() {": [" }", " }"]}), [found]).figures == {"counting": {"answers": 2}}


@pytest.mark.parametrize(
    ("source", "name", "words"),
    [
        ("import nothing_of_this_name", "counting", "cannot be loaded: ModuleNotFoundError: No module named"),
        ("METRIC = 3", "counting", "expected a ferrobench.metrics.Metric, found int"),
        (WHOLE, "tallying", "calls itself counting; both names must be the same"),
    ],
)
def test_a_metric_that_cannot_be_used_is_named_in_one_line(
    install: Install, source: str, name: str, words: str
) -> None:
    """With the entry point that brought it."""
    install(source, name)

    with pytest.raises(NotReadyError, match=words) as caught:
        load_metrics()
    assert str(caught.value).startswith(f"metric {name} (metric_of_")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("default", ["a", "b"]),
        ("all", ["a", "b", "dear"]),
        ("none", []),
        ("b", ["b"]),
        ("dear, a", ["a", "dear"]),
        ("default,dear", ["a", "b", "dear"]),
    ],
)
def test_metrics_are_chosen_by_name_or_cost(wanted: str, names: list[str]) -> None:
    """In an order of their own, whatever the order of the names."""
    known = [metric("a"), metric("b"), metric("dear", costly=True)]

    assert [found.name for found in choose_metrics(wanted, known)] == names


@pytest.mark.parametrize("wanted", ["c", "", "default,c", "none,a"])
def test_an_unknown_metric_is_refused_with_those_that_are_known(wanted: str) -> None:
    """Before any sample is drawn."""
    with pytest.raises(
        UsageError, match=r"--metrics .*: unknown metric .*expected some of default, all, none, a$"
    ):
        choose_metrics(wanted, [metric("a")])


def test_a_metric_that_fails_says_so_and_costs_the_others_nothing() -> None:
    """Whatever it raises."""

    def fail(run: MeasuredRun) -> Figures:
        raise ZeroDivisionError("no\nsamples")

    broken = Metric(name="broken", title="Arbitrary", figures=Figures, measure=fail, definitions=())
    found = measure_run(a_run({"fn f() {": [" }"]}), [broken, metric("a")])

    assert found.failures == {"broken": "ZeroDivisionError: no samples"}
    assert found.figures == {"a": {"number": 1}}


def test_a_metric_with_nothing_to_measure_has_no_key() -> None:
    """None is no figure."""
    silent = Metric(name="silent", title="Arbitrary", figures=Figures, measure=lambda _: None, definitions=())

    assert measure_run(a_run({"fn f() {": [" }"]}), [silent]).figures == {}


def many_samples() -> MeasuredRun:
    """A run that is large enough for several processes; its texts are few, and measured fast."""
    answers = [f" let x = {number}; }}" for number in range(20)]
    return a_run({"fn f() {": answers * 40, "fn g() {": answers * 40})


def test_several_processes_compute_the_same(install: Install) -> None:
    """Metrics of other packages too, and in the same order."""
    install(WHOLE)
    run, metrics = many_samples(), choose_metrics("default")

    apart = measure_run(run, metrics, jobs=3)

    assert apart == measure_run(run, metrics)
    assert list(apart.figures) == [metric.name for metric in metrics if metric.name in apart.figures]
    assert apart.figures["counting"] == {"answers": 1600}


def test_what_fails_in_another_process_is_told_likewise(install: Install) -> None:
    """A metric that ends its whole process is computed here, where it only fails."""
    install(
        """\
        import os, sys
        from ferrobench.metrics.metric import Figures, Metric

        def measure(run):
            if sys.argv[0].endswith("worker.py"):
                os._exit(3)
            raise ValueError("not here either")

        METRIC = Metric(name="counting", title="Arbitrary", figures=Figures, definitions=(), measure=measure)
        """
    )
    metrics = choose_metrics("counting,failures,quality")

    found = measure_run(many_samples(), metrics, jobs=3)

    assert found.failures == {"counting": "ValueError: not here either"}
    assert list(found.figures) == ["failures", "quality"]


@pytest.mark.parametrize(
    ("names", "parts", "shares"),
    [
        (
            ["quality", "similarity", "diversity", "collapse"],
            2,
            [["similarity", "collapse"], ["diversity", "quality"]],
        ),
        (["a"], 3, [["a"]]),
        ([], 2, []),
    ],
)
def test_metrics_are_shared_out_by_what_they_cost(
    names: list[str], parts: int, shares: list[list[str]]
) -> None:
    """In parts that take about as long."""
    assert sorted(share_out(names, parts)) == sorted(shares)
