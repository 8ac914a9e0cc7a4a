"""Numbers as people write them."""

from __future__ import annotations

import pytest

from koopopt.language.notation import plain_number, readings, unmistakable


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("3.14", 3.14),
        ("3,14", 3.14),
        ("0,500", 0.5),
        ("0.125", 0.125),
        ("1234,567", 1234.567),
        ("1.2345", 1.2345),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1 234", 1234),
        ("1\u00a0234,56", 1234.56),
        ("1\u202f234\u202f567", 1234567),
        ("1\u2009234.567", 1234.567),
        ("1'234.50", 1234.5),
        ("1’234", 1234),
        ("1_000", 1000),
        ("+5", 5),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5),
        ("\u22125", -5),
        ("\u22120", 0),
        ("–2,5", -2.5),
        ("5-", -5),
        ("(1.234,50)", -1234.5),
        ("1e3", 1000),
        ("4,5E+05", 450000),
        ("1.234E+03", 1234),
        ("１２３", 123),
        ("５，５", 5.5),
        ("٣٠٠٠", 3000),
    ],
)
def test_certain(text: str, value: float) -> None:
    found = readings(text)
    assert found is not None
    assert found.certain is not None
    assert float(found.certain) == value


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("850.000", 850, 850000),
        ("1,234", 1234, 1.234),
        ("-12.345", -12.345, -12345),
        ("\u22121.234", -1.234, -1234),
        ("1.234-", -1.234, -1234),
        ("１.２３４", 1.234, 1234),
    ],
)
def test_two_readings(text: str, point: float, comma: float) -> None:
    found = readings(text)
    assert found is not None
    assert found.certain is None
    assert (float(found.point or 0), float(found.comma or 0)) == (point, comma)


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "n/a", "NaN", "inf", "many", "1,2,3", "1.234.56", "1,00,000", "1_00", "1 23",
        "--5", "(-5)", "-5-", "5 %", "$5", "5 €", "5 min", "½", "5²", "1.5.", "450,-", "e5", "5e",
        "1.234e3,5", "5 6,7",
    ],
)  # fmt: skip
def test_no_number(text: str) -> None:
    assert readings(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("450.000,00 EUR", 450000),
        ("€ 1,234.50", 1234.5),
        ("99,5€", 99.5),
        ("EUR 7", 7),
        ("-€5", -5),
        ("450,-", 450),
        ("450,--", 450),
        ("450,– €", 450),
        ("8 Euro", 8),
    ],
)
def test_money(text: str, value: float) -> None:
    found = readings(text, money=True)
    assert found is not None
    assert float(found.certain or "nan") == value


@pytest.mark.parametrize("text", ["5 T€", "5 Mio. €", "$5", "5 CHF", "€", "EUR 5 EUR", "5 €/m3"])
def test_other_money(text: str) -> None:
    assert readings(text, money=True) is None


def test_a_range_excludes_a_reading() -> None:
    found = readings("51.234")
    assert found is not None
    assert found.within(-90, 90).certain == "51.234"
    assert found.within(0, 1e6).certain is None
    assert found.within(1e9, 2e9).certain is None
    assert found.within(100, 1e6).certain == "51234"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("1.234,5", "1234.5"), ("3,14", "3.14"), ("-3,5", "-3.5"), ("8 141", "8141"),
     ("850.000", "850000 or 850"), ("1,234", "1.2340 or 1234"), ("3.14", None), ("12", None),
     ("many", None)],
)  # fmt: skip
def test_plain_number(text: str, plain: str | None) -> None:
    assert plain_number(text) == plain


@pytest.mark.parametrize(
    ("text", "better"), [("1.234", "1.2340"), ("450.000", "450"), ("12.340", "12.34"), ("5", "5")]
)
def test_unmistakable(text: str, better: str) -> None:
    assert unmistakable(text) == better
