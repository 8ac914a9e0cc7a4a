"""The nodes of the search tree that are still to be worked on.

The one with the least bound comes next, which keeps the tree small. Where a better plan is wanted
more than that, the halves of the last node come first, the likelier one of them: following halves
down soon leads to parts that are so small that they are decided whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import count

from koopopt.formulations.partition.node import Node


class Waiting:
    """Nodes by their bounds."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Node]] = []
        self._ticket = count()
        self._likely: tuple[float, int, Node] | None = None

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def least(self) -> float:
        """The least bound of all."""
        return self._heap[0][0]

    def add(self, nodes: Sequence[Node], likely: int = 0) -> None:
        """Add nodes: the first one, or the halves of a node, of which one is likelier."""
        for k, node in enumerate(nodes):
            entry = (node.bound, next(self._ticket), node)
            heapq.heappush(self._heap, entry)
            if k == likely:
                self._likely = entry

    def next(self, *, down: bool) -> Node:
        """Take the likelier half of the last node, if it goes `down`, or the least node."""
        likely, self._likely = self._likely, None
        if not down or likely is None:
            return heapq.heappop(self._heap)[2]
        self._heap.remove(likely)
        heapq.heapify(self._heap)
        return likely[2]

    def clear(self) -> None:
        """Drop all."""
        self._heap.clear()
        self._likely = None
