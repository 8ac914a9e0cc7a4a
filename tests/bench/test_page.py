"""The page says what was measured, without a script, and names in it stay names."""

from __future__ import annotations

import re

from bench.rows import open_row, row
from koopopt.bench.page import html
from koopopt.bench.registry import registry

ROWS = [row("a", "x", 1.0), row("b", "x", 7.0), row("a", "y", 3.0), open_row("b", "y")]
SETS = [registry()["synthetic"]]


def test_it_has_the_table_and_three_pictures_for_wide_and_narrow_pages() -> None:
    page = html(ROWS, {}, SETS, "en")
    assert page.count("<svg") == 6
    assert ">3.00<" in page
    assert "Synthetic counties" in page
    assert "20.0000" in page  # the gap of the open run, in the table of all runs


def test_it_speaks_german() -> None:
    page = html(ROWS, {}, SETS, "de")
    assert '<html lang="de">' in page
    assert "Synthetische Landkreise" in page
    assert ">3,00<" in page


def test_it_loads_nothing_and_runs_no_script() -> None:
    page = html(ROWS, {}, SETS, "en")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="', page)


def test_names_are_no_markup() -> None:
    name = '<img src=x onerror="1">'
    page = html([row(name, "<b>x</b>", message=name)], {}, SETS, "en")
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img" in page
