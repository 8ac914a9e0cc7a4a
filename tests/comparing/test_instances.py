"""What differs in two instances, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.comparing import instances
from koopopt.comparing.values import Difference, Part

A = tiny.instance()


def part(name: str, b: Instance, a: Instance = A) -> Part:
    return next(p for p in instances.compare(a, b).parts if p.name == name)


def told(found: Part) -> list[tuple[str, tuple[str, ...], str, Any, Any]]:
    return [(d.kind, d.row, d.key, d.a, d.b) for d in found.differences]


def test_an_instance_equals_itself() -> None:
    found = instances.compare(A, A)
    assert instances.are_equal(found)
    assert found.same_fingerprint
    assert next(p for p in found.parts if p.name == "municipalities").equal == 3


def test_a_changed_row_is_named_with_its_column() -> None:
    first, *rest = A.municipalities
    b = replace(A, municipalities=(replace(first, population=1.5), *rest))
    found = part("municipalities", b)
    assert told(found) == [("changed", (first.id,), "population", first.population, 1.5)]
    assert (found.equal, found.changed) == (2, 1)
    assert not instances.compare(A, b).same_fingerprint


def test_rows_of_one_side_are_counted_on_it() -> None:
    b = replace(A, municipalities=A.municipalities[1:])
    gone = part("municipalities", b)
    assert (gone.only_a, gone.only_b, gone.equal) == (1, 0, 2)
    assert gone.differences[0].row == (A.municipalities[0].id,)
    back = part("municipalities", A, b)
    assert (back.only_a, back.only_b) == (0, 1)


def test_the_order_of_rows_is_no_difference_but_another_fingerprint() -> None:
    found = instances.compare(A, replace(A, municipalities=A.municipalities[::-1]))
    assert instances.are_equal(found)
    assert not found.same_fingerprint


def test_a_pair_of_neighbours_is_the_same_either_way() -> None:
    turned = tuple(replace(n, a=n.b, b=n.a) for n in A.neighbours)
    assert not part("neighbours", replace(A, neighbours=turned)).differences


def test_the_order_of_legal_forms_counts() -> None:
    """Of equally cheap ones the first is taken."""
    form = A.legal_forms[0]
    a = replace(A, legal_forms=(form, replace(form, id="other")))
    found = part("legal_forms", replace(a, legal_forms=a.legal_forms[::-1]), a)
    assert {(d.row, d.key) for d in found.differences} == {
        ((form.id,), "place"), (("other",), "place"),
    }  # fmt: skip


CHANGES = [
    ("rules", {"rules": {"max_pooled": 2, "apart": [["a", "b"]]}}, "apart", '[["a", "b"]]'),
    ("weights", {"weights": {"cost": 2.0}}, "cost", 2.0),
    ("office", {"office_cost": 123.0}, "cost", 123.0),
    ("travel estimate", {"detour": 1.9}, "detour", 1.9),
    ("ranges", {"detour_range": (1.0, 2.0)}, "detour_range", "[1.0, 2.0]"),
    ("relax", {"relax": {"max_pooled": float("inf")}}, "max_pooled", "never"),
]


@pytest.mark.parametrize(("name", "change", "key", "value"), CHANGES, ids=[c[0] for c in CHANGES])
def test_single_values_are_named_by_their_key(
    name: str, change: dict[str, Any], key: str, value: Any
) -> None:
    found = part(name, replace(A, **change))
    assert [d.b for d in found.differences if d.row == (key,)] == [value]


def test_other_tables() -> None:
    town, service = A.municipalities[0].id, A.services[0].id
    other = A.municipalities[1].id
    b = replace(
        A, demand={(town, service): 5.0}, alone_cost={(town, service): 7.0},
        status_quo=(Partnership(service, (town, other), town, "association"),),
    )  # fmt: skip
    assert told(part("demand", b)) == [("only_b", (town, service), "demand", None, 5.0)]
    assert told(part("alone_cost", b)) == [("only_b", (town, service), "cost", None, 7.0)]
    assert [d.row for d in part("status_quo", b).differences] == [(service, *sorted((town, other)))]


def test_true_is_not_one() -> None:
    found = instances.differences((), {"x": True}, {"x": 1.0})
    assert [*found] == [Difference(kind="changed", row=(), key="x", a=True, b=1.0)]
