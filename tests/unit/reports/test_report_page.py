"""The report as a file: whole or not at all, nothing in it that runs but our own scripts, and what is damaged is named."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ferrobench.cli.main import main
from ferrobench.reports.report_page import write_report_page
from ferrobench.results import CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, PromptSummary, RunRecord
from ferrobench.rubric import ReviewFile, ReviewPlan
from tests.support.page_elements import Elements
from tests.support.report_runs import (
    HOSTILE,
    PROMPTS,
    a_run,
    error,
    record_of,
    refused,
    sample,
    write_run,
)
from tests.support.reviews import rating

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, **changes: object) -> Path:
    """Write the report of seven samples."""
    write_report_page(path, record_of(a_run()), a_run(), prompt_texts=PROMPTS, **changes)  # type: ignore[arg-type]  # as given
    return path


def unpacked(text: str) -> object:
    """What an island holds."""
    return json.loads(gzip.decompress(base64.b64decode(text)))


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    """To the byte: no time and no order of a set is in it."""
    assert write(tmp_path / "one.html").read_bytes() == write(tmp_path / "other.html").read_bytes()


def test_the_policy_allows_our_own_scripts_and_nothing_else(tmp_path: Path) -> None:
    """Each by its hash; there is no handler and no style in any element."""
    page = Elements(write(tmp_path / "report.html"))
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in page.policy
    for kind in ("script", "style"):
        assert len(page.contents[kind]) >= 2
        for content in page.contents[kind]:
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in page.policy
    attributes = {name for _, found in page.tags for name in found}
    assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")]
    assert not {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in page.tags}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_words_of_the_page(tmp_path: Path, name: str) -> None:
    """In every place that takes a stranger's word; no element more than without them."""
    text = HOSTILE[name]

    def elements(word: str) -> Elements:
        texts = {f"seed/{word}": f"fn f() {{ // {word}"}
        one = sample(
            f"seed/{word}", text=word, judgment=refused(error("E0308", f"mismatched {word}")), texts=texts
        )
        path = tmp_path / "report.html"
        write_report_page(
            path,
            record_of([one], texts, label=word, metrics="none"),
            [one],
            prompt_texts=texts,
            damage=[word],
        )
        return Elements(path)

    plain, hostile = elements("harmless"), elements(text)
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert len(hostile.contents["script"]) == len(plain.contents["script"])
    assert all(character.isprintable() or character in "\t\n" for character in hostile.words)
    [[completion, *_]] = unpacked(hostile.islands["texts-0"])  # type: ignore[misc]  # a list of one
    assert completion == text


def test_a_page_of_few_samples_is_small(tmp_path: Path) -> None:
    """Markup, styles and scripts together."""
    assert write(tmp_path / "report.html").stat().st_size < 300_000


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a folder and of its results file alike."""
    run = write_run(tmp_path / "run", a_run())
    pages = [tmp_path / "one.html", tmp_path / "other.html"]
    for given, page in zip((run, run / RESULTS_FILE), pages, strict=True):
        assert main(["report", str(given), "--output", str(page)]) == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert "7 samples" in capsys.readouterr().err
    assert "tiny/step_1" in Elements(pages[0]).words


def test_what_is_damaged_or_missing_is_named_and_the_rest_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr and in the page."""
    run = write_run(tmp_path / "run", a_run())
    lines = (run / JOURNAL_FILE).read_bytes().splitlines(keepends=True)
    lines[1] = b'{"prompt_id": "seed/double", \xff\n'
    del lines[4]
    lines[-1] = lines[-1][:40]
    (run / JOURNAL_FILE).write_bytes(b"".join(lines))
    page = tmp_path / "report.html"
    assert main(["report", str(run), "--output", str(page)]) == 0

    told = capsys.readouterr().err
    words = Elements(page).words
    for fault in (
        "samples.jsonl: line 2 is damaged and left out",
        "samples.jsonl: line 6, the last one, is cut off",
        "3 samples that the figures are over cannot be shown: seed/double 1, seed/shout 0, seed/shout 2",
    ):
        assert fault in told
        assert fault in words
    index = unpacked(Elements(page).islands["index"])
    assert isinstance(index, dict)
    assert index["columns"]["index"] == [0, 2, 3, 1]


def test_a_run_without_its_journal_still_has_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the first outputs of each prompt."""
    run = write_run(tmp_path / "run", a_run())
    (run / JOURNAL_FILE).unlink()
    page = tmp_path / "report.html"
    assert main(["report", str(run), "--output", str(page)]) == 0
    assert "samples.jsonl is not there" in capsys.readouterr().err
    assert "42.9 %" in Elements(page).words
    assert "n * 2" in Elements(page).words


def test_an_unfinished_run_is_reported_as_far_as_it_got(tmp_path: Path) -> None:
    """With figures of the samples that are there."""
    run = write_run(tmp_path / "run", a_run())
    (run / RESULTS_FILE).unlink()
    lines = (run / JOURNAL_FILE).read_bytes().splitlines(keepends=True)
    (run / JOURNAL_FILE).write_bytes(b"".join(lines[:2]))
    page = tmp_path / "report.html"
    assert main(["report", str(run), "--output", str(page)]) == 0
    words = Elements(page).words
    assert "unfinished: 2 of 7 samples are there" in words
    assert "100.0 % of the samples compile" in words


def test_a_file_of_the_original_tool_gives_a_page(tmp_path: Path) -> None:
    """With what it has."""
    record = record_of(a_run(), metrics="none").model_dump(mode="json")
    kept = [key for key, field in RunRecord.model_fields.items() if field.is_required()]
    of_prompt = [key for key, field in PromptSummary.model_fields.items() if field.is_required()]
    prompts = [{key: prompt[key] for key in of_prompt} for prompt in record["samples_by_prompt"]]
    path = tmp_path / "step_9000.json"
    path.write_text(json.dumps({key: record[key] for key in kept} | {"samples_by_prompt": prompts}))
    page = tmp_path / "report.html"
    assert main(["report", str(path), "--output", str(page)]) == 0
    assert "42.9 % of the samples compile as generated." in Elements(page).words
    assert "The original tool keeps the first three samples" in Elements(page).words


def test_ratings_of_the_folder_are_in_the_page(tmp_path: Path) -> None:
    """As people gave them in a review."""
    run = write_run(tmp_path / "run", a_run())
    with ReviewFile(run / "reviews.sqlite") as reviews:
        reviews.keep_plan(ReviewPlan(run="run", limit=None, overlap=1.0, raters=2, seed=0))
        for who in ("a", "b"):
            reviews.join(who)
            reviews.rate(rating(who, "seed/double", 0, 5, 4, 4, 4, 4))
            reviews.rate(rating(who, "seed/double", 1, 1, 2, 4, 4, 4))
    page = tmp_path / "report.html"
    assert main(["report", str(run), "--output", str(page)]) == 0
    assert "4 ratings by 2 raters of 2 samples" in Elements(page).words


@pytest.mark.parametrize(
    ("given", "output", "words"),
    [
        ("nothing", "report.html", "no such results file"),
        ("run", ".", "is a folder; expected a file"),
        ("run", "page.json", "would replace data by a page"),
        ("run", "missing/report.html", "cannot be written"),
        ("broken", "report.html", "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, output: str, words: str
) -> None:
    """That names the file; nothing is left behind."""
    write_run(tmp_path / "run", a_run())
    broken = write_run(tmp_path / "broken", a_run())
    (broken / CONFIG_FILE).write_text("{")
    before = sorted(tmp_path.rglob("*"))
    assert main(["report", str(tmp_path / given), "--output", str(tmp_path / output)]) in (2, 3)
    told = capsys.readouterr().err
    assert words in told
    assert told.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.long
def test_a_kill_leaves_the_old_page_or_the_new_one(tmp_path: Path) -> None:
    """At whatever moment it comes."""
    samples = [sample(index=number, text=f"\n    n * {number}\n}}\n") for number in range(300)]
    run = write_run(tmp_path / "run", samples)
    page = tmp_path / "report.html"
    command = [sys.executable, "-m", "ferrobench.cli.main", "report", str(run), "--output", str(page)]
    begin = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - begin
    new = page.read_bytes()
    for part in (0.6, 0.8, 0.9, 0.95, 1.0):
        page.write_text("the old page")
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(part * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert page.read_bytes() in (b"the old page", new)
