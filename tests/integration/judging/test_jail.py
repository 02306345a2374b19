"""What a program under test can reach: it does what its tests tell it, and they assert that it gets nowhere.

So a pass says that the jail holds, in each tier.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ferrobench.judging import Judge, RunLimits, Tested, TestedProgram, probe_toolchain
from ferrobench.judging.sandbox import Tier
from tests.support.hidden import hidden_prompt, in_module
from tests.support.runs import World, results, sandbox_of, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferrobench.prompts import Prompt

pytestmark = [
    pytest.mark.rustc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc on the path"),
]

PROBE = """
use std::os::unix::process::CommandExt;
pub fn read(path: &str) -> String { std::fs::read(path).map_or(String::new(), |b| String::from_utf8_lossy(&b).into_owned()) }
pub fn list(path: &str) -> Vec<String> {
    std::fs::read_dir(path).map_or(vec![], |d| d.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
}
pub fn write(path: &str) -> bool { std::fs::write(path, "HOSTILE").is_ok() || std::fs::create_dir(path).is_ok() }
pub fn environment() -> Vec<String> { std::env::vars_os().map(|(k, v)| format!("{}={}", k.to_string_lossy(), v.to_string_lossy())).collect() }
pub fn connect(port: u16) -> bool {
    let a = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    std::net::TcpStream::connect_timeout(&a, std::time::Duration::from_millis(200)).is_ok()
}
pub fn send(port: u16) -> bool {
    std::net::UdpSocket::bind("127.0.0.1:0").and_then(|s| s.send_to(b"HOSTILE", ("127.0.0.1", port))).is_ok()
}
pub fn listen() -> bool { std::net::TcpListener::bind("127.0.0.1:0").is_ok() }
pub fn pair() -> bool { std::os::unix::net::UnixStream::pair().is_ok() }
pub fn spawn(path: &str) -> bool { std::process::Command::new(path).spawn().is_ok() }
pub fn become_other(path: &str) -> bool { std::process::Command::new(path).exec(); false }
pub fn again() -> bool { std::env::current_exe().is_ok_and(|e| std::process::Command::new(e).spawn().is_ok()) }
pub fn call(name: &str, argument: i64) -> i64 {
    extern "C" {
        fn fork() -> i32; fn kill(p: i32, s: i32) -> i32; fn setsid() -> i32; fn getppid() -> i32; fn getuid() -> u32;
        fn memfd_create(n: *const u8, f: u32) -> i32; fn ptrace(r: i64, p: i64, a: i64, d: i64) -> i64; fn unshare(f: i32) -> i32;
        fn fcntl(d: i32, c: i32, a: i32) -> i32; fn getpgid(p: i32) -> i32;
    }
    unsafe { match name {
        "fork" => fork() as i64,
        "kill" => kill(argument as i32, 0) as i64,
        "kill parent" => kill(getppid(), 9) as i64,
        "kill all" => kill(-1, 9) as i64,
        "kill group" => kill(0, 0) as i64,
        "setsid" => setsid() as i64,
        "memfd" => memfd_create(b"x\\0".as_ptr(), 0) as i64,
        "ptrace parent" => ptrace(16, getppid() as i64, 0, 0),
        "unshare" => unshare(0x10000000) as i64,
        "descriptor" => fcntl(argument as i32, 1, 0) as i64,
        "user" => getuid() as i64,
        "processes" => (1..argument).filter(|p| getpgid(*p as i32) >= 0).count() as i64,
        _ => -9,
    } }
}
"""
SIGNATURES = [line for line in PROBE.splitlines() if line.startswith("pub fn")]
TIERS = (Tier.NAMESPACES, Tier.LANDLOCK)
OWN = Path(__file__)


def asserted(here: World, tier: Tier) -> dict[str, str]:
    """What the tests of each prompt assert."""
    folder = here.canary.parent
    inside = tier is Tier.NAMESPACES
    files = [
        "/etc/passwd",
        "/proc/self/environ",
        "/proc/1/environ",
        "/proc/self/maps",
        str(here.canary),
        str(OWN),
        "/root/.bashrc",
        "/dev/mem",
        "/etc/hostname",
    ]
    folders = [
        "/root",
        "/home",
        str(folder),
        str(OWN.parent),
        "/tmp",
        "/proc",
        "/sys",
        "/etc",
        str(Path.home()),
    ]
    places = [
        "/",
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/etc",
        "/program",
        ".",
        "..",
        str(folder),
        str(Path.home()),
        "/usr/local",
    ]
    programs = ["/bin/sh", "/usr/bin/true", "/bin/true", "/program/program", "/launch", "/proc/self/exe"]
    return {
        "files": "".join(f'assert_eq!(read("{path}"), "");' for path in files),
        "folders": "".join(f'assert_eq!(list("{path}"), Vec::<String>::new());' for path in folders),
        "writing": "".join(f'assert!(!write("{place}/HOSTILE_SAMPLE_MARKER"), "{place}");' for place in places),
        "environment": 'assert_eq!(environment().into_iter().filter(|v| v != "PWD=/" && v != "LC_CTYPE=C.UTF-8").collect::<Vec<_>>(), Vec::<String>::new());',
        "network": f"assert!(!connect({here.port})); assert!(!send({here.port})); assert!(!listen()); assert!(!pair());",
        "programs": "".join(f'assert!(!spawn("{path}"));' for path in programs) + "assert!(!again());",
        "becoming another": 'assert!(!become_other("/bin/true")); assert!(!become_other("/bin/sh"));',
        "processes": f'assert_eq!(call("fork", 0), -1); assert_eq!(call("setsid", 0), -1); assert_eq!(call("kill", {os.getpid()}), -1);'
        + "".join(f'assert_eq!(call("{name}", 0), -1);' for name in ("kill parent", "kill all", "kill group", "ptrace parent")),
        "namespaces and hidden memory": 'assert_eq!(call("unshare", 0), -1); assert_eq!(call("memfd", 0), -1);',
        "descriptors": 'for d in 5..200 { assert_eq!(call("descriptor", d), -1, "{d}"); }',
        "another user": 'assert!(call("user", 0) > 0);',
        **({"other processes": 'assert!(call("processes", 40000) < 6, "{}", call("processes", 40000));'} if inside else {}),
    }  # fmt: skip


NAMES = (
    "files", "folders", "writing", "environment", "network", "programs", "becoming another", "processes",
    "namespaces and hidden memory", "descriptors", "another user", "other processes",
)  # fmt: skip


class Probed:
    """What came of it in a tier."""

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        toolchain = probe_toolchain()
        sandbox = sandbox_of(tier, toolchain)
        if isinstance(sandbox, str):
            pytest.skip(sandbox)

        def judge_all(here: World) -> dict[str, TestedProgram]:
            prompts: dict[str, Prompt] = {
                name: hidden_prompt(PROBE, in_module(f"fn a() {{ {tests} }}", "fn b() {}"), name=name)
                for name, tests in asserted(here, tier).items()
            }
            limits = RunLimits(wall_seconds=30.0)
            with Judge(toolchain, sandbox=sandbox, jobs=2, run_limits=limits) as judge:
                judge.prepare(list(prompts.values()))
                return results({name: judge.submit_tested(prompt, PROBE) for name, prompt in prompts.items()})

        with world() as here:
            self.judged = judge_all(here)
        self.world = here


@pytest.fixture(scope="module", params=TIERS, ids=str)
def probed(request: pytest.FixtureRequest) -> Iterator[Probed]:
    yield Probed(request.param)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_under_test_gets_nowhere(probed: Probed, name: str) -> None:
    if name not in probed.judged:
        pytest.skip(f"{probed.tier} does not promise it")
    tests = probed.judged[name].tests

    assert isinstance(tests, Tested), tests
    assert tests.all_held, tests


def test_nothing_arrives_and_nothing_is_left(probed: Probed) -> None:
    assert probed.world.arrived == []
    assert probed.world.left == []
    assert probed.world.secret not in repr(probed.judged)
