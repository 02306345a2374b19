"""The system-call filters, run by a small interpreter of the kernel's form."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrobench.judging.sandbox.seccomp import compile_filter, run_filter

ALLOWED, REFUSED, NO_SUCH_CALL, NO_TERMINAL, KILLED = 0x7FFF0000, 0x50001, 0x50026, 0x50019, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE_THREAD, CLONE_NEWUSER, CLONE_NEWTIME = 0x10000, 0x10000000, 0x80
# What glibc's pthread_create and fork ask of clone.
THREAD_FLAGS, FORK_FLAGS = 0x3D0F00, 0x1200011


def run(program: bytes, number: int, *, architecture: int, arguments: tuple[int, ...] = ()) -> int:
    """What a filter says of a call, as the kernel would run it."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *(*arguments, *[0] * 6)[:6])
    instructions = list(struct.iter_unpack("=HBBI", program))
    accumulator = at = 0
    while True:
        code, true, false, constant = instructions[at]
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, constant)
            case 0x15:
                at += true if accumulator == constant else false
            case 0x35:
                at += true if accumulator >= constant else false
            case 0x45:
                at += true if accumulator & constant else false
            case 0x06:
                return constant
            case _:
                raise AssertionError(f"no instruction of ours: {code:#x}")


def running(number: int, *arguments: int, machine: str = "x86_64") -> int:
    """What the filter of programs under test says."""
    program = run_filter(machine)
    assert program is not None
    return run(program, number, architecture=ARCHITECTURES[machine], arguments=arguments)


def compiling(number: int, *arguments: int, machine: str = "x86_64") -> int:
    """What the filter of compilers says."""
    program = compile_filter(machine)
    assert program is not None
    return run(program, number, architecture=ARCHITECTURES[machine], arguments=arguments)


# name: (x86-64, aarch64), from the kernel's tables, written down a second time on purpose.
NEEDED = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215),
    "brk": (12, 214), "futex": (202, 98), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "sigaltstack": (131, 132),
    "tgkill": (234, 131), "exit_group": (231, 94), "exit": (60, 93), "execve": (59, 221), "openat": (257, 56),
    "getrandom": (318, 278), "clock_nanosleep": (230, 115), "sched_yield": (24, 124), "getpid": (39, 172), "gettid": (186, 178),
    "wait4": (61, 260), "prctl": (157, 167), "prlimit64": (302, 261), "poll": (7, None), "ppoll": (271, 73),
}  # fmt: skip
FORBIDDEN = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "memfd_secret": (447, 447),
    "personality": (135, 92), "setsid": (112, 157), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "init_module": (175, 105), "kexec_load": (246, 104), "clock_settime": (227, 112),
    "open_by_handle_at": (304, 265),
}  # fmt: skip
FORBIDDEN_RUNNING = {
    "fork": (57, None), "vfork": (58, None), "execveat": (322, 281), "memfd_create": (319, 279), "kill": (62, 129),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
}  # fmt: skip
CLONE, CLONE3, IOCTL = {"x86_64": 56, "aarch64": 220}, 435, {"x86_64": 16, "aarch64": 29}


def rows(table: dict[str, tuple[int | None, int | None]]) -> list[tuple[str, str, int]]:
    """Each call of a table on each machine that has it."""
    return [
        (name, machine, number)
        for name, numbers in table.items()
        for machine, number in zip(ARCHITECTURES, numbers, strict=True)
        if number is not None
    ]


@pytest.mark.parametrize(("name", "machine", "number"), rows(NEEDED))
def test_what_a_program_needs_is_allowed(name: str, machine: str, number: int) -> None:
    assert running(number, machine=machine) == ALLOWED
    assert compiling(number, machine=machine) == ALLOWED


@pytest.mark.parametrize(("name", "machine", "number"), rows(FORBIDDEN))
def test_what_nobody_needs_is_refused_to_both(name: str, machine: str, number: int) -> None:
    assert running(number, machine=machine) == REFUSED
    assert compiling(number, machine=machine) == REFUSED


@pytest.mark.parametrize(("name", "machine", "number"), rows(FORBIDDEN_RUNNING))
def test_what_starts_or_signals_processes_is_refused_to_programs_under_test(
    name: str, machine: str, number: int
) -> None:
    """A compiler starts its linker that way."""
    assert running(number, machine=machine) == REFUSED
    assert compiling(number, machine=machine) == ALLOWED


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_threads_can_be_started_and_processes_cannot(machine: str) -> None:
    clone = CLONE[machine]

    assert running(clone, THREAD_FLAGS, machine=machine) == ALLOWED
    assert running(clone, FORK_FLAGS, machine=machine) == REFUSED
    assert running(clone, 0, machine=machine) == REFUSED
    assert compiling(clone, THREAD_FLAGS, machine=machine) == ALLOWED
    assert compiling(clone, FORK_FLAGS, machine=machine) == ALLOWED


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("flag", [1 << bit for bit in (7, 17, 25, 26, 27, 28, 29, 30)])
def test_no_thread_gets_a_namespace_of_its_own(machine: str, flag: int) -> None:
    assert running(CLONE[machine], THREAD_FLAGS | flag, machine=machine) == REFUSED
    assert compiling(CLONE[machine], FORK_FLAGS | flag, machine=machine) == REFUSED


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_clone3_is_not_there_so_that_clone_is_used(machine: str) -> None:
    """Its flags lie in memory, where no filter can look."""
    assert running(CLONE3, machine=machine) == NO_SUCH_CALL
    assert compiling(CLONE3, machine=machine) == NO_SUCH_CALL


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_nothing_is_a_terminal_to_a_program_under_test(machine: str) -> None:
    assert running(IOCTL[machine], machine=machine) == NO_TERMINAL
    assert compiling(IOCTL[machine], machine=machine) == ALLOWED


@pytest.mark.parametrize("machine", ARCHITECTURES)
@given(number=st.integers(0, 2**32 - 1))
def test_calls_of_another_architecture_end_the_process(machine: str, number: int) -> None:
    """Their numbers mean something else."""
    other = ARCHITECTURES["aarch64" if machine == "x86_64" else "x86_64"]
    for program in (run_filter(machine), compile_filter(machine)):
        assert program is not None
        assert run(program, number, architecture=other) == KILLED
        assert run(program, number, architecture=0x40000003) == KILLED


@given(st.integers(0, 2**30 - 1))
def test_the_second_set_of_numbers_of_x86_ends_the_process(number: int) -> None:
    assert running(0x40000000 | number) == KILLED
    assert compiling(0x40000000 | number) == KILLED


@given(st.integers(0, 2**30 - 1), st.integers(0, 2**64 - 1))
def test_programs_under_test_may_nothing_that_compilers_may_not(number: int, argument: int) -> None:
    if compiling(number, argument) != ALLOWED:
        assert running(number, argument) != ALLOWED


@pytest.mark.parametrize("machine", ["riscv64", "ppc64le"])
def test_machines_whose_numbers_are_not_known_have_no_filter(machine: str) -> None:
    assert run_filter(machine) is None
    assert compile_filter(machine) is None


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_a_filter_is_what_the_kernel_takes(machine: str) -> None:
    """Whole instructions, not too many, each jump inside, a verdict at the end; and it fits into what reads it."""
    program = run_filter(machine)
    assert program is not None
    instructions = list(struct.iter_unpack("=HBBI", program))

    assert len(program) == 8 * len(instructions) <= 8192
    assert instructions[-1] == (0x06, 0, 0, ALLOWED)
    for at, (code, true, false, _) in enumerate(instructions):
        if code in (0x15, 0x35, 0x45):
            assert at + 1 + max(true, false) < len(instructions)
