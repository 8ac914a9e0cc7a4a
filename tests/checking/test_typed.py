"""Arguments against what they are declared to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature

import pytest

import koopopt
import tiny
from koopopt.checking.typed import misfits
from koopopt.problem import Problem

PROBLEM = Problem.of(tiny.instance())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: koopopt.evaluate(PROBLEM, None), "plan is None; it must be of the class Plan."),
        (lambda: koopopt.evaluate(PROBLEM.instance, koopopt.all_alone(PROBLEM)),
         "problem is Instance(…); it must be of the class Problem."),
        (lambda: koopopt.read(None), "what is None; it must be text or of the class Path."),
        (lambda: koopopt.verify(5), "front is 5; it must be of the class Front."),
        (lambda: Problem.of("nope"), "instance is 'nope'; it must be of the class Instance."),
        (lambda: koopopt.solve(5),
         "what is 5; it must be of the class Problem or of the class Instance or text or"),
        (lambda: koopopt.front(5), "what is 5"),
        (lambda: koopopt.write_report(5, "x.html"), "what is 5"),
        (lambda: koopopt.write_report(koopopt.solve(PROBLEM), 5), "path is 5"),
        (lambda: koopopt.all_alone(5), "problem is 5"),
        (lambda: koopopt.status_quo(None), "problem is None"),
        (lambda: koopopt.to_pulp(5), "what is 5"),
        (lambda: koopopt.to_pyomo(PROBLEM, 3), "formulation is 3; it must be text."),
    ],
)  # fmt: skip
def test_wrong_arguments_are_told(call: Callable[[], object], said: str) -> None:
    with pytest.raises(koopopt.UsageError) as caught:
        call()
    assert str(caught.value).startswith(said)


def test_functions_keep_their_signature() -> None:
    assert list(signature(koopopt.evaluate).parameters) == ["problem", "plan"]
    assert koopopt.evaluation.__doc__
    with pytest.raises(TypeError, match="evaluate"):
        koopopt.evaluate()  # type: ignore[call-arg]


def test_a_list_of_several_kinds_has_any_length():
    hint = Sequence[str | Sequence[str]]
    assert list(misfits(hint, ["a", ("b", "c"), ["d"]])) == []
    (wrong,) = misfits(hint, ["a", 1, ("b",)], "keep")
    assert wrong.place == "keep[1]"
