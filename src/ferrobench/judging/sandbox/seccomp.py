"""The system-call filters of both sandboxes, as classic BPF programs: one for compilers, one for what they made.

Everything is allowed that is not on the list: rustc starts threads, a linker and an assembler. What is on the list
gets EPERM. A foreign architecture, or the x32 variant of x86-64, ends the process: its calls have other numbers.

The program's form is the kernel's (``struct sock_filter``, linux/filter.h): code, two jump offsets, a constant.
"""

from __future__ import annotations

import os
import platform
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Offsets into struct seccomp_data (linux/seccomp.h).
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | 1  # SECCOMP_RET_ERRNO | EPERM
_X32_BIT = 0x40000000
_NEW_NAMESPACES = 0x7E020000 | 0x00000080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} and CLONE_NEWTIME

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (x86-64, aarch64), from the kernel's tables; None where the architecture never had the call.
_DENIED: dict[str, tuple[int | None, int]] = {
    # Sockets: no namespace isolates AF_VSOCK, and without namespaces nothing isolates the others.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    # Other processes and their memory.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # Namespaces, mounts, roots.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # Doors into the kernel that a compiler never uses.
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "sethostname": (170, 161), "setdomainname": (171, 162), "personality": (135, 92), "syslog": (103, 116),
    "quotactl": (179, 60), "memfd_secret": (447, 447), "lookup_dcookie": (212, 18),
    # A process that left its group would outlive the killing of it.
    "setsid": (112, 157), "setpgid": (109, 154),
    # Memory that RLIMIT_AS does not count and that outlives a process.
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
}  # fmt: skip
# What a compiler needs and a tested program does not: other processes, and memory and programs without a file.
_DENIED_RUNNING: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None), "vfork": (58, None), "execveat": (322, 281), "memfd_create": (319, 279),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
}  # fmt: skip
_CLONE, _CLONE3, _IOCTL = (56, 220), (435, 435), (16, 29)
_NO_SUCH_CALL = 0x00050000 | 38  # SECCOMP_RET_ERRNO | ENOSYS
_NO_TERMINAL = 0x00050000 | 25  # SECCOMP_RET_ERRNO | ENOTTY
_THREAD = 0x00010000  # CLONE_THREAD


def compile_filter(machine: str | None = None) -> bytes | None:
    """Return the compilers' filter for a machine (by default this one), or None where its call numbers are not known."""
    return _filter(machine, running=False)


def run_filter(machine: str | None = None) -> bytes | None:
    """Return the filter of programs under test: as for compilers, but with threads as the only processes.

    ``execve`` stays, since what applies the filter must still become the program. It starts nothing new.
    """
    return _filter(machine, running=True)


def _filter(machine: str | None, *, running: bool) -> bytes | None:
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        return None
    column = list(_ARCHITECTURES).index(machine)
    rows = [*_DENIED.values(), *(_DENIED_RUNNING.values() if running else ())]
    denied = sorted(number for row in rows if (number := row[column]) is not None)
    program = [
        _instruction(_LOAD, constant=_ARCHITECTURE),
        _instruction(_EQUAL, constant=_ARCHITECTURES[machine], true=1),
        _instruction(_RETURN, constant=_KILL),
        _instruction(_LOAD, constant=_NUMBER),
    ]
    if machine == "x86_64":
        program += [
            _instruction(_AT_LEAST, constant=_X32_BIT, false=1),
            _instruction(_RETURN, constant=_KILL),
        ]
    # clone3 takes its flags from memory, where a filter cannot look; glibc falls back to clone.
    program += [
        _instruction(_EQUAL, constant=_CLONE3[column], false=1),
        _instruction(_RETURN, constant=_NO_SUCH_CALL),
    ]
    for number in denied:
        program += [_instruction(_EQUAL, constant=number, false=1), _instruction(_RETURN, constant=_REFUSE)]
    if running:
        program += [
            _instruction(_EQUAL, constant=_IOCTL[column], false=1),
            _instruction(_RETURN, constant=_NO_TERMINAL),
        ]
    program += [
        _instruction(_EQUAL, constant=_CLONE[column], false=5 if running else 3),
        _instruction(_LOAD, constant=_FIRST_ARGUMENT),
        _instruction(_ANY_BIT, constant=_NEW_NAMESPACES, false=1),
        _instruction(_RETURN, constant=_REFUSE),
    ]
    if running:
        program += [
            _instruction(_ANY_BIT, constant=_THREAD, true=1),
            _instruction(_RETURN, constant=_REFUSE),
        ]
    program.append(_instruction(_RETURN, constant=_ALLOW))
    return b"".join(program)


@contextmanager
def filter_descriptor(program: bytes | None) -> Iterator[int | None]:
    """A descriptor from which a child can read the filter; None where there is none."""
    if program is None:
        yield None
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, program)  # a few hundred bytes: they fit into a pipe
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def _instruction(code: int, *, constant: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, true, false, constant)
