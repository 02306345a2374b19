"""Reading the fields of a JSON object that a client has sent, each with its type and range. Pure."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from ferrobench.serve.faults import Fault

_SHOWN = 60


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse a request's body.

    Raises:
        Fault: If it is no JSON object.
    """
    try:
        document = json.loads(body.decode(), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise Fault("the body is nested too deeply") from error
    except ValueError as error:  # of the text's encoding, of JSON, or of a number
        raise Fault(f"the body is not JSON in UTF-8: {error}") from error
    if not isinstance(document, dict):
        raise Fault(f"the body: expected a JSON object, found {shown(document)}")
    return document


def shown(value: object) -> str:
    """A value as it is shown in a message."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def refuse(name: str, expected: str, found: object) -> NoReturn:
    """Refuse a field's value."""
    raise Fault(f"{name}: expected {expected}, found {shown(found)}", param=name)


def check_text(name: str, value: object) -> str:
    """Return *value* if it is a text that can be encoded; JSON can also spell halves of surrogate pairs."""
    if not isinstance(value, str):
        refuse(name, "a text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse(name, "a text without lone surrogates", value)
    return value


class Fields:
    """The fields of an object. Each is taken once; null is as good as absent; what is left over is refused."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._left = {name: value for name, value in document.items() if value is not None}

    def take(self, name: str) -> Any:
        """Return a field's value, or None."""
        return self._left.pop(name, None)

    def number(
        self,
        name: str,
        default: float,
        *,
        least: float = -math.inf,
        most: float = math.inf,
        above: float | None = None,
    ) -> float:
        """Return a finite number of a range."""
        value = self.take(name)
        if value is None:
            return default
        expected = "a number" + _range(least, most, above)
        if isinstance(value, bool) or not isinstance(value, int | float):
            refuse(name, expected, value)
        if not least <= value <= most or (above is not None and value <= above) or abs(value) > _LARGEST:
            refuse(name, expected, value)
        return float(value)

    def whole(
        self, name: str, default: int | None, *, least: int | None = None, most: int | None = None
    ) -> int | None:
        """Return a whole number of a range."""
        value = self.take(name)
        if value is None:
            return default
        low, high = -math.inf if least is None else least, math.inf if most is None else most
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            refuse(name, "a whole number" + _range(low, high, None), value)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false, the latter by default."""
        value = self.take(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            refuse(name, "true or false", value)
        return value

    def refuse_unless(self, name: str, neutral: tuple[object, ...], why: str) -> None:
        """Refuse a field that asks for something; accept values that ask for nothing."""
        value = self.take(name)
        if value is not None and value not in neutral:
            raise Fault(f"{name}: {why}", param=name)

    def refuse_rest(self) -> None:
        """Refuse what nobody has taken: a setting that is overlooked would change what is measured."""
        for name in self._left:
            raise Fault(f"{name[:_SHOWN]}: this server knows no such field", param=name[:_SHOWN])


_LARGEST = 1e300  # an integer of JSON can be larger than any float


def _range(least: float, most: float, above: float | None) -> str:
    if above is not None:
        return f" above {above:.9g}" + (f" and at most {most:.9g}" if most < math.inf else "")
    if most < math.inf:
        return f" from {least:.9g} to {most:.9g}"
    return f" from {least:.9g}" if least > -math.inf else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
