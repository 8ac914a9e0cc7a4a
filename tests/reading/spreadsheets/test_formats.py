"""Number formats: what an id looks like, and what is a date."""

from __future__ import annotations

import pytest

from koopopt.reading.spreadsheets.formats import moment, understood


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("00000000", 6636003, "06636003"),
        ('0000"-"000', 6636003, "6636-003"),
        ('00" "000', 6636, "06 636"),
        (r"00\-000", 6636, "06-636"),
        ("[$-407]00000", 1067, "01067"),
        ("[<=99999]00000;00000-0000", 1067, "01067"),
        ("[<=99999]00000;00000-0000", 10671234, "01067-1234"),
        ('"DE-"00', 7, "DE-07"),
        ("000", 12345, "12345"),
        ("##00", 7, "07"),
        ("[Red]0000;-0000", 7, "0007"),
        ("_-0000_-", 7, "0007"),
        ("General", 5, None),
        ("@", 5, None),
        ("#,##0", 5000, None),
        ("0.00", 5, None),
        ("0%", 1, None),
        ("00000", -5, None),
        ("", 5, None),
    ],
)
def test_what_is_shown(code: str, value: int, shown: str | None) -> None:
    how = understood(code, 164)
    assert not how.date
    assert how.shown(value) == shown


@pytest.mark.parametrize("code", ["dd.mm.yyyy", "[$-407]d. mmm yy", "[h]:mm", "yyyy-mm-dd;@"])
def test_dates(code: str) -> None:
    assert understood(code, 164).date


@pytest.mark.parametrize("code", ['"Tag" 0', "0.00E+00", r"\d0", "[Red]0", "General", "0_d"])
def test_no_dates(code: str) -> None:
    assert not understood(code, 164).date


def test_built_in_formats() -> None:
    assert [number for number in range(60) if understood(None, number).date][:3] == [14, 15, 16]


def test_moments() -> None:
    assert moment(46085, old=False) == "2026-03-04"
    assert moment(46085.5, old=False) == "2026-03-04 12:00:00"
    assert moment(44623, old=True) == "2026-03-04"
    assert moment(0.25, old=False) == "06:00:00"
    assert moment(1e300, old=False) is None
