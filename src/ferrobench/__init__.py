"""Ferrobench measures how well a model writes Rust.

The rooms of this package, in the order in which data flows, each importing only from those before it:
``prompts``, ``suites`` (data), ``models``, ``generation``, ``judging``, ``metrics``, ``results``, ``reports``,
``evaluate`` (the wiring) and ``cli``.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
