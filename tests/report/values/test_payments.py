"""Who pays what as blocks: amounts are those of the allocations, nothing is dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tiny
from koopopt.problem import Problem
from koopopt.report.terminal.blocks import render
from koopopt.report.terminal.page import Page
from koopopt.report.values.blocks import Grid, Money, Sentence
from koopopt.report.values.payments import COLUMNS, Shared, blocks, rows
from koopopt.report.words.markdown import document
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key


def shared(names: list[str] | None = None, keys: tuple[str, ...] = KEYS) -> Shared:
    problem = Problem.of(tiny.instance(names))
    plan, asked = tiny.pooled_plan(problem), [Key.parse(key) for key in keys]
    return Shared(problem, plan, asked, allocations(problem, plan, asked))


def grids(s: Shared) -> list[Grid]:
    return [block for block in blocks(s) if isinstance(block, Grid)]


def test_every_key_has_its_column_and_columns_sum_to_the_cost() -> None:
    s = shared()
    (a,) = s.found
    first, second = grids(s)[:2]
    for grid in (first, second):
        for column in list(zip(*grid.rows, strict=True))[2:]:
            assert sum(cell.cents or 0 for cell in column if isinstance(cell, Money)) == a.cost
    assert len(first.headings) + len(second.headings) == len(KEYS) + 4


def test_who_pools_nothing_is_named() -> None:
    s = shared()
    said = "\n".join(str(b.text) for b in blocks(s) if isinstance(b, Sentence))
    assert "To those who pool nothing keys make no difference: Celle." in said
    for grid in grids(s)[-3:]:
        assert [row[0] for row in grid.rows] == ["Ahausen", "Bühl an der Weißen Werra"]


def test_a_key_that_is_left_out_has_a_row_without_amounts() -> None:
    s = shared(keys=("equal", "shapley"))
    (a,) = s.found
    left = replace(a, payments={"equal": a.payments["equal"]}, left_out=(Key("shapley"),))
    s = replace(s, found=[left])
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows(s)]
    assert len(found) == 4
    assert [row["share"] is None for row in found] == [False, False, True, True]
    assert all(row["alone"] is not None for row in found)
    text = render(blocks(s), Page("en", 80))
    assert "Not worked out for more than 22 members: by Shapley value." in text
    assert "–" in text


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("width", [20, 80, 100])
def test_it_fits(lang: str, width: int) -> None:
    text = render(blocks(shared()), Page(lang, width))
    assert all(len(line) <= width for line in text.splitlines())


@pytest.mark.parametrize("name", tiny.HOSTILE)
def test_names_are_no_markup(name: str) -> None:
    s = shared([name, "Other", "Third"])
    usual = document(blocks(shared(["A", "Other", "Third"])), "en").splitlines()
    other = document(blocks(s), "en").splitlines()
    assert [line[:2] for line in usual] == [line[:2] for line in other]
    text = render(blocks(s), Page("en", 100))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_nobody_pools() -> None:
    s = replace(shared(), found=[])
    assert "nothing to share" in render(blocks(s), Page("en", 80))
    assert list(rows(s)) == []
