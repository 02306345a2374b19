"""What the commands of this folder share: options that are checked as they are read, and one line for each mistake."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, NoReturn

from ferrobench.errors import HarnessError, NotReadyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is an exception with one line, and which takes no shortened options."""

    def __init__(self, module: str, description: str) -> None:
        super().__init__(prog=f"python -m {module}", description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def whole_number(lowest: int) -> Callable[[str], int]:
    """Make the reader of a whole number from *lowest* on."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if number < lowest:
            raise argparse.ArgumentTypeError(f"found {text!r}, expected a whole number from {lowest} on")
        return number

    return read


def number(expected: str, holds: Callable[[float], bool]) -> Callable[[str], float]:
    """Make the reader of a finite number for which *holds* holds; *expected* says what that is."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or not holds(value):
            raise argparse.ArgumentTypeError(f"found {text!r}, expected {expected}")
        return value

    return read


def exit_code_of(command: Callable[[], int]) -> int:
    """Run a command; say in one line what went wrong, and return the exit code that belongs to it."""
    try:
        return command()
    except HarnessError as error:
        print(f"training: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        said = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part is not None)
        print(f"training: {said}", file=sys.stderr)
        return NotReadyError.exit_code
    except KeyboardInterrupt:
        print("training: stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
