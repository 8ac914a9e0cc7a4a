"""Who pools today, as far as the register knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from importing.germany.official import NORTH, SOUTH, write_register
from koopopt.importing.germany.associations import Today, today
from koopopt.importing.germany.register import Register, read_register
from koopopt.reading.models import library_forms

FORMS = library_forms("simple")
OFFICE = ("administration", "water")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return read_register(write_register(tmp_path / "gv.txt"))


def of(register: Register, keys: tuple[str, ...], pooled: list[str] | None = None) -> Today:
    return today(register, [register.municipalities[key] for key in keys], OFFICE, FORMS, pooled)


def test_members_share_the_administration_at_the_seat(register: Register) -> None:
    found = of(register, NORTH + SOUTH)
    assert [row[:4] for row in found.rows] == [
        ("administration", "Amt Nordamt", "16901001", "16901001"),
        ("administration", "Amt Nordamt", "16901002", "16901001"),
        ("administration", "Amt Nordamt", "16901004", "16901001"),
        ("administration", "Samtgemeinde Südtal", "16902001", "16902002"),
        ("administration", "Samtgemeinde Südtal", "16902002", "16902002"),
    ]
    assert {row[4] for row in found.rows} <= {form.id for form in FORMS}
    (supposed,) = found.notes  # the register knows who runs an administration, not what else
    assert "does not say what associations pool; supposed is: administration." in supposed.render()


def test_what_they_pool_can_be_told(register: Register) -> None:
    water = of(register, SOUTH, ["water"])
    assert {row[0] for row in water.rows} == {"water"}
    assert water.notes == []
    nothing = of(register, SOUTH, [])
    assert nothing.rows == []
    assert "1 associations (Südtal) pool none of the chosen" in nothing.notes[0].render("en")


def test_in_rheinland_pfalz_the_law_says_more(tmp_path: Path) -> None:
    path = write_register(tmp_path / "gv.txt")
    text = path.read_text(encoding="utf-8").replace("2026022816", "2026022807")
    path.write_text(text, encoding="utf-8")
    register = read_register(path)
    group = register.associations["079025007"]
    register.associations["079025007"] = replace(group, kind="53")
    assert {row[0] for row in of(register, ("07902001", "07902002")).rows} == {
        "administration", "water",
    }  # fmt: skip


def test_a_part_of_an_association_is_told(register: Register) -> None:
    found = of(register, ("16901001", "16901002"))
    assert len(found.rows) == 2
    note, _ = found.notes
    assert "members that do not take part, and are shown without them: Nordamt" in note.render("en")
    assert of(register, ("16901001",)).rows == []


@pytest.mark.parametrize(
    ("place", "seat", "supposed"),
    [
        ("Abach", "16901001", False),
        ("Dörfles (Berg)", "16901004", False),
        ("Dörfles/Berg, OT Aue", "16901004", False),
        ("Dörfle", "16901001", True),
        ("Anderswo", "16901001", True),
        ("", "16901001", True),
    ],
)
def test_the_seat_is_a_member_or_supposed(
    place: str, seat: str, supposed: bool, register: Register
) -> None:
    group = register.associations["169015001"]
    register.associations["169015001"] = replace(group, seat=place)
    found = of(register, NORTH)
    assert {row[3] for row in found.rows} == {seat}
    told = [n.render("en") for n in found.notes]
    assert [f"Nordamt ({place or '?'})" in note for note in told] == [*[True] * supposed, False]


def test_forms_are_those_that_may_have_so_many(register: Register) -> None:
    for set_ in ("simple", "hessen"):
        forms = library_forms(set_)
        towns = [register.municipalities[key] for key in NORTH]
        for *_, form in today(register, towns, OFFICE, forms).rows:
            known = next(known for known in forms if known.id == form)
            assert known.max_members is None or known.max_members >= 3
