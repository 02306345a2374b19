"""`ferrobench review`: the real server, asked by raw HTTP as browsers, other pages and strangers would."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.rubric import REVIEWS_FILE, ReviewFile, ReviewPlan, load_reviews, read_ratings
from tests.support.reviews import HOSTILE, Reviewing, rating, reviewing, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCORES = {"correctness": 1, "idiomatic": 2, "readable": None, "efficient": 4, "safe": 5}
FORBIDDEN = b"forbidden\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a tell-tale name and hostile completions."""
    return write_run(tmp_path_factory.mktemp("reviewed") / "secret_run_step_500", list(HOSTILE.values()))


@pytest.fixture(scope="module")
def review(folder: Path) -> Iterator[Reviewing]:
    """A review of it."""
    with reviewing(folder) as running:
        yield running


def first_label(review: Reviewing, rater: str) -> str:
    """Join, and give the label of the rater's first sample."""
    status, joined = review.ask("join", {"rater": rater})
    assert status == 200
    return str(joined["places"][0]["label"])


def test_a_request_without_the_token_learns_nothing(review: Reviewing) -> None:
    """Whatever it asks for, and with a token that is nearly right: 403, the same bytes, and not a word about the run."""
    token = review.path.strip("/")
    paths = [
        "/",
        "/api/session",
        "/review.js",
        "/look.css",
        f"/{token[:-1]}/",
        f"/{token}x/",
        "//",
        "/x" * 2000,
    ]
    answers = {review.raw("GET", path)[2] for path in paths}
    statuses = {
        review.raw(method, "/api/session")[0] for method in ("GET", "POST", "PUT", "OPTIONS", "DELETE")
    }

    assert answers == {FORBIDDEN}
    assert statuses == {403}


def test_the_link_without_its_last_slash_works(review: Reviewing) -> None:
    """It leads to the one with it."""
    status, headers, _ = review.raw("GET", review.path.rstrip("/"))

    assert (status, headers["location"]) == (307, review.path)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "0.0.0.0", "[::2]", ""]
)
def test_another_name_for_this_machine_is_refused(review: Reviewing, host: str) -> None:
    """A page whose name was made to lead here cannot read, though it had the token."""
    assert review.raw("GET", f"{review.path}api/session", headers={"Host": host})[::2] == (403, FORBIDDEN)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "[::1]:80"])
def test_this_machine_may_be_reached_through_a_tunnel(review: Reviewing, host: str) -> None:
    """By its own names and any port."""
    assert review.raw("GET", f"{review.path}api/session", headers={"Host": host})[0] == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "http://localhost"]
)
def test_a_page_from_elsewhere_cannot_write(review: Reviewing, origin: str | None) -> None:
    """Though it had the token."""
    headers = {"Content-Type": "application/json"} | ({} if origin is None else {"Origin": origin})

    answer = review.raw("POST", f"{review.path}api/join", b'{"rater": "eve"}', headers)

    assert answer[::2] == (403, FORBIDDEN)
    assert "eve" not in review.ask("session")[1]["raters"]


def test_a_form_cannot_write(review: Reviewing) -> None:
    """Only JSON is read, which forms do not send."""
    headers = review.headers | {"Content-Type": "text/plain"}

    assert review.raw("POST", f"{review.path}api/join", b'{"rater": "eve"}', headers)[0] == 415


def test_every_answer_has_its_policy(review: Reviewing) -> None:
    """Nothing inline, nothing from elsewhere, in no frame, kept nowhere; refusals too."""
    for path in (review.path, f"{review.path}api/session", f"{review.path}nowhere", "/"):
        headers = review.raw("GET", path)[1]
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers


def test_the_page_has_nothing_inline(review: Reviewing) -> None:
    """Neither script nor style nor handler; all that it loads is there."""
    page = review.raw("GET", review.path)[2].decode()

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", page)
    for name in re.findall(r'(?:src|href)="([^"#]+)"', page):
        assert review.raw("GET", review.path + name)[0] == 200, name


def test_it_listens_on_this_machine_only(review: Reviewing) -> None:
    """No other address of the machine has the port."""
    listening = []
    for table in ("tcp", "tcp6"):
        with open(f"/proc/net/{table}", encoding="ascii") as lines:  # noqa: PTH123 - no path of ours
            listening += [row.split()[1] for row in lines if row.split()[3] == "0A"]
    port = f"{review.port:04X}"

    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_what_is_too_much_is_refused(review: Reviewing) -> None:
    """A long body, a long note; the server goes on."""
    label = first_label(review, "ada")
    body = {"rater": "ada", "label": label, "scores": SCORES}

    assert review.ask("rate", body | {"note": "x" * 100_000})[0] == 413
    assert review.ask("rate", body | {"note": "x" * 4_001})[0] == 422
    assert review.ask("session")[0] == 200


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"scores": SCORES | {"safe": 6}}, "scores.safe"),
        ({"scores": SCORES | {"safe": "5"}}, "scores.safe"),
        ({"scores": {}}, "scores.correctness"),
        ({"label": "ffffffffffff"}, "no such"),
        ({"rater": "nobody"}, "no such"),
        ({"rater": "a\x00"}, "expected a name"),
        ({"more": 1}, "more"),
        ({"note": "a\ud800"}, "hex escape"),
    ],
)
def test_what_is_no_rating_is_refused(review: Reviewing, change: dict[str, object], named: str) -> None:
    """In a line that names the field."""
    body = {"rater": "ada", "label": first_label(review, "ada"), "scores": SCORES}
    status, answer = review.ask("rate", body | change)

    assert status in (404, 422)
    assert named in answer["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 10_000])
def test_what_is_no_json_is_refused(review: Reviewing, body: bytes) -> None:
    """In a line."""
    status, _, answer = review.raw("POST", f"{review.path}api/rate", body, review.headers)

    assert status == 422
    assert json.loads(answer)["error"]


def test_raters_learn_nothing_of_the_run(review: Reviewing) -> None:
    """Neither its name nor the prompts' ids nor what the compiler said, in anything that they can ask for."""
    label = first_label(review, "ada")
    answers = [
        review.raw("GET", f"{review.path}api/{name}", headers=review.headers)[2].decode()
        for name in ("session", "agreement")
    ]
    answers += [
        json.dumps(review.ask(name, {"rater": "ada", "label": label})[1]) for name in ("sample", "skip")
    ]

    for word in ("secret_run", "step_500", "arbitrary/prompt", "compile", "stage"):
        assert word not in "".join(answers[1:])
    assert "secret_run" not in answers[0]


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_samples_are_shown_as_inert_text(review: Reviewing, kind: str) -> None:
    """As plain pieces without a character that hides, whatever is in them; the long one cut."""
    _, joined = review.ask("join", {"rater": "ada"})
    shown = []
    for place in joined["places"]:
        status, answer = review.ask("sample", {"rater": "ada", "label": place["label"]})
        assert status == 200
        lines = answer["listing"]["completion"]
        shown.append("\n".join("".join(text for _, text in line) for line in lines))
    expected = {
        "markup": HOSTILE["markup"],
        "terminal": "// ⟨U+001B⟩[31mred⟨U+001B⟩]0;title⟨U+0007⟩",
        "bidi": "/* ⟨U+202E⟩ } ⟨U+2066⟩if admin⟨U+2069⟩ */ ⟨U+200B⟩",
        "nul": "⟨U+0000⟩ after",
        "half": "⟨U+D800⟩ after",
        "long": HOSTILE["long"][:20_000],
    }

    assert expected[kind] in shown


def test_a_kill_keeps_what_was_saved_and_ctrl_c_tells_of_it(tmp_path: Path) -> None:
    """Killed after a rating; the next review goes on behind it, ends in one line, and its ratings can be exported."""
    folder = write_run(tmp_path / "run", [" 1 }", " 2 }", " 3 }", " 4 }"])
    with reviewing(folder, "--limit", "3") as review:
        label = first_label(review, "ada")
        assert review.ask("rate", {"rater": "ada", "label": label, "scores": SCORES, "note": "n"})[0] == 200
        review.process.send_signal(signal.SIGKILL)
        review.process.wait(60)
    with reviewing(folder) as review:
        places = review.ask("join", {"rater": "ada"})[1]["places"]
        said = review.stop()

    assert [place["state"] for place in places] == ["rated", "open", "open"]
    assert places[0]["label"] == label
    lines = said.splitlines()
    assert len(lines) == 2
    assert (
        lines[1] == f"{folder / REVIEWS_FILE}: 1 rating of 1 sample by 1 rater; no agreement can be told yet"
    )
    assert main(["review", str(folder), "--export", str(tmp_path / "ratings.jsonl")]) == 0
    assert read_ratings(tmp_path / "ratings.jsonl") == load_reviews(folder)
    assert load_reviews(folder)[0].note == "n"


def test_a_taken_port_is_told_in_one_line(review: Reviewing, folder: Path) -> None:
    """With what helps."""
    command = [sys.executable, "-m", "ferrobench.cli.main", "review", str(folder), "--port", str(review.port)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.count("\n") == 1
    assert f"port {review.port}" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--overlap", "2"], "--overlap 2.0"),
        (["--limit", "-1"], "--limit -1"),
        (["--raters", "0"], "--raters 0"),
        (["--rater", "\u202e"], "--rater"),
        (["--export", "ratings.csv"], "no ratings yet"),
    ],
)
def test_a_wrong_flag_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    """Before anything is opened; nothing is left behind."""
    folder = write_run(tmp_path / "run", [" 1 }"])

    assert main(["review", str(folder), *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert named in said
    assert not (folder / REVIEWS_FILE).exists()


def test_a_missing_extra_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that installs it; an export does without."""
    folder = write_run(tmp_path / "run", [" 1 }"])
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    assert main(["review", str(folder)]) == 3
    assert capsys.readouterr().err == (
        "ferrobench: starlette and uvicorn are not installed: pip install 'ferrobench[web]'\n"
    )
    assert not (folder / REVIEWS_FILE).exists()
    with ReviewFile(folder / REVIEWS_FILE) as file:
        file.keep_plan(ReviewPlan(run="run", limit=None, overlap=1.0, raters=2, seed=0))
        file.join("ada")
        file.rate(rating("ada", "arbitrary/prompt_0", 0, 1, 2, 3, 4, 5))
    assert main(["review", str(folder), "--export", str(tmp_path / "ratings.csv")]) == 0


def test_no_answer_is_needed_to_end(tmp_path: Path) -> None:
    """A client that connects and says nothing does not keep the review from ending."""
    folder = write_run(tmp_path / "run", [" 1 }"])
    with reviewing(folder) as review, socket.create_connection(("127.0.0.1", review.port)):
        assert "nothing is rated yet" in review.stop()
