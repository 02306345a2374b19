"""Both tiers of the sandbox, held to one contract."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ferrobench.errors import NotReadyError, SandboxUnavailableError
from ferrobench.judging import (
    Compiled,
    Limit,
    LimitHit,
    Limits,
    Rejected,
    RustcCompiler,
    Toolchain,
    assemble,
    probe_toolchain,
)
from ferrobench.judging.process import Command, Ended, Runner
from ferrobench.judging.sandbox import Tier, choose, choose_sandbox
from ferrobench.judging.sandbox.landlock import landlock_abi
from ferrobench.judging.sandbox.seccomp import compile_filter

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]
TIERS: dict[Tier, Callable[[Toolchain], choose.Attempt]] = {
    Tier.NAMESPACES: choose._namespaces,
    Tier.LANDLOCK: choose._landlock,
}


@pytest.fixture(params=TIERS, ids=str)
def runner(request: pytest.FixtureRequest) -> Runner:
    """The runner of a tier, where this machine has it."""
    attempt = TIERS[request.param](probe_toolchain())
    if attempt.sandbox is None:
        pytest.skip(str(attempt.fault))
    return attempt.sandbox.runner


@pytest.fixture
def shell(runner: Runner, tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run a line of shell in the sandbox; give its status and what it wrote to standard error."""

    def run(line: str, limits: Limits | None = None) -> tuple[int, str]:
        said = bytearray()
        command = Command(argv=("/bin/sh", "-c", f"({line}) >&2"), environment=(("PATH", "/usr/bin:/bin"),))
        ended: Ended = runner(command, tmp_path, limits or Limits(), said.extend)
        return ended.status, said.decode()

    return run


Shell = Callable[[str], tuple[int, str]]


def test_the_samples_folder_is_there_and_writable(shell: Shell, tmp_path: Path) -> None:
    """What rustc writes comes back."""
    (tmp_path / "sample.rs").write_text("fn f() {}")

    assert shell("cat sample.rs && echo made > made") == (0, "fn f() {}")
    assert (tmp_path / "made").read_text() == "made\n"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/root/.cargo", str(Path(__file__).parent), "/proc/self/environ", "/home"]
)
def test_files_of_the_machine_cannot_be_read(shell: Shell, path: str) -> None:
    """Neither listed nor read."""
    status, said = shell(f"cat {path} || ls {path}/")

    assert status != 0
    assert "root:" not in said
    assert "test_sandbox" not in said


def test_nothing_outside_the_folder_can_be_written(shell: Shell, tmp_path: Path) -> None:
    """Not the system, not the temporary folder, not the folder above."""
    beside = tmp_path.parent / "escaped"
    for target in ("/usr/escaped", "/tmp/ferrobench-escaped", "../escaped", str(beside), "/dev/shm/escaped"):
        shell(f"echo x > {target}")

    assert not beside.exists()
    assert not Path("/tmp/ferrobench-escaped").exists()
    assert not Path("/usr/escaped").exists()
    assert not Path("/dev/shm/escaped").exists()


def test_the_environment_is_empty(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for what the command was given."""
    monkeypatch.setenv("SECRET_CANARY", "secret value")

    _, said = shell("env")

    assert "secret value" not in said
    assert "PATH=/usr/bin:/bin" in said
    assert "HOME" not in said


def test_processes_of_the_machine_get_no_signal(shell: Shell) -> None:
    """Neither the harness nor its parent."""
    if landlock_abi() < 6:
        pytest.skip("signals are kept in from Landlock version 6 on")

    status, _ = shell(f"kill -0 {os.getpid()}")

    assert status != 0


@pytest.mark.skipif(shutil.which("perl") is None, reason="no perl to open a socket with")
def test_there_is_no_network(shell: Shell) -> None:
    """Not even the machine's own: a listening port cannot be reached."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        script = (
            "use Socket; socket(S, PF_INET, SOCK_STREAM, 0) or die qq(no socket: $!); "
            f"connect(S, sockaddr_in({port}, inet_aton(qq(127.0.0.1)))) or die qq(no connection: $!); warn qq(connected)"
        )
        status, said = shell(f"perl -e '{script}'")

    assert status != 0
    assert "connected" not in said
    assert compile_filter() is None or "no socket: Operation not permitted" in said


def test_limits_hold_inside(shell: Callable[..., tuple[int, str]]) -> None:
    """CPU time ends a loop by the signal that says so; open files are counted."""
    status, _ = shell("while :; do :; done", Limits(cpu_seconds=1))
    assert status in {-signal.SIGXCPU, 128 + signal.SIGXCPU}  # the shell's own way of saying it
    assert shell("ulimit -n", Limits(open_files=99)) == (0, "99\n")


def test_nothing_is_left_running(shell: Shell) -> None:
    """What a command leaves in the background ends with it."""
    marker = f"61{os.getpid()}"
    shell(f"setsid sleep {marker} & sleep 0.2")

    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [line for line in running if marker.encode() in line and b"sleep" in line]


@pytest.mark.parametrize(
    "source",
    [
        'pub const X: &str = include_str!("/etc/passwd");',
        'include!("/etc/passwd");',
        '#[path = "/etc/passwd"] mod x;',
        'pub const X: &[u8] = include_bytes!("/proc/self/environ");',
        'pub const X: &str = env!("HOME");',
        'core::arch::global_asm!(".incbin \\"/etc/passwd\\"");',
    ],
)
def test_compiling_reads_nothing_of_the_machine(runner: Runner, source: str) -> None:
    """Each way of reading while compiling is an ordinary error that quotes nothing."""
    judgment = RustcCompiler(probe_toolchain(), runner=runner).compile(assemble(source))

    assert isinstance(judgment, Rejected), judgment
    assert "root:x" not in str(judgment)


def test_verdicts_are_those_without_a_sandbox(runner: Runner) -> None:
    """The same stages, codes and rendered words, crashes and limits too."""
    plain = RustcCompiler(probe_toolchain(), limits=Limits(cpu_seconds=1))
    boxed = RustcCompiler(probe_toolchain(), limits=Limits(cpu_seconds=1), runner=runner)
    for source in (
        "pub fn f() -> u8 { 1 }",
        "fn f() -> u8 { true }",
        "fn f(",
        'fn f() { println!("{}"); }',
        "pub fn f() -> u8 { 255u8 + 1 }",
        f"pub fn f() -> u8 {{ {'(' * 3000}1{')' * 3000} }}",
        "#![allow(long_running_const_eval)]\nconst X: () = { let mut i = 0u64; loop { i = i.wrapping_add(1); } };",
    ):
        assert boxed.compile(assemble(source)) == plain.compile(assemble(source)), source[:80]


def test_a_compiler_that_eats_memory_gets_its_limit(runner: Runner) -> None:
    """As the verdict, not as our failure."""
    doubling = "macro_rules! d { ($($x:tt)*) => { e! { $($x)* $($x)* } } } macro_rules! e { ($($x:tt)*) => { d! { $($x)* $($x)* } } }"
    compiler = RustcCompiler(probe_toolchain(), runner=runner, limits=Limits(address_space_mib=700))

    judgment = compiler.compile(assemble(f"{doubling} d! {{ a }}"))

    assert isinstance(judgment, LimitHit), judgment
    assert judgment.limit is Limit.MEMORY


def test_auto_takes_the_strongest_tier_and_says_when_it_is_not_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without bubblewrap it is Landlock with a note, without either a refusal."""
    if landlock_abi() == 0:
        pytest.skip("no Landlock here")
    monkeypatch.setattr(choose, "find_bubblewrap", lambda: None)

    weaker = choose_sandbox(probe_toolchain())

    assert weaker.tier is Tier.LANDLOCK
    assert "apt install bubblewrap" in str(weaker.note)
    monkeypatch.setattr(choose, "landlock_abi", lambda: 0)
    with pytest.raises(SandboxUnavailableError, match="--sandbox none"):
        choose_sandbox(probe_toolchain())


def test_no_sandbox_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with a warning each time."""
    sandbox = choose_sandbox(probe_toolchain(), "none")

    assert sandbox.tier is Tier.NONE
    assert "no sandbox, as asked" in str(sandbox.note)
    with_it = RustcCompiler(probe_toolchain(), runner=sandbox.runner).compile(assemble("pub fn f() {}"))
    assert isinstance(with_it, Compiled)


def test_a_sandbox_that_leaks_is_not_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bwrap that only pretends is found out by the canary."""
    pretender = tmp_path / "bwrap"
    pretender.write_text('#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "$@"\n')
    pretender.chmod(0o755)
    monkeypatch.setattr(choose, "find_bubblewrap", lambda: pretender)

    attempt = choose._namespaces(probe_toolchain())

    assert attempt.sandbox is None
    assert "does not work here" in str(attempt.fault)


def test_a_full_temporary_folder_is_said_to_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not look like a sandbox that does not work."""

    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(choose.tempfile, "TemporaryFile", full)
    for wish in ("auto", "none"):
        with pytest.raises(
            NotReadyError, match="temporary folder cannot be written: No space left on device"
        ):
            choose_sandbox(probe_toolchain(), wish)
