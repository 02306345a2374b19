"""How much of a completion comes after the item that its prompt began."""

from __future__ import annotations

from ferrobench.rust_source.ends import ItemEnd


class AfterItem:
    """Finds it for the completions of one prompt; looks at each text once."""

    def __init__(self, prompt: str) -> None:
        self._end = ItemEnd(prompt)
        self._known: dict[str, float] = {}

    def share(self, completion: str) -> float:
        """The share of the characters of *completion* behind the item's end; 0 while it has none, or nothing follows."""
        known = self._known.get(completion)
        if known is None:
            end = self._end.find(completion)
            rest = "" if end is None else completion[end:]
            known = self._known[completion] = len(rest) / len(completion) if rest.strip() else 0.0
        return known
