"""Confines this process with Landlock and seccomp, then becomes another program. Run as a script, never imported.

    python -I -S confine.py FILTER_FD READ_ONLY:READ_ONLY... WRITABLE PROGRAM [ARGUMENT ...]

It stands alone on the standard library, since it runs for each command in a fresh interpreter. Descriptor FILTER_FD
holds the seccomp program; -1 is none. An empty WRITABLE is none. Exit status 125 says that nothing was run, with a line of reason.
"""

import ctypes
import os
import stat
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
VERSION_FLAG = 1
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
# How many file system rights each version of the interface knows (linux/landlock.h).
RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15  # truncate and ioctl on devices too
NETWORK_RIGHTS = 0b11  # bind and connect over TCP, from version 4 on
SCOPES = 0b11  # abstract sockets and signals, from version 6 on
NOT_RUN = 125


class Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``."""

    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class PathBeneath(ctypes.Structure):
    """``struct landlock_path_beneath_attr``."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class Filter(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


libc = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: object) -> int:
    """Make a system call or give up."""
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def allow(ruleset: int, path: str, rights: int) -> None:
    """Let this process use what lies beneath *path*."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= ON_FILES
        rule = PathBeneath(allowed=rights, parent=descriptor)
        call(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)


def restrict(read_only: list[str], writable: str) -> None:
    """Leave this process nothing but what is named. No network, no signals to others, where the kernel knows how."""
    abi = call(CREATE_RULESET, None, 0, VERSION_FLAG)
    every = (1 << RIGHTS_BY_ABI.get(abi, 16)) - 1
    wanted = Ruleset(fs=every, net=NETWORK_RIGHTS if abi >= 4 else 0, scoped=SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = call(CREATE_RULESET, ctypes.byref(wanted), size, 0)
    for path in read_only:
        allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR)
    for path in ("/dev/null", "/dev/urandom"):
        allow(ruleset, path, (READ_FILE | WRITE_FILE) & every)
    if writable:
        allow(ruleset, writable, every & ~EXECUTE)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    call(RESTRICT_SELF, ruleset, 0)


def filter_calls(descriptor: int) -> None:
    """Install the seccomp program."""
    program = os.read(descriptor, 1 << 16)
    os.close(descriptor)
    wanted = Filter(length=len(program) // 8, program=program)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(wanted), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def main() -> None:
    """Confine this process, then become the program."""
    filter_fd, read_only, writable, *argv = sys.argv[1:]
    try:
        restrict(read_only.split(":"), writable)
        if int(filter_fd) >= 0:
            filter_calls(int(filter_fd))
        os.execv(argv[0], argv)
    except OSError as error:
        sys.stderr.write(f"confine: {error}\n")
        sys.exit(NOT_RUN)


if __name__ == "__main__":
    main()
