"""Small texts with words in capitals to be filled in: ``NAME``, ``OTHER``, ``TYPE``, ``NUMBER`` and ``PROGRAM``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.corpus.words import camel_case, noun, verb_phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


def fill_in(template: str, random: Random, *, program: str = "") -> str:
    """Fill in a template: a value's name, a function's, a type's, a number of 1 to 50, and a whole program.

    The names are in use nowhere in *program*.
    """
    for word, draw in (("NAME", noun), ("OTHER", verb_phrase), ("TYPE", _type_name)):
        if word in template:
            template = template.replace(word, _unused(draw, random, program + template))
    if "NUMBER" in template:
        template = template.replace("NUMBER", str(random.randint(1, 50)))
    return template.replace("PROGRAM", program)


def _type_name(random: Random) -> str:
    return camel_case(noun(random))


def _unused(draw: Callable[[Random], str], random: Random, text: str) -> str:
    while True:
        name = draw(random)
        if name not in text:
            return name
