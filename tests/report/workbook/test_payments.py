"""The sheets of who pays what: the cents of koopopt share, and sentences that are no formulas."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny
from koopopt.evaluation import all_alone
from koopopt.problem import Problem
from koopopt.report.values import paying
from koopopt.report.values.decision import Decision
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, TITLES, Key
from koopopt.text import T
from report.decided import DAY, walk
from report.workbook.opened import table, written


@pytest.fixture(scope="module")
def shared() -> Decision:
    """A plan of a county with partnerships today, in which some would pay more than today."""
    return Decision.of(walk(25), DAY).beginning_with(25)


def test_shares_are_those_of_koopopt_share(shared: Decision, tmp_path: Path) -> None:
    rows = table(written(shared, tmp_path)["Who pays what"])
    found = allocations(shared.problem, shared.plan.plan, list(map(Key, KEYS)))
    assert len(rows) == sum(len(a.members) for a in found)
    place = iter(rows)
    for a in found:
        whole = dict.fromkeys(KEYS, 0)
        for k, id_ in enumerate(a.members):
            row = next(place)
            assert (row["ID"], row["alone (EUR a year)"]) == (id_, a.alone[k] / 100)
            for name, title in TITLES.items():
                if name in KEYS:
                    paid = row[f"{title} (EUR a year)"]
                    assert paid == a.payments[name].cents[k] / 100
                    whole[name] += round(paid * 100)
            for heading, today in (("today", True), ("alone", False)):
                more = [
                    p.key.title.render() for p in a.payments.values()
                    if p.cents[k] > (p.today if today else a.alone)[k]
                ]  # fmt: skip
                said = row[f"Pays more than {heading} if shared"]
                assert said == (", ".join(more) or "under no key")
        assert set(whole.values()) == {a.cost}


def test_each_key_in_detail(shared: Decision, tmp_path: Path) -> None:
    rows = table(written(shared, tmp_path)["Keys in detail"])
    expected = [
        (id_, payment.key.title.render(), payment.today[k], payment.cents[k], payment.office[k])
        for a in shared.payments
        for payment in a.payments.values()
        for k, id_ in enumerate(a.members)
    ]
    words = set()
    for row, (id_, key, today, pays, office) in zip(rows, expected, strict=True):
        assert (row["ID"], row["Costs shared"]) == (id_, key)
        assert row["today (EUR a year)"] == today / 100
        assert row["pays (EUR a year)"] == pays / 100
        assert row["of the office besides (EUR a year)"] == office / 100
        assert row["difference to today (EUR a year)"] == (pays - today) / 100
        word = "pays more" if pays > today else "pays less" if pays < today else "pays the same"
        assert row["Against today"] == word
        words.add(word)
    assert words >= {"pays more", "pays less"}


@pytest.mark.parametrize("lang", ["en", "de"])
def test_who_would_leave_and_the_core(shared: Decision, tmp_path: Path, lang: str) -> None:
    book, name = written(shared, tmp_path, lang), shared.problem.facts.seat_name
    sheet = book[T("Who would leave").render(lang)]
    rows = iter(list(sheet.iter_rows(values_only=True))[1:])
    for a in shared.payments:
        for payment in a.payments.values():
            *_, key, groups, most, said = next(rows)
            assert key == payment.key.title.render(lang)
            assert (groups, most) == (payment.groups, payment.excess / 100)
            told = paying.sentences(a, payment, name)
            assert said == "\n".join(text.render(lang) for text in told)
        *_, said = next(rows)
        assert said == "\n".join(text.render(lang) for text in paying.whole(a, name))


def test_names_in_sentences_are_no_formulas(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)"]
    problem = Problem.of(tiny.instance(names, demand={("01", "water"): 200.0}))
    what = Decision.of(tiny.result(problem), DAY)
    book = written(what, tmp_path)
    for sheet in ("Who pays what", "Keys in detail", "Who would leave"):
        found = [cell for row in book[sheet].iter_rows() for cell in row]
        assert {cell.data_type for cell in found} <= {"s", "n"}
    said = " ".join(row["To be known"] for row in table(book["Who would leave"]))
    assert names[0] in said


def test_where_nobody_pools_there_is_nothing_to_share(tmp_path: Path) -> None:
    problem = Problem.of(tiny.instance())
    what = Decision.of(tiny.result(problem, all_alone(problem)), DAY)
    assert "Who pays what" not in written(what, tmp_path).sheetnames
