"""What files of results share: JSON that is parsed, formats, packages, and the plans in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny
from koopopt.errors import DataError
from koopopt.problem import Problem
from koopopt.storage.stored import (
    Part,
    at_hand,
    check_format,
    noting,
    parsed,
    plan,
    plan_faults,
    problem,
)

PROBLEM = Problem.of(tiny.instance())
FAULT = noting("run.json")


def parts(**changes: object) -> list[Part]:
    """Return the parts of the pooled plan, the first one changed."""
    made = [
        Part(service=p.service, members=p.members, seat=p.seat, legal_form=p.legal_form, cost=1.0)
        for p in tiny.pooled_plan(PROBLEM).partnerships
    ]
    k = next(k for k, part in enumerate(made) if len(part.members) > 1)
    pool = {
        name: getattr(made[k], name)
        for name in ("service", "members", "seat", "legal_form", "cost")
    }
    made[k] = Part(**{**pool, **changes})  # type: ignore[arg-type]
    return made


def test_a_plan_comes_back() -> None:
    assert plan(parts()) == tiny.pooled_plan(PROBLEM)
    assert list(plan_faults(PROBLEM, parts(), "plan", FAULT)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service": "watr"}, ["Did you mean 'water'", "01 has no partnership", "02 has no"]),
        ({"members": ("01",)}, ["seat is not a member", "'alone' is for", "02 has no partnership"]),
        ({"members": ("01", "02", "03")}, ["two partnerships in this service"]),
        ({"seat": "03"}, ["seat is not a member"]),
        ({"legal_form": "alone"}, ["'alone' is for a single member"]),
        ({"legal_form": "asociation"}, ["Did you mean 'association'"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_keeps_it_from_being_one(changes: dict[str, object], said: list[str]) -> None:
    texts = [fault.render() for fault in plan_faults(PROBLEM, parts(**changes), "plan", FAULT)]
    assert len(texts) == len(said), texts
    assert all(any(part in text for text in texts) for part in said), texts
    assert all(text.startswith("run.json, column plan") for text in texts)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": 1,\n}', "row 2"),
        ('{"a": ', "no valid JSON"),
        ("[" * 100_000, "nested far too deeply"),
        ("\ud800", "no valid JSON"),
    ],
    ids=lambda text: text[:12],
)
def test_files_that_are_no_json(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError, match=said):
        parsed(tmp_path / "run.json")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="The file is missing"):
        parsed(tmp_path / "run.json")
    with pytest.raises(DataError, match="This is no file"):
        parsed(tmp_path)


def test_what_is_no_object_has_no_keys(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("[1, 2]", "utf-8")
    assert parsed(tmp_path / "run.json") == {}


def test_formats_that_are_known() -> None:
    check_format("run.json", 2, 1, 2)
    with pytest.raises(DataError, match=r"column format, value '3'.*reads format 2"):
        check_format("run.json", 3, 1, 2)
    for odd in (True, 2.0, "2", None):
        with pytest.raises(DataError, match="column format"):
            check_format("run.json", odd, 1, 2)


def test_a_package_that_is_not_installed_is_named() -> None:
    at_hand({"numpy": "1.0"}, FAULT)
    with pytest.raises(DataError, match=r"no-such-package 1\.2.*Install no-such-package"):
        at_hand({"numpy": "1.0", "no-such-package": "1.2"}, FAULT)


def test_limits_of_the_instance_are_not_asked_twice() -> None:
    made = tiny.instance(rules={"limit": {"change": 3}})
    assert problem(made, {"change": 3.0}).plan_rules == Problem.of(made).plan_rules
    assert problem(made, {"change": 3.0, "bodies": 1.0}).limits == {"bodies": 1.0, "change": 3.0}
