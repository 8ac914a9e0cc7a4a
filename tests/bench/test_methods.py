"""Which methods a command line means."""

from __future__ import annotations

import pytest

from koopopt.bench.job import PLAIN
from koopopt.bench.methods import Method, methods
from koopopt.errors import UsageError


def test_every_formulation_by_every_solver_and_each_peer_once() -> None:
    found = methods(["highs", "cpsat"], ["auto", "partition"], ["highs", "HiGHS"])
    assert found == [
        Method("auto", "highs"), Method("auto", "cp-sat"), Method("partition", "highs"),
        Method("partition", "cp-sat"), Method(PLAIN, "highs"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["spopt", "pyaugmecon", "gurobi"])
def test_a_peer_that_cannot_be_asked_is_told(name: str) -> None:
    with pytest.raises(UsageError, match="--peers") as caught:
        methods([], [], [name])
    assert name in caught.value.render()


def test_an_unknown_formulation_is_told_with_one_that_is_near() -> None:
    with pytest.raises(UsageError, match="Did you mean 'partition'"):
        methods(["highs"], ["partiton"], [])
