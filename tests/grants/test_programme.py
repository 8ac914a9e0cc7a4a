"""Programmes: what is shipped is valid and says what was published; what is broken is told."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from koopopt.case import resources
from koopopt.errors import DataError, UsageError
from koopopt.grants.programme import Amount
from koopopt.grants.reading import library_programme, own_programme
from koopopt.storage.json_schemas import SCHEMAS

NAMES = ("bayern", "hessen", "nrw", "rlp")
SCHEMA = Draft202012Validator(SCHEMAS["grant-programme"].make())


def test_there_is_one_for_each_land_that_the_command_names() -> None:
    from koopopt.cli.programmes import LANDS

    assert set(resources.grant_programmes()) == set(NAMES) == set(LANDS)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_ones_are_valid_and_say_where_they_have_it_from(name: str) -> None:
    table = tomllib.loads(resources.grant_programmes()[name].read_text("utf-8"))
    assert list(SCHEMA.iter_errors(table)) == []
    p = library_programme(name)
    assert p.id == name
    assert p.title.keys() == {"de", "en"}
    asked = [t for t in (p.members, p.years, p.saving, p.eligible, p.new) if t is not None]
    for part in (p, *asked, *p.amount, *p.condition, *p.evidence):
        assert part.source
        assert part.confidence in ("high", "medium")  # nothing is supposed
    for texts in (*(c.title for c in p.condition), *(r.text for r in p.remark)):
        assert texts.keys() == {"de", "en"}


@pytest.mark.parametrize(
    ("name", "members", "years", "percent", "counts"),
    [
        ("hessen", (3, 2), 5, 15.0, "unknown"),
        ("bayern", None, 5, 15.0, "no"),
        ("nrw", (2, None), 5, 15.0, "unknown"),
        ("rlp", (3, 2), None, None, None),
    ],
)
def test_what_was_published_stands_there(
    name: str, members: Any, years: Any, percent: Any, counts: Any
) -> None:
    p = library_programme(name)
    assert (p.members and (p.members.least, p.members.perhaps)) == members
    assert (p.years and p.years.least) == years
    assert (p.saving and p.saving.least_percent) == percent
    assert (p.saving and p.saving.grant_counts) == counts


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("hessen", []),  # the amounts of 2021 could not be read
        ("bayern", [[50_000] * 3, [90_000] * 3]),
        ("nrw", [[175_000, 210_000, 245_000], [150_000, 180_000, 210_000]]),
        ("rlp", [[None, 210_000, 320_000]]),
    ],
)
def test_amounts_for_two_three_and_four_members(name: str, most: list[list[Any]]) -> None:
    found = [[a.cents(k) for k in (2, 3, 4)] for a in library_programme(name).amount]
    assert found == [[None if x is None else 100 * x for x in row] for row in most]


def test_nothing_is_made_up_beyond_a_published_scale() -> None:
    (scale,) = library_programme("rlp").amount
    assert scale.cents(5) is None
    step = Amount(title={"en": "x"}, by_members={"3": 1.0, "4+": 2.0, "6+": 3.0})
    assert [step.cents(k) for k in (2, 3, 4, 5, 6, 7)] == [None, 100, 200, 200, 300, 300]


GOOD = 'title.en = "Own"\n'
BROKEN = [
    ("", "column title", "missing"),
    (GOOD + "members = 3", "column members", "table of keys"),
    (GOOD + "[members]\nleast = 0", "column members.least", "1 or more"),
    (GOOD + "[members]\nleast = 3\nperhaps = 3", "column members.perhaps", "less than least = 3"),
    (GOOD + "[saving]\nleast_percent = 150.0", "saving.least_percent", "100 or less"),
    (GOOD + '[saving]\nleast_percent = "15 %"', "saving.least_percent", "a number"),
    (GOOD + '[saving]\nleast_percent = 15.0\ngrant_counts = "maybe"', "grant_counts", "'unknown'"),
    (GOOD + "[saving]\nleast_percent = 15.0\nleest = 1", "column saving.leest", "Unknown key"),
    (GOOD + 'id = "other"', "column id", "'own'"),
    (GOOD + 'states = ["6"]', "column states[1], value '6'", "did you mean '06'"),
    (GOOD + '[[amount]]\ntitle.en = "x"\nby_members = {}', "amount[1].by_members", "at least 1"),
    (
        GOOD + '[[amount]]\ntitle.en = "x"\nby_members = { "three" = 1.0 }',
        "amount[1].by_members, value 'three'",
        "Correct the key",
    ),
    (
        GOOD + '[[amount]]\ntitle.en = "x"\nby_members = { "2+" = 1.0 }\neach_further = 1.0',
        "amount[1].each_further",
        "Delete one",
    ),
    (GOOD + 'title.fr = "x"', "column title, value 'fr'", "by language: de, en"),
    (GOOD + '[[remark]]\ntext.it = "x"', "remark[1].text", "by language"),
    (GOOD + "[eligible]\nleast = 50.000", "eligible.least, value '50.000'", "50000 or 50"),
    ("title = ", "row 1", "TOML"),
]


@pytest.mark.parametrize(("text", "place", "said"), BROKEN, ids=range(len(BROKEN)))
def test_faults_name_file_place_and_remedy(
    text: str, place: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as error:
        own_programme(path)
    assert error.value.exit_code == 3
    told = error.value.render()
    assert "own.toml" in told
    assert place in told
    assert said in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[members]\nleast = 0\n[years]\nleast = 0", "utf-8")
    with pytest.raises(DataError) as error:
        own_programme(path)
    assert {f.column for f in error.value.faults} == {"title", "members.least", "years.least"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        own_programme(tmp_path / "own.toml")
    with pytest.raises(UsageError, match="Did you mean 'hessen'"):
        library_programme("hessn")


def test_a_programme_may_say_next_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, "utf-8")
    assert own_programme(path).members is None
