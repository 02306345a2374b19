"""`ferrobench run` with a model behind an endpoint, end to end: real HTTP with faults, and a real rustc."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ferrobench.cli.main import main
from ferrobench.models.endpoint import pauses
from ferrobench.results import SampleRecord, load_results, read_journal
from tests.support.agreement import until
from tests.support.endpoint import Received, Reply, dropped, failed, held, reply, serve, written

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
KEY = "key-3141592653589793"
# Right, of a wrong type, unfinished, with an answer around it, and nothing.
TEXTS = (
    "fn {name}() -> u8 {{ 1 }}",
    "fn {name}() -> u8 {{ true }}",
    "fn {name}() -> u8 {{ 1",
    "Sure:\n```rust\nfn {name}() -> u8 {{\n    2\n}}\n```\n",
    "",
)


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, a key, and pauses that pass at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setattr(pauses, "FIRST_SECONDS", 0.001)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Four prompts that fix no behaviour."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "suite.toml").write_text('name = "short"\nversion = "1"\ndescription = "Short prompts."\n')
    for number, name in enumerate("abcd", start=1):
        (folder / f"{number:02}_{name}.rs").write_text(
            f"//! category: short\n//! tags: short\n//! judge: compile\n\n"
            f"// >>> prompt\nfn {name}() -> u8 {{\n// <<< prompt\n    0\n}}\n"
        )
    return folder


def answer(received: Received) -> Reply:
    """What the model says follows from the prompt and the seed."""
    name = received.prompt.partition("fn ")[2][0]
    seed = received.body["seed"]
    return written(received, TEXTS[seed % len(TEXTS)].format(name=name))


def run(server_url: str, *arguments: str | Path) -> int:
    """Run the command in this process."""
    return main(["run", "--model", "openai:some-model", "--base-url", server_url, *map(str, arguments)])


def journal(run_dir: str) -> dict[tuple[str, int], SampleRecord]:
    """The finished samples of a run, by what names them."""
    return {
        (record.prompt_id, record.index): record for record in read_journal(Path(run_dir, "samples.jsonl"))
    }


def verdict(record: SampleRecord) -> dict[str, Any]:
    """All that is said of a sample, times aside."""
    line = record.to_json()
    return {key: value for key, value in line.items() if not key.endswith("_seconds")}


def test_faults_of_a_server_change_no_verdict(suite: Path) -> None:
    """A third of all first tries fail in some way; what is never answered is unjudged, and counted apart."""
    faults: tuple[Callable[[Received], Reply], ...] = (
        lambda _: failed(429, headers={"retry-after": "0.001"}),
        lambda _: failed(500),
        dropped,
        lambda _: Reply(body=b'{"choices": [{"message"'),
        lambda _: Reply(missing=10),
        lambda _: held(),
        lambda received: written(received, "fn never() {}", "fn twice() {}"),
    )
    met: Counter[int] = Counter()

    def faulty(received: Received) -> Reply:
        seed = received.body["seed"]
        if seed % 16 == 0:
            return failed(503, "never")
        if seed % 16 == 1:
            return written(received, "fn", finish="content_filter")
        if seed % 3 == 0 and received.earlier == 0:
            met[seed // 3 % len(faults)] += 1
            return faults[seed // 3 % len(faults)](received)
        return answer(received)

    settings = ("--suite", suite, "--samples-per-prompt", 40, "--concurrency", 16)
    with serve(answer) as server:
        assert run(server.url, *settings, "--run-dir", "sound") == 0
    with serve(faulty) as server:
        more = ("--retries", 2, "--request-timeout", 2, "--run-dir", "faulty")
        assert run(server.url, *settings, *more, "--max-unjudged", 50) == 0
        most_at_once = server.most_at_once

    sound, found = journal("sound"), journal("faulty")
    assert sound.keys() == found.keys()
    assert len(sound) == 160
    lost = {key for key, record in found.items() if record.seed & 0x7FFF_FFFF & 15 in (0, 1)}
    assert {key for key, record in found.items() if record.unjudged is not None} == lost
    assert 0 < len(lost) < 80
    for key, record in found.items():
        if key not in lost:
            assert verdict(record) == verdict(sound[key])
    assert set(met) == set(range(len(faults)))
    assert 1 < most_at_once <= 16
    results = load_results("faulty")
    assert results.judged_samples == 160 - len(lost)
    assert results.unjudged is not None
    assert set(results.unjudged.causes) == {
        "HTTP 503: never (3 tries)",
        "the server's content filter withheld the text",
    }
    kept = [record for key, record in sound.items() if key not in lost]
    compiled = sum(record.judged is not None and record.judged.compiles_as_generated for record in kept)
    assert results.compile_success_rate == pytest.approx(100.0 * compiled / len(kept))
    assert len({verdict(record)["extracted"]["stage"] for record in kept}) >= 3


def test_the_record_says_what_was_asked_and_what_answered(suite: Path) -> None:
    """Exactly what is sent stands in the configuration, and times add up to a throughput."""
    sent = {}

    def remember(received: Received) -> Reply:
        sent[received.prompt] = received.body["messages"]
        return answer(received)

    with serve(remember) as server:
        assert run(server.url, "--suite", suite, "--n-samples", 32, "--run-dir", "run") == 0
        url = server.url

    config = json.loads(Path("run/config.json").read_text())
    results = load_results("run")
    assert config == json.loads(Path("run/results.json").read_text())["config"]
    assert sorted(map(str, config["model_inputs"].values())) == sorted(map(str, sent.values()))
    assert config["settings"]["model"] == "openai:some-model"
    assert config["settings"]["base_url"] == url
    assert config["model"]["kind"] == "openai"
    assert config["model"]["repeatable"] == "no"
    assert config["model"]["prompt_style"] == "chat"
    assert config["model"]["details"]["served_models"] == ["arbitrary-2026-01-01"]
    assert results.checkpoint == "openai:some-model"
    seconds = [
        record.completion.generation_seconds for record in journal("run").values() if record.completion
    ]
    assert results.tokens_per_second == pytest.approx(32 * 7 / sum(seconds))
    assert sum(seconds) <= max(record.elapsed_seconds for record in journal("run").values())


def test_a_run_goes_on_with_a_larger_budget(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the first sitting got is not asked for again."""
    settings = ("--suite", suite, "--n-samples", 24)
    with serve(answer) as server:
        assert run(server.url, *settings, "--max-requests", 10, "--run-dir", "run") == 3
        errors = capsys.readouterr().err
        first = {key: record for key, record in journal("run").items() if record.completion}
        assert run(server.url, *settings, "--max-requests", 14, "--resume", "run") == 0

        assert len(server.received) == 24
    found = journal("run")
    assert "the budget of --max-requests 10 is used up" in " ".join(errors.split())
    assert len(first) == 10
    assert all(found[key] == record for key, record in first.items())
    assert all(record.unjudged is None for record in found.values())


def test_another_model_is_another_run(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does one go on at another place, or through another interface."""
    settings = ("--suite", suite, "--n-samples", 4)
    with serve(answer) as server, serve(answer) as other:
        assert run(server.url, *settings, "--run-dir", "run") == 0
        assert run(other.url, *settings, "--resume", "run") == 2
        assert "base_url was" in capsys.readouterr().err
        assert run(server.url, *settings, "--resume", "run", "--prompt-style", "completion") == 2
        assert "api was" in capsys.readouterr().err
        assert run(server.url, *settings, "--model", "openai:other", "--resume", "run") == 2


def test_a_server_that_goes_away_loses_no_answer(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3 with one line, everything that came is judged and kept, and the run goes on later."""

    # Each different, and judged by one process alone: most are not judged yet when the server goes away.
    def distinct(received: Received) -> Reply:
        seed = received.body["seed"]
        return written(received, f"fn f{seed}() -> u8 {{ {seed} }}") if received.place < 30 else failed(503)

    settings = ("--suite", suite, "--n-samples", 80, "--retries", 0, "--judge", "exact", "--jobs", 1)
    with serve(distinct) as server:
        assert run(server.url, *settings, "--run-dir", "run") == 3
        asked = len(server.received)
        url = server.url

    error = capsys.readouterr().err.splitlines()[-1]
    kept = [record for record in journal("run").values() if record.completion]
    assert error.startswith(f"ferrobench: {url}: 16 requests in a row failed")
    assert len(kept) == 30
    assert all(record.unjudged is None for record in kept)
    assert asked < 80
    assert not Path("run/results.json").exists()


def test_without_a_key_nothing_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit code 3, and no run folder."""
    monkeypatch.delenv("OPENAI_API_KEY")

    assert main(["run", "--model", "openai:gpt", "--run-dir", "run"]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "ferrobench: OPENAI_API_KEY is not set, and https://api.openai.com/v1 is not on this machine; set it to your key"
    ]
    assert not Path("run").exists()


def start(*arguments: str | Path, log: str = "") -> subprocess.Popen[str]:
    """Start the command in a process of its own, which at its end lists its modules."""
    code = (
        "import sys\n"
        f"{log}\n"
        "from ferrobench.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "open('modules', 'w').write(' '.join(sys.modules))\n"
        "sys.exit(code)\n"
    )
    command = [sys.executable, "-c", code, "run", "--model", "openai:some-model", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("status", "login"),
    [(200, "user:secret-password@"), (400, ""), (401, "user:secret-password@"), (401, ""), (500, "")],
)
def test_credentials_are_written_nowhere(status: int, login: str, suite: Path, tmp_path: Path) -> None:
    """A server echoes them in bodies, heads and reasons; logs are on; not one file or line has them."""

    def echo(received: Received) -> Reply:
        words = f"your {received.headers['authorization']} at {received.path} is not welcome"
        headers = {"x-echo": words}
        if status == 200:
            return reply({"choices": [], "error": {"message": words}}, headers=headers)
        return failed(status, words, headers=headers)

    with serve(echo) as server:
        url = server.url.replace("http://", f"http://{login}") + "?code=secret-of-the-query"
        process = start(
            "--base-url", url, "--suite", suite, "--n-samples", 4, "--retries", 1, "--run-dir", "run",
            log="import logging; logging.basicConfig(level=logging.DEBUG)",
        )  # fmt: skip
        output, errors = process.communicate(timeout=240)
        sent = server.received[0]

    assert process.returncode == 3
    assert sent.path.endswith("?code=secret-of-the-query")
    assert sent.headers["authorization"] == (
        "Basic dXNlcjpzZWNyZXQtcGFzc3dvcmQ=" if login else f"Bearer {KEY}"
    )
    assert "Traceback" not in errors
    assert "DEBUG:httpcore2" in errors
    assert "is not welcome" in errors
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "suite" not in path.parts]
    assert {path.name for path in files} >= {"config.json", "samples.jsonl"}
    for text in (output, errors, *(path.read_text() for path in files)):
        for secret in (KEY, "dXNlcjpzZWNyZXQtcGFzc3dvcmQ", "secret-password", "secret-of-the-query"):
            assert secret not in text


def test_a_completion_that_tells_a_key_is_not_kept(suite: Path) -> None:
    """No model can know it: the server has put it there."""
    with serve(lambda received: written(received, f"// {received.headers['authorization']}")) as server:
        assert run(server.url, "--suite", suite, "--n-samples", 4, "--run-dir", "run") == 3

    assert KEY not in Path("run/samples.jsonl").read_text()
    assert {record.refused for record in journal("run").values()} == {
        "the text contains credentials of the request"
    }


def test_logs_of_other_programs_stay_as_they_are(suite: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The filter is there only while an endpoint is asked."""
    before = [list(logging.getLogger(name).filters) for name in ("httpx2", "httpcore2.http11")]
    with serve(answer) as server, caplog.at_level(logging.INFO):
        assert run(server.url, "--suite", suite, "--n-samples", 1) == 0

    assert any("HTTP Request" in record.getMessage() for record in caplog.records)
    assert [list(logging.getLogger(name).filters) for name in ("httpx2", "httpcore2.http11")] == before


def test_ctrl_c_ends_a_run_that_waits_for_a_server(suite: Path) -> None:
    """Exit code 130; what was finished is kept, and what is in flight is not waited for."""
    with serve(lambda received: answer(received) if received.place < 8 else held()) as server:
        process = start("--base-url", server.url, "--suite", suite, "--n-samples", 40, "--run-dir", "run")
        path = Path("run/samples.jsonl")
        until(lambda: path.exists() and path.read_bytes().count(b"\n") >= 8, 120.0)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "--resume run" in errors
    assert len(journal("run")) == 8


def test_a_whole_run_imports_nothing_that_computes_models(suite: Path) -> None:
    """Those who ask an endpoint need not install it, nor wait for it."""
    with serve(answer) as server:
        process = start("--base-url", server.url, "--suite", suite, "--n-samples", 4)
        _, errors = process.communicate(timeout=240)

    assert process.returncode == 0, errors
    loaded = set(Path("modules").read_text().split())
    assert "ferrobench.evaluate" in loaded
    assert "openai" in loaded
    assert not loaded & {"torch", "transformers", "tokenizers", "safetensors", "vllm"}
