"""Edit distance between the shapes of programs: how many nodes must be put in, taken out or relabelled."""

from __future__ import annotations

from functools import cached_property

from ferrobench.metrics.similarity.shapes import ReferenceShape, ShapeTree

MOST_NODES = 300
"""Larger trees are not compared in full: the time grows faster than the product of the sizes."""
MOST_CELLS = 4_000_000
"""The work that a pair may take, in cells of the tables below; only trees of odd shapes need more within the sizes."""


class Shape:
    """A tree laid out for many comparisons."""

    def __init__(self, tree: ShapeTree) -> None:
        """Take *tree*."""
        self.tree = tree
        self.nodes = len(tree.sizes)

    @cached_property
    def leftwards(self) -> _Ordered:
        """Taken apart from the left."""
        return _Ordered(self.tree)

    @cached_property
    def rightwards(self) -> _Ordered:
        """Taken apart from the right: the mirror image, taken apart from the left."""
        return _Ordered(_mirrored(self.tree))

    @cached_property
    def subtrees(self) -> ReferenceShape:
        """For the structural likeness that stands in where the tree is too large."""
        return ReferenceShape(self.tree)


class _Ordered:
    """What the algorithm needs of a tree, nodes in post-order."""

    def __init__(self, tree: ShapeTree) -> None:
        self.labels = tree.labels
        self.first_leaves = [index - size + 1 for index, size in enumerate(tree.sizes)]
        # For each leaf that some path of first children ends at, the topmost node of that path.
        self.key_roots = sorted({leaf: index for index, leaf in enumerate(self.first_leaves)}.values())
        self.weight = sum(tree.sizes[root] for root in self.key_roots)


def tree_distance(one: Shape, other: Shape) -> int | None:
    """The edit distance at unit costs (Zhang and Shasha 1989); None where it takes more than the limits allow.

    A distance from each subtree to each is built from the leaves up. How many cells that takes differs between a tree and its
    mirror image, and the distance does not, so the cheaper one is taken.
    """
    if max(one.nodes, other.nodes) > MOST_NODES:
        return None
    left = one.leftwards.weight * other.leftwards.weight
    right = one.rightwards.weight * other.rightwards.weight
    if min(left, right) > MOST_CELLS:
        return None
    if one.tree == other.tree:
        return 0
    if left <= right:
        return _distance(one.leftwards, other.leftwards)
    return _distance(one.rightwards, other.rightwards)


def tree_similarity(one: Shape, other: Shape, distance: int) -> float:
    """1 less the distance over the nodes of the larger tree, and not below 0 (TSED, Song et al. 2024)."""
    return max(0.0, 1 - distance / max(one.nodes, other.nodes))


def _distance(one: _Ordered, other: _Ordered) -> int:
    distances = [[0] * len(other.labels) for _ in one.labels]
    for root in one.key_roots:
        for other_root in other.key_roots:
            _fill(one, other, root, other_root, distances)
    return distances[-1][-1]


def _fill(one: _Ordered, other: _Ordered, root: int, other_root: int, distances: list[list[int]]) -> None:
    """Enter the distances between the subtrees on the first paths of two key roots.

    ``forests[i][j]`` is the distance between the first *i* nodes of the one subtree and the first *j* of the other; its
    neighbours come by taking a node out, putting one in, or matching the whole subtrees that the two last nodes are roots of.
    """
    first, other_first = one.first_leaves[root], other.first_leaves[other_root]
    labels = other.labels[other_first : other_root + 1]
    # How many nodes come before the subtree of each; 0 means that it is on the first path.
    befores = [leaf - other_first for leaf in other.first_leaves[other_first : other_root + 1]]
    columns = range(len(labels))
    forests = [list(range(len(labels) + 1))]
    for node in range(first, root + 1):
        above = forests[-1]
        left = above[0] + 1
        row = [left]
        before = one.first_leaves[node] - first
        known = distances[node]
        base = forests[before]
        label = one.labels[node]
        for column in columns:
            up = above[column + 1]
            left = (up if up < left else left) + 1
            place = befores[column]
            if before or place:
                matched = base[place] + known[other_first + column]
                if matched < left:  # noqa: PLR1730  # a call of min() takes twice as long, and this is the inner loop
                    left = matched
            else:
                matched = above[column] + (label != labels[column])
                if matched < left:  # noqa: PLR1730  # a call of min() takes twice as long, and this is the inner loop
                    left = matched
                known[other_first + column] = left
            row.append(left)
        forests.append(row)


def _mirrored(tree: ShapeTree) -> ShapeTree:
    """*tree* with the children of every node in reverse: its post-order is the tree's pre-order, backwards."""
    count = len(tree.sizes)
    labels, sizes = [0] * count, [0] * count
    ends: list[int] = []
    for index in range(count - 1, -1, -1):
        while ends and ends[-1] > index:
            ends.pop()
        # A node comes before its subtree in pre-order, and after all of it but itself in post-order.
        before = index - tree.sizes[index] + 1 + len(ends)
        ends.append(index - tree.sizes[index] + 1)
        place = count - 1 - before
        labels[place], sizes[place] = tree.labels[index], tree.sizes[index]
    return ShapeTree(tuple(labels), tuple(sizes))
