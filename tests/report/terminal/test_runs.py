"""What `koopopt run` says of a plan, whatever names its municipalities have."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

import tiny
from koopopt.problem import Problem
from koopopt.report.terminal import runs
from koopopt.report.terminal.page import Page
from koopopt.report.values import summarise
from koopopt.report.values.summary import Summary
from koopopt.text import T

FILES = [
    (
        Path("x.xlsx"),
        T("the plan as tables: who with whom, seats, legal forms, what each one pays"),
    )
]


@pytest.fixture
def summary() -> Summary:
    return summarise.of_result(tiny.result(Problem.of(tiny.instance())))


def said(summary: Summary, lang: str = "en") -> str:
    page = Page(lang, 400)
    return runs.render(summary, tiny.instance(), "x.xlsx", FILES, page)


def test_cost_stands_beside_all_alone_and_with_its_range(summary: Summary) -> None:
    text = said(summary)
    assert "EUR if all were alone" in text
    assert "if size brought no advantage at all" in text
    assert "x.xlsx: the plan as tables" in text
    assert "wären alle allein" in said(summary, "de")


def test_where_all_alone_cannot_be_reckoned(summary: Summary) -> None:
    unknown = replace(
        summary, criteria=tuple(replace(c, all_alone=math.nan) for c in summary.criteria)
    )
    assert "if all were alone" not in said(unknown)
    assert "nan" not in said(unknown)


def test_many_partnerships_are_counted(summary: Summary) -> None:
    (pool,) = summary.pools
    many = replace(summary, pools=tuple(replace(pool, seat=f"Town {k}") for k in range(40)))
    text = said(many)
    assert "Partnerships: 40" in text
    assert "and 28 more" in text
    assert "Town 11 (seat)" in text
    assert "Town 12 (seat)" not in text


def test_names_are_harmless(summary: Summary) -> None:
    (pool,) = summary.pools
    odd = replace(summary, pools=(replace(pool, seat="\x1b[31mred", members=("{0}", "a\nb")),))
    assert "\x1b" not in said(odd)
    assert "{0}, a b" in said(odd)
