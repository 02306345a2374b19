"""Ferrobench measures how well a model writes Rust.

The rooms of this package, in the order in which data flows, each importing only from those before it:
``prompts``, ``suites`` (data), ``models``, ``generation``, ``judging``, ``reward``, ``metrics``, ``results``,
``reports``, ``evaluate`` (the wiring) and ``cli``. The two classes that other programs build on are here as well.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ferrobench.judging import Judge
    from ferrobench.reward import RewardFunction

__version__ = "0.1.0"

__all__ = ["Judge", "RewardFunction", "__version__"]

_HOMES = {"Judge": "ferrobench.judging", "RewardFunction": "ferrobench.reward"}


def __getattr__(name: str) -> object:
    """Import a class when it is asked for: whoever only wants the version or the help should not wait."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
