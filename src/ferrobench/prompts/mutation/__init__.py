"""Wrong answers made from right ones, to ask whether a prompt's tests would notice."""

from ferrobench.prompts.mutation.functions import (
    Body,
    Function,
    answer_functions,
    filled,
    returns_opaque,
    trivial_bodies,
)
from ferrobench.prompts.mutation.mutants import Mutant, mutants

__all__ = [
    "Body",
    "Function",
    "Mutant",
    "answer_functions",
    "filled",
    "mutants",
    "returns_opaque",
    "trivial_bodies",
]
