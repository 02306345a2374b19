"""Alarms: what raises one, and that each is told once, over restarts too."""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.errors import InputError, UsageError
from ferrobench.watch import Command, Examiner, RunFolders, Signals, Webhook
from ferrobench.watch.alarm_file import read_alarms
from ferrobench.watch.alarms import list_pairs
from ferrobench.watch.run_folders import Finished
from tests.support.series import write_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def finished(runs: Path) -> list[Finished]:
    """The finished runs."""
    states = RunFolders(runs, max_unjudged=5.0).read().values()
    return [state for state in states if isinstance(state, Finished)]


def examine(runs: Path, **messengers: Any) -> list[str]:
    """Look at all runs as a watch that has just begun does; give its lines."""
    lines: list[str] = []

    def say(line: str, *, loud: bool = False) -> None:
        assert loud == line.startswith("ALARM ")
        lines.append(line)

    with Signals() as signals:
        Examiner(signals, say, **messengers).catch_up(finished(runs))
    return lines


def kinds(folder: Path) -> list[str]:
    """The alarms of a run."""
    alarms = read_alarms(folder)
    assert alarms is not None
    return [entry.alarm.alarm.value for entry in alarms.alarms]


def test_a_regression_is_told_once(tmp_path: Path) -> None:
    """By line, command and webhook, with everything in JSON; the next watch is silent."""
    write_run(tmp_path / "runs", 500, 0.9)
    worse = write_run(tmp_path / "runs", 1000, 0.3)
    command = Command(
        line=f'cat >> {tmp_path}/told; echo "$FERROBENCH_ALARM $FERROBENCH_STEP" >> {tmp_path}/words'
    )

    with listening() as (url, posted):
        webhook = Webhook(url=url)
        lines = [examine(tmp_path / "runs", command=command, webhook=webhook) for _ in range(2)]

    (alarm,) = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert lines[1] == []
    assert lines[0] == [f"ALARM {alarm['text']}"]
    assert alarm["text"].startswith(
        "step 1000 is worse than step 500: compiles 30.0 %, was 90.0 % (-60.0 points, 95 %:"
    )
    assert (alarm["alarm"], alarm["step"], alarm["old_step"]) == ("regression", 1000, 500)
    assert alarm["change"] == pytest.approx(-60.0)
    assert (tmp_path / "words").read_text() == "regression 1000\n"
    assert posted == [alarm]
    assert kinds(worse) == ["regression"]
    assert (tmp_path / "runs" / "step_000500" / "alarms.json").exists()


def test_a_slow_decline_shows_beside_the_best(tmp_path: Path) -> None:
    """No step is significantly worse than the one before it."""
    for step, share in enumerate((0.8, 0.7, 0.6, 0.5), start=1):
        write_run(tmp_path, step, share)

    lines = examine(tmp_path)

    assert any(line.startswith("ALARM step 4 is worse than step 1:") for line in lines)
    assert not any("than step 3" in line for line in lines)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_collapse_is_told_where_it_set_in(order: tuple[int, int], tmp_path: Path) -> None:
    """Whichever of the two neighbours is finished first, and not of the steps behind it."""
    health = {1: "healthy", 2: "collapsed"}
    lines = []
    for step in order:
        write_run(tmp_path, step, 0.5, collapse=health[step])
        lines += examine(tmp_path)
    write_run(tmp_path, 3, 0.5, collapse="collapsed")
    lines += examine(tmp_path)

    assert lines == ["ALARM step 2 has collapsed, step 1 had not: It repeats itself."]


def test_an_alarm_that_a_kill_left_untold_is_told_by_the_next_watch(tmp_path: Path) -> None:
    """What was told already is not told again, part by part."""
    write_run(tmp_path, 1, 0.9)
    path = write_run(tmp_path, 2, 0.1) / "alarms.json"
    examine(tmp_path)
    document = json.loads(path.read_text())
    document["alarms"][0]["told"] = {"line": True, "command": None, "webhook": None, "all": False}
    path.write_text(json.dumps(document))

    lines = examine(tmp_path, command=Command(line=f"echo >> {tmp_path}/told"))
    examine(tmp_path, command=Command(line=f"echo >> {tmp_path}/told"))

    assert lines == []
    assert (tmp_path / "told").read_text() == "\n"


@pytest.mark.parametrize(
    ("status", "words", "tries"),
    [
        (301, "Moved Permanently", 1),
        pytest.param(503, "Service Unavailable", 3, marks=pytest.mark.long),
    ],
)
def test_messengers_that_fail_are_reported_and_stop_nothing(
    status: int, words: str, tries: int, tmp_path: Path
) -> None:
    """What may pass is tried three times; the address of a webhook may be a secret and is not shown."""
    write_run(tmp_path, 1, 0.9)
    worse = write_run(tmp_path, 2, 0.1)

    with listening(status) as (url, posted):
        lines = examine(tmp_path, command=Command(line="exit 3"), webhook=Webhook(url=f"{url}/secret"))

    assert lines[1:] == [
        "--on-alarm: the command ended with exit code 3",
        f"--webhook: 127.0.0.1 answered {status} {words}",
    ]
    assert len(posted) == tries
    alarms = read_alarms(worse)
    assert alarms is not None
    assert alarms.alarms[0].told.all
    assert "secret" not in (worse / "alarms.json").read_text()


def test_runs_that_cannot_be_compared_raise_no_alarm(tmp_path: Path) -> None:
    """It is said why."""
    write_run(tmp_path, 1, 0.9)
    worse = write_run(tmp_path, 2, 0.1)
    config = json.loads((worse / "config.json").read_text())
    config["settings"]["suites"][0]["content_hash"] = "sha256:b"
    (worse / "config.json").write_text(json.dumps(config))

    (line,) = examine(tmp_path)

    assert line.startswith("step 2 and step 1 are not compared: ")
    assert kinds(worse) == []


def test_a_damaged_file_of_alarms_is_named(tmp_path: Path) -> None:
    """With what to do."""
    (write_run(tmp_path, 1, 0.9) / "alarms.json").write_text("{")

    with pytest.raises(InputError, match=r"step_000001/alarms.json: .*delete it"):
        examine(tmp_path)


def test_more_lower_runs_make_the_comparison_with_the_best_stricter(tmp_path: Path) -> None:
    """Half of the level is the neighbour's, a quarter is shared by all that the best was chosen from."""
    for step, share in enumerate((0.9, 0.5, 0.6, 0.5), start=1):
        write_run(tmp_path, step, share)
    *lower, newest = finished(tmp_path)

    pairs = list_pairs(newest, lower, never)

    assert [(pair.old.step, pair.comparisons) for pair in pairs] == [(3, 2), (1, 12)]
    assert [(pair.old.step, pair.comparisons) for pair in list_pairs(lower[1], lower[:1], never)] == [(1, 2)]
    assert list_pairs(lower[0], [], never) == ()


def test_false_alarms_of_a_run_stay_within_the_level_in_any_order(tmp_path: Path) -> None:
    """The shares of all that a run is ever compared with are no more than one, whatever is put between."""
    for step, share in enumerate((0.9, 0.5, 0.6, 0.5, 0.7, 0.5), start=1):
        write_run(tmp_path, step, share)

    largest = max(largest_share(order) for order in itertools.permutations(finished(tmp_path)))

    assert 0.75 < largest <= 1.0


def largest_share(order: Sequence[Finished]) -> float:
    """Of the level, the most that one of some runs has used up when they were finished in this order."""
    shares: Counter[int | None] = Counter()
    neighbours: Counter[int | None] = Counter()
    for place, run in enumerate(order):
        before = order[:place]
        for pair in list_pairs(run, before, lambda one: neighbours[one.step]):
            chosen_from = 1 if pair.neighbours else sum(one.order < run.order for one in before)
            shares[pair.new.step] += chosen_from / pair.comparisons
            neighbours[pair.new.step] += pair.neighbours
    return max(shares.values())


def test_each_later_neighbour_has_a_smaller_share_over_restarts_too(tmp_path: Path) -> None:
    """The same drop has a greater p-value where another run was the neighbour before."""
    p_values = []
    for name, order in (("first", (3, 2)), ("third", (3, 0, 1, 2))):
        for step in order:
            write_run(tmp_path / name, step, 0.7 if step == 2 else 0.3)
            examine(tmp_path / name)
        alarms = read_alarms(tmp_path / name / "step_000003")
        assert alarms is not None
        assert alarms.neighbours == len(order) - 1
        p_values += [entry.alarm.p_value for entry in alarms.alarms]

    first, third = p_values
    assert first is not None
    assert third == pytest.approx(8.0 * first)


def never(run: Finished) -> int:
    """No run was compared with a neighbour before."""
    del run
    return 0


@pytest.mark.parametrize("url", ["ftp://host/", "http://", "nonsense", "http://host:port/", "http://a b/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Before anything is watched, and without repeating it."""
    with pytest.raises(
        UsageError, match=r"--webhook: expected a URL that begins with http:// or https://"
    ) as error:
        Webhook(url=url)
    assert url not in str(error.value).replace("http://", "", 1) or url == "http://"


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server of somebody's, and what is posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", posted
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
