"""The picture of a front on a terminal: true, in every language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koopopt.report.terminal.plot import POINT_MARK, digits, scatter


def marks(lines: list[str]) -> list[tuple[int, int]]:
    """Return (column, row from below) of every mark."""
    field = [line for line in lines if "│" in line or "┤" in line]
    edge = max(field[0].find("┤"), field[0].find("│"))
    return sorted(
        (column - edge - 1, len(field) - 1 - row)
        for row, line in enumerate(field)
        for column, sign in enumerate(line)
        if sign == POINT_MARK
    )


def test_a_picture_by_hand() -> None:
    lines = scatter([(0, 10), (5, 5), (10, 0)], ("cost", "travel"), "en", width=11, height=5)
    assert lines == [
        "travel",
        "10.0 ┤•",
        "     │",
        "     │     •",
        "     │",
        " 0.0 ┤          •",
        "     └───────────",
        "      0.0    10.0",
        "             cost",
    ]


POINT = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))


@given(st.lists(POINT, min_size=1, max_size=30))
def test_every_point_is_marked_where_it_is(points: list[tuple[float, float]]) -> None:
    lines = scatter(points, ("x", "y"))
    assert len(lines) == 20
    found = marks(lines)
    assert 1 <= len(found) <= len(points)
    assert all(0 <= column < 60 and 0 <= row < 16 for column, row in found)
    xs, ys = zip(*points, strict=True)
    if max(xs) > min(xs):
        assert {found[0][0], found[-1][0]} == {0, 59}
    if max(ys) > min(ys):
        assert {min(r for _, r in found), max(r for _, r in found)} == {0, 15}


def test_axes_speak_german() -> None:
    lines = scatter([(1234567, 0.5), (2234567, 1.5)], ("Kosten", "Wege"), "de")
    assert any("1.234.567" in line and "2.234.567" in line for line in lines)
    assert any(line.startswith("1,50") for line in lines)


def test_digits_suffice_for_what_differs() -> None:
    assert [digits(d) for d in (0, 1e6, 150, 5, 0.02, 1e-9)] == [0, 0, 0, 2, 4, 11]
