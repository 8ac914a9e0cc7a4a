"""Blocks of evidence say what there is, and JSON the same to the cent."""

from __future__ import annotations

import json

import pytest

from koopopt.case.plan import Partnership
from koopopt.grants.criteria import Given
from koopopt.grants.split import Split
from koopopt.report.values.blocks import Grid, Heading, Money, Sentence
from koopopt.report.values.grants import Application, blocks, table
from report.granted import application


def said(a: Application) -> str:
    """Return all headings and sentences."""
    texts = [
        part
        for b in blocks(a)
        if isinstance(b, Heading | Sentence)
        for part in (b.text, *getattr(b, "below", ()))
    ]
    return "\n".join(map(str, texts))


def test_every_part_of_an_application_is_there() -> None:
    text = said(application())
    for heading in (
        "Criteria", "Cost before and together", "The most that may be granted", "Cash flow",
        "Missing for an application", "To be known", "min_saving = 0.15",
    ):  # fmt: skip
        assert heading in text


def test_unknown_amounts_are_said_to_be_unknown() -> None:
    assert "The amounts of the programme are not known." in said(application())
    assert "not known for so many members" in said(application(land="rlp"))


def test_sums_of_tables_are_those_of_their_rows() -> None:
    (costs,) = [
        b for b in blocks(application()) if isinstance(b, Grid) and "before" in map(str, b.headings)
    ]
    *rows, last = costs.rows
    for column in range(1, len(last)):
        cells = [row[column] for row in rows]
        assert sum(c.cents for c in cells if isinstance(c, Money)) == last[column].cents


def test_parts_of_cost_are_shown_where_a_table_gives_them() -> None:
    a = application(split={("01", "water"): Split(100_00, 50_00)})
    (parts,) = [b for b in blocks(a) if isinstance(b, Grid) and "personnel" in map(str, b.headings)]
    first, second = parts.rows
    before = a.found[0].comparison.previous[0]
    assert [c.cents for c in first[1:]] == [100_00, 50_00, before - 150_00]
    assert [c.cents for c in second[1:]] == [None] * 3


def test_more_than_the_model_knows_is_said() -> None:
    a = application(split={("01", "water"): Split(10**12, 0)})
    assert "alone_cost.csv" in said(a)
    assert "alone_cost.csv" not in said(application(split={("01", "water"): Split(1, 0)}))


def test_those_who_are_left_behind_are_named() -> None:
    quo = Partnership("water", ("02", "03"), "02", "association")
    text = said(application(["Ahausen", "Bühl", "Celle"], status_quo=(quo,)))
    assert "what Celle pay more" in text
    assert "Before is today: Bühl pool" in text


@pytest.mark.parametrize("lang", ["en", "de"])
def test_json_holds_the_same_cents(lang: str) -> None:
    a = application(given=Given(5, 123_456))
    made = json.loads(json.dumps(table(a, lang), allow_nan=False))
    (p,), (e,) = made["partnerships"], a.found
    for name, cents in (
        ("previous", e.comparison.previous),
        ("joint", e.comparison.shares),
        ("joint_with_grant", e.comparison.granted_shares),
    ):
        assert [round(100 * v) for v in p[name].values()] == list(cents)
    assert p["verdict"] == e.verdict.value
    assert [c["verdict"] for c in p["criteria"]] == [j.verdict.value for j in e.criteria]
    assert p["cash_flow"][0]["one_off"] == 1234.56
    assert "Formloser Antrag" in p["missing"] or lang == "en"
