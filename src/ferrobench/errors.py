"""What can go wrong on our side. The model's failures are verdicts, never exceptions.

    HarnessError
    ├── UsageError            exit 2   flags that contradict each other or ask for the impossible
    ├── SuiteError            exit 2   the suite on disk is wrong
    ├── CheckpointError       exit 2   the checkpoint on disk is wrong, incomplete or of an unknown kind
    ├── InputError            exit 2   a file given to us (completions, results, run folder) is wrong
    └── NotReadyError         exit 3   something this machine should provide is missing or failed
        ├── SandboxUnavailableError    nothing here can keep samples away from the machine
        ├── ToolchainError             rustc is missing or does not work
        ├── MissingExtraError          an optional library is not installed
        └── DeviceError                no such device, or it ran out of memory

Every message is one line that names the thing (file, field, tensor), what was found and what was expected.
"""

from __future__ import annotations


class HarnessError(Exception):
    """Base of every failure that is ours or the user's, and never the model's."""

    exit_code = 2


class UsageError(HarnessError):
    """The request contradicts itself or asks for something impossible."""


class SuiteError(HarnessError):
    """A suite on disk is missing, unreadable or malformed."""


class CheckpointError(HarnessError):
    """A checkpoint cannot be loaded as it stands. Nothing was guessed or filled in."""


class InputError(HarnessError):
    """A file that was given to us is not what it should be."""


class NotReadyError(HarnessError):
    """This machine lacks something the request needs."""

    exit_code = 3


class ToolchainError(NotReadyError):
    """No usable Rust toolchain was found."""


class SandboxUnavailableError(NotReadyError):
    """Nothing on this machine can keep samples away from it, and nobody asked to go without."""


class MissingExtraError(NotReadyError):
    """An optional library is not installed; the message names the install command."""


class DeviceError(NotReadyError):
    """The requested device does not exist or cannot be used."""
