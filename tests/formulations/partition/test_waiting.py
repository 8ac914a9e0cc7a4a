"""Which node comes next: that of the least bound, or a half of the last one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koopopt.formulations.partition import pools
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.waiting import Waiting
from koopopt.problem import Problem
from tiny import instance


@pytest.fixture
def root() -> Node:
    problem = Problem.of(instance())
    return Node.root(problem.facts, pools(problem), [c.alone for c in problem.conditions])


def test_the_least_bound_comes_first_and_of_equal_ones_the_first(root: Node) -> None:
    waiting = Waiting()
    nodes = [replace(root, bound=bound) for bound in (3.0, 1.0, 2.0, 1.0)]
    waiting.add(nodes[:2])
    waiting.add(nodes[2:])
    assert waiting.least == 1.0
    assert [waiting.next(down=False) for _ in nodes] == [nodes[k] for k in (1, 3, 2, 0)]
    assert not waiting


@pytest.mark.parametrize("likely", [0, 1])
def test_going_down_takes_the_likelier_half_of_the_last_node_once(root: Node, likely: int) -> None:
    waiting = Waiting()
    other, *halves = (replace(root, bound=bound) for bound in (1.0, 2.0, 2.0))
    waiting.add([other])
    assert waiting.next(down=True) is other
    waiting.add([other])
    waiting.add(halves, likely)
    assert waiting.next(down=True) is halves[likely]
    assert waiting.least == 1.0
    assert waiting.next(down=True) is other
    assert waiting.next(down=True) is halves[1 - likely]
    assert not waiting


def test_halves_are_forgotten_once_another_node_was_taken(root: Node) -> None:
    waiting = Waiting()
    first, second, *halves = (replace(root, bound=bound) for bound in (1.0, 1.5, 2.0, 2.0))
    waiting.add([first, second])
    waiting.add(halves)
    assert waiting.next(down=False) is first
    assert waiting.next(down=True) is second
    waiting.clear()
    assert not waiting
