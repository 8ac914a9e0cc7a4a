"""Whom labels and points mean: exactly one, or nobody."""

from __future__ import annotations

import string
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.roads.maps import KM
from importing.travel.files import county
from koopopt.case.instance import Instance, Site
from koopopt.importing.travel.matching import Register, match
from koopopt.importing.travel.matrix import Matrix, Place, Unit
from koopopt.text import T


def named(**names: str) -> Register:
    """Return a register with municipalities of these ids and names."""
    made = county()
    town = made.municipalities[0]
    towns = [replace(town, id=id_.lstrip("_"), name=name) for id_, name in names.items()]
    return Register(replace(made, municipalities=tuple(towns)))


def matrix(*places: Place) -> Matrix:
    return Matrix("file", T("a matrix"), places, (), np.zeros((len(places), 0)), Unit.MINUTES)


def test_an_id_wins_over_a_name() -> None:
    register = named(_1="2", _2="One")
    assert register.meant("2") == (["2"], True)
    assert register.meant("One") == (["2"], True)


def test_lost_zeros_and_additions() -> None:
    register = named(_06636001="Bad Sooden-Allendorf, Stadt", _06636002="Weißenborn")
    assert register.meant("6636001") == (["06636001"], False)
    for label in ("Bad Sooden-Allendorf", "BAD SOODEN ALLENDORF", "Bad Sooden-Allendorf (Stadt)"):
        assert register.meant(label) == (["06636001"], False)
    assert register.meant("Weissenborn") == (["06636002"], False)
    assert register.meant("Bad Sooden") == ([], False)
    assert register.meant("") == ([], False)
    assert register.meant("---") == ([], False)


def test_two_of_one_name_are_not_told_apart() -> None:
    register = named(_1="Neustadt, Stadt", _2="Neustadt (Dosse)", _3="Neustadt")
    assert register.meant("Neustadt") == (["3"], True)
    assert register.meant("Neustadt, Markt") == (["1", "2", "3"], False)
    found = match(register, matrix(Place("Neustadt, Markt")), origins=True)
    assert "Several can be meant: Neustadt, Stadt (1)" in found.faults[0].render()


def test_sites_are_places_too() -> None:
    site = Site(id="plant", name="Plant", lat=51.05, lon=9.0, service="water")
    register = Register(county(sites=(site, replace(site, service="housing"))))
    assert register.meant("PLANT") == (["plant"], False)
    found = match(register, matrix(Place(point=(51.05, 9.0))), origins=True)
    assert found.ids == ["plant"]


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(range(3)),
    st.lists(st.tuples(st.floats(-4.9, 4.9), st.booleans()), min_size=3, max_size=3),
)
def test_points_are_found_in_any_order(order: list[int], off: list[tuple[float, bool]]) -> None:
    """Moved to the north or the south by less than 5 km; they lie 11 km and more apart."""
    made = county()
    towns = [made.municipalities[k] for k in order]
    places = [
        Place(point=(town.lat + km * KM, town.lon))
        for town, (km, _) in zip(towns, off, strict=True)
    ]
    found = match(Register(made), matrix(*places), origins=True)
    assert found.ids == [town.id for town in towns]
    assert found.faults == found.notes == []


@settings(max_examples=60, deadline=None)
@given(st.floats(5.1, 400), st.booleans())
def test_points_beyond_are_nobody(km: float, subset: bool) -> None:
    place = Place(point=(51.1 + km * KM, 9.0))
    found = match(Register(county()), matrix(place), origins=True, subset=subset)
    assert found.ids == [None]
    assert (len(found.faults), len(found.notes)) == ((0, 1) if subset else (1, 0))


_LETTERS = string.ascii_letters + "äöüßÄÖÜ -"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(_LETTERS, min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_a_label_is_never_a_guess(names: list[str], data: st.DataObject) -> None:
    """Whatever names there are: a label means one place only if no other looks the same."""
    register = named(**{f"_{k:03d}": name for k, name in enumerate(names)})
    label = data.draw(st.sampled_from(names)).upper()
    found, _ = register.meant(label)
    alike = [k for k, name in enumerate(names) if _same(name, label)]
    if len(found) == 1 and label not in register.ids:
        assert int(found[0]) in alike
        exact = [k for k in alike if " ".join(names[k].split()) == " ".join(label.split())]
        assert len(alike) == 1 or len(exact) == 1


def _same(a: str, b: str) -> bool:
    def bare(text: str) -> str:
        text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        return "".join(c for c in text.replace("ß", "ss") if c.isalnum())

    return bare(a) == bare(b)


def test_everybody_is_there() -> None:
    made: Instance = county()
    assert list(Register(made).ids.known) == ["a", "b", "c"]
    assert Register(made).told("b") == "Bad Bach (b)"
