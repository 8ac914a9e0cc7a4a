"""Comparisons in words: everything that differs is named, names stay what they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tiny
from koopopt.comparing import instances, runs
from koopopt.comparing.values import Comparison, Difference, Instances, Proof
from koopopt.report.terminal import blocks as terminal
from koopopt.report.values import compared
from koopopt.report.values.blocks import Figure
from koopopt.report.values.compared.instances import PARTS, differences, value

A = tiny.instance()


def text(found: Instances, *, equal: bool = False) -> str:
    whole = Comparison(kind="instances", equal=equal, a="x", b="y", koopopt="1", instances=found)
    return terminal.written(compared.blocks(whole, {"1": "One"}), "en")


def test_every_part_has_a_name() -> None:
    assert set(instances.tables(A)) == set(PARTS)


@pytest.mark.parametrize("name", tiny.HOSTILE)
def test_names_are_text(name: str) -> None:
    first, *rest = A.municipalities
    found = instances.compare(A, replace(A, municipalities=(replace(first, name=name), *rest)))
    shown = text(found)
    assert not {"\x07", "\x1b", "\u202e"} & set(shown)


def test_order_alone_is_told() -> None:
    found = instances.compare(A, replace(A, municipalities=A.municipalities[::-1]))
    assert "Rows stand in another order" in text(found, equal=True)


def test_values_of_no_effect_are_told() -> None:
    found = instances.compare(A, replace(A, relax={"rules.max_pooled": 2.0}))
    assert "what differs has no effect on a plan" in text(found)


def test_differences_of_numbers_show_their_sign() -> None:
    grid = differences([Difference(kind="changed", row=("1",), key="k", a=0.1, b=0.3)], {})
    assert grid.rows[0][-1] == Figure(0.2, None, signed=True)


def test_long_texts_are_cut() -> None:
    shown = value("x" * 100)
    assert isinstance(shown, str)
    assert len(shown) == 60


def test_members_who_join_and_leave_are_named() -> None:
    from koopopt.case.plan import Partnership

    a = [Partnership("water", ("1", "2", "3"), "1", "pact")]
    b = [Partnership("water", ("2", "3", "4"), "2", "pact")]
    proof = Proof(status="feasible", gap=None, solver="s", formulation="f", verified=True)
    one, two = (
        runs.Run(question=runs.Question(fingerprint="x"), partnerships=tuple(parts), criteria={},
                 objective=None, bound=None, seconds=None, proof=proof)
        for parts in (a, b)
    )  # fmt: skip
    found = Comparison(kind="runs", equal=False, a="x", b="y", koopopt="1",
                       runs=runs.compare(one, two))  # fmt: skip
    shown = terminal.written(compared.blocks(found, {"1": "One", "4": "Four"}), "en")
    assert "water, seat 1 One, then 2: joined by Four, left by One" in shown
