"""What decides, and what goes deeper: conditions, loops, matches, and the ways out of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.quality.idioms import Idiom

if TYPE_CHECKING:
    from tree_sitter import Node

    from ferrobench.metrics.quality.reading import Reading

_CONDITIONS = frozenset({"binary_expression", "let_chain"})


def _enter(reading: Reading) -> None:
    if reading.open:
        reading.open[-1].enter()


def close_structure(reading: Reading) -> None:
    """A control structure is over."""
    if reading.open:
        reading.open[-1].leave()


def open_if(reading: Reading, node: Node) -> None:
    """``else if`` is a decision but goes no deeper than its ``if``."""
    reading.decide(1, 1)
    if reading.around and reading.around[-1] != "else_clause":
        _enter(reading)


def close_if(reading: Reading) -> None:
    """As :func:`open_if`."""
    if reading.around and reading.around[-1] != "else_clause":
        close_structure(reading)


def open_while(reading: Reading, node: Node) -> None:
    """A decision at the head of each round."""
    reading.decide(1, 1)
    _enter(reading)


def open_loop(reading: Reading, node: Node) -> None:
    """Nothing is decided at its head."""
    _enter(reading)


def open_for(reading: Reading, node: Node) -> None:
    """A decision at the head of each round; a loop over a range waits for its name in brackets."""
    reading.decide(1, 1)
    _enter(reading)
    pattern = node.child_by_field_name("pattern")
    value = node.child_by_field_name("value")
    name = b""
    if pattern is not None and pattern.type == "identifier" and value is not None:
        name = reading.text(pattern) if _is_range(reading, value) else b""
    if name:
        reading.unindexed.add(name)
    reading.loops.append(name)


def _is_range(reading: Reading, value: Node) -> bool:
    """``0..n``, ``(0..n)``, and with ``.rev()`` or ``.step_by(2)`` behind it."""
    while value.type == "call_expression":
        method = value.child_by_field_name("function")
        receiver = None if method is None else method.child_by_field_name("value")
        name = None if method is None else method.child_by_field_name("field")
        if receiver is None or name is None or reading.text(name) not in (b"rev", b"step_by"):
            return False
        value = receiver
    inner = value.named_child(0) if value.type == "parenthesized_expression" else value
    return inner is not None and inner.type == "range_expression"


def close_for(reading: Reading) -> None:
    """As :func:`open_for`."""
    close_structure(reading)
    reading.unindexed.discard(reading.loops.pop())


def open_match(reading: Reading, node: Node) -> None:
    """Its arms decide, see :func:`decide_match`."""
    reading.idioms.add(Idiom.MATCH)
    _enter(reading)


def decide_match(reading: Reading, node: Node) -> None:
    """Each arm after the first decides; to Clippy the whole match does, once, if it has several."""
    arms = sum(child.type == "match_arm" for child in node.children)
    if arms > 1:
        reading.decide(arms - 1, 1)


def decide_guard(reading: Reading, node: Node) -> None:
    """The ``if`` of an arm."""
    if node.child_by_field_name("condition") is not None:
        reading.decide(1, 1)


def decide_short_circuit(reading: Reading, node: Node) -> None:
    """``&&`` and ``||`` between conditions; closures and references have such tokens too."""
    if reading.around and reading.around[-1] in _CONDITIONS:
        reading.decide(1, 0)


def decide_question_mark(reading: Reading, node: Node) -> None:
    """Goes on or returns."""
    reading.idioms.add(Idiom.QUESTION_MARK)
    reading.counts["question_marks"] += 1
    reading.decide(1, 1)
    if reading.open and not reading.open[-1].muted:
        reading.open[-1].returns += 1


def note_return(reading: Reading, node: Node) -> None:
    """A way out. ``return return`` is one to Clippy."""
    if reading.open and not reading.open[-1].muted and reading.around[-1] != "return_expression":
        reading.open[-1].returns += 1
        reading.counts["early_returns"] += 1


def note_await(reading: Reading, node: Node) -> None:
    """A match over the states of the future to Clippy, and none to McCabe."""
    reading.idioms.add(Idiom.ASYNC)
    reading.decide(0, 1)


def open_body(reading: Reading, node: Node) -> None:
    """A body of its own to Clippy, which counts nothing in it for the function around it."""
    if reading.open:
        reading.open[-1].muted += 1


def close_body(reading: Reading) -> None:
    """As :func:`open_body`."""
    if reading.open:
        reading.open[-1].muted -= 1


def open_closure(reading: Reading, node: Node) -> None:
    """As :func:`open_body`."""
    reading.idioms.add(Idiom.CLOSURE)
    open_body(reading, node)
