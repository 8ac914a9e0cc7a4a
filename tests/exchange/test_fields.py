"""Fields of a line of an MPS file: where they stand, and which numbers they can be."""

from __future__ import annotations

from math import inf

import pytest

from koopopt.exchange.fields import LineError, changed, finite, fixed, free, number, unbounded

FIXED = "    {:<8}  {:<8}  {:>12}   {:<8}  {:>12}"


def test_blanks_part_fields_in_free_format_and_places_do_in_fixed() -> None:
    line = FIXED.format("x one", "row a", "1.5", "row b", "2")
    assert fixed(line, "COLUMNS") == ["x one", "row a", "1.5", "row b", "2"]
    assert free(line, "COLUMNS") == ["x", "one", "row", "a", "1.5", "row", "b", "2"]


def test_a_field_that_is_left_out_is_empty_and_none_follows_the_last() -> None:
    assert fixed(FIXED.format("", "row", "1", "", "").rstrip(), "RHS") == ["", "row", "1"]
    assert fixed(FIXED.format("x", "row", "1", "$ a remark", ""), "COLUMNS") == ["x", "row", "1"]


def test_what_stands_between_the_places_is_told() -> None:
    with pytest.raises(LineError) as caught:
        fixed("    toolongname  row  1.5", "COLUMNS")
    assert "wrong columns" in caught.value.rule.render()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1d3", 1000),
        ("2D-1", 0.2),
        ("-Inf", -inf),
        ("0", 0),
        ("+7", 7),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["1_2", "1,5", "x", "", "1e-400", "nan", "0x10", "١"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(LineError):
        number(text)


def test_large_bounds_are_infinite_and_coefficients_are_not() -> None:
    assert (unbounded("1e20"), unbounded("-1e30"), unbounded("9e19")) == (inf, -inf, 9e19)
    with pytest.raises(LineError):
        finite("1e20")


def test_digits_that_floating_point_has_not() -> None:
    assert changed("9007199254740993", number("9007199254740993"))
    assert not changed("9007199254740992", number("9007199254740992"))
    assert not changed("0.1", 0.1)
