from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopopt.language.inert import (
    from_cell,
    in_cell,
    on_line,
    on_terminal,
)

_ODD = st.text(alphabet=st.sampled_from("'=+-@\t\r\nab"), max_size=6) | st.text()


@given(_ODD)
def test_cells_come_back(text: str) -> None:
    assert from_cell(in_cell(text)) == text


@given(_ODD)
def test_cells_are_no_formulas(text: str) -> None:
    assert not in_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(_ODD, _ODD)
def test_different_cells_stay_different(a: str, b: str) -> None:
    assert (in_cell(a) == in_cell(b)) == (a == b)


@pytest.mark.parametrize("text", ["06636003", "Großalmerode", "it's", "'s-Hertogenbosch", ""])
def test_usual_cells_are_left_alone(text: str) -> None:
    assert in_cell(text) == text == from_cell(text)


@given(st.text())
def test_nothing_on_a_line_steers_the_terminal(text: str) -> None:
    shown = on_line(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs"}
    assert "\n" not in shown
    assert "\x1b" not in shown


def test_umlauts_and_line_breaks_stay() -> None:
    assert on_terminal("Bühl\nä\u202e\u200b") == "Bühl\nä"
