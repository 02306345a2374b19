"""The code figures of the original benchmark, by its own definitions, so that old and new results compare.

They are deliberately simple. The complexity sees keywords in comments and strings too; the sounder figures from
the syntax tree are in :mod:`ferrobench.metrics.syntax` and stand beside these under names of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferrobench.metrics.syntax import parse_rust

if TYPE_CHECKING:
    from tree_sitter import Tree

# Unicode's White_Space, which Rust's trim removes. Python's strip() would also take U+001C to U+001F.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

_KEYWORDS = ("if ", "while ", "for ", "match ", "&&", "||", "?")

# Which items of a block are functions to the original. A signature without a body is one only in a trait.
_COUNTED_MEMBERS = {
    "impl_item": frozenset({"function_item"}),
    "trait_item": frozenset({"function_item", "function_signature_item"}),
}


def count_lines(text: str) -> int:
    """The lines that are not blank after trimming."""
    return sum(1 for line in text.split("\n") if line.strip(WHITE_SPACE))


def count_functions(text: str, *, parses: bool) -> int:
    """The ``fn`` items of a file; 0 where rustc's parser refuses it.

    Counted are those at the top level, in ``impl`` blocks (of traits too) and in traits, there with or without a
    body. Not counted are those nested in functions, in inline modules or in ``extern`` blocks, closures, and what
    macros hold.

    Args:
        text: The whole text of the sample.
        parses: Whether rustc's parser accepts *text*. The syntax tree cannot tell: it accepts other texts.
    """
    return count_tree_functions(parse_rust(text)) if parses else 0


def count_tree_functions(tree: Tree) -> int:
    """As :func:`count_functions`, of a text that parses."""
    count = 0
    for item in tree.root_node.children:
        if item.type == "function_item":
            count += 1
        elif (members := _COUNTED_MEMBERS.get(item.type)) is not None:
            body = item.child_by_field_name("body")
            count += 0 if body is None else sum(child.type in members for child in body.children)
    return count


def keyword_complexity(text: str) -> int:
    """1 plus the occurrences of ``if ``, ``while ``, ``for ``, ``match ``, ``&&``, ``||`` and ``?`` in the raw text.

    >>> keyword_complexity("if a && b { f()? } // what if not?")
    6
    """
    return 1 + sum(text.count(keyword) for keyword in _KEYWORDS)
