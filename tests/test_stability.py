"""What others build on stays: public names, commands and formats are those of one list."""

from __future__ import annotations

import runpy

import pytest

from pages import DOCS

MAKE = runpy.run_path(str(DOCS / "make_public.py"))
LIST = (DOCS / "reference" / "public.txt").read_text("utf-8")


def test_what_is_public_is_what_the_list_says() -> None:
    now = MAKE["listed"]()
    assert MAKE["gone"](LIST, now) == ""
    assert now == LIST, "there is more than the list has: run `make public`"


def test_each_thing_stands_in_one_line() -> None:
    lines = LIST.splitlines()
    assert sorted(set(lines)) == sorted(lines)
    for line in (
        "koopopt.solve(what)",
        "koopopt.solve(… time_limit=None)",
        "koopopt.Result.status",
        "koopopt.choice.knee(front)",
        "koopopt.rules.Distinct(label, high)",
        "koopopt solve INSTANCE",
        "koopopt solve --limit … --limit …",
        "koopopt calibrate INSTANCE --service … --costs …",
        "run.json of format 1",
        "exit code 130",
    ):
        assert line in lines, line


def test_nothing_private_is_in_it() -> None:
    names = [line.partition("(")[0].split()[0] for line in LIST.splitlines()]
    assert [n for n in names if "._" in n and not n.endswith(".__version__")] == []


def same(what: str, weights: object = None) -> None: ...
def more(what: str, weights: object = None, *, limits: object = None) -> None: ...
def less(what: str) -> None: ...
def needs(what: str, solver: str, weights: object = None) -> None: ...
def moved(what: str, limits: object = None, weights: object = None) -> None: ...


@pytest.mark.parametrize("kept", [same, more])
def test_what_is_added_breaks_nothing(kept: object) -> None:
    assert MAKE["gone"](lines(same), lines(kept)) == ""


@pytest.mark.parametrize("changed", [less, needs, moved])
def test_what_is_taken_away_is_told_with_what_to_do(changed: object) -> None:
    told = MAKE["gone"](lines(same), lines(changed))
    assert "- solve(" in told
    assert "DeprecationWarning" in told
    assert "--breaking" in told


def lines(function: object) -> str:
    return "\n".join(MAKE["_called"]("solve", function))
