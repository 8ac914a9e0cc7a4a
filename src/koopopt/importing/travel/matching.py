"""Whom the rows of a file are about: by id, by name, by where they lie, or by their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from koopopt.case.facts import great_circle_km
from koopopt.case.instance import Instance
from koopopt.errors import Fault, some
from koopopt.importing.travel.matrix import Matrix, Place
from koopopt.importing.travel.pairs import place_ids
from koopopt.language.hints import Names
from koopopt.language.inert import on_line
from koopopt.reading.labels import clean
from koopopt.text import T, Text

NEAR_KM: Final = 5.0
"""A point of a file is that of a municipality within so many kilometres."""

_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Register:
    """The places of an instance: their ids, names and points.

    Parameters
    ----------
    instance : Instance
    """

    def __init__(self, instance: Instance) -> None:
        sites = {site.id: site for site in reversed(instance.sites)}
        places = {town.id: town for town in instance.municipalities}
        self.ids = Names(place_ids(instance))
        self.names = {id_: (places.get(id_) or sites[id_]).name for id_ in self.ids.known}
        self.towns = list(places)
        points = [
            (place.lat, place.lon)
            for place in (places.get(id_) or sites[id_] for id_ in self.ids.known)
        ]
        self.lat, self.lon = np.radians(np.array(points, float).reshape(-1, 2).T)
        self._looks: list[dict[str, list[str]]] = [{}, {}, {}]
        for id_, name in self.names.items():
            for looks, look in zip(self._looks, _looks(name), strict=True):
                looks.setdefault(look, []).append(id_)

    def told(self, id_: str) -> str:
        """Return how a place is named in sentences."""
        return on_line(f"{self.names[id_]} ({id_})")

    def knows(self, label: str) -> bool:
        """Whether a label can be one of a place."""
        return bool(self.meant(label)[0])

    def meant(self, label: str) -> tuple[list[str], bool]:
        """Return the ids that a label can mean, and whether it says one of them exactly."""
        label = clean(label)
        if label in self.ids:
            return [label], True
        if (whole := self.ids.restored(label)) is not None:
            return [whole], False
        for looks, look in zip(self._looks, _looks(label), strict=True):
            if look and (found := looks.get(look)):
                return found, looks is self._looks[0]
        return [], False


def _looks(name: str) -> tuple[str, str, str]:
    """Return a name as it is; without case, blanks and hyphens; and without what is added to it.

    >>> _looks("Bad Sooden-Allendorf, Stadt")[1:]
    ('badsoodenallendorfstadt', 'badsoodenallendorf')
    """
    exact = clean(name)
    bare = re.sub(r",.*|\([^)]*\)|\[[^\]]*\]", "", exact)
    return exact, _folded(exact), _folded(bare)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold().translate(_SPELLED)
    letters = unicodedata.normalize("NFD", text)
    return "".join(c for c in letters if c.isalnum())


@dataclass(slots=True)
class Matched:
    """Whom the places of a file are: ids, None where a place is left out."""

    ids: list[str | None]
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def match(
    register: Register, matrix: Matrix, *, origins: bool, order: bool = False, subset: bool = False
) -> Matched:
    """Return the ids of the places on one side of a matrix.

    Parameters
    ----------
    register : Register
    matrix : Matrix
    origins : bool
        Which side.
    order : bool
        Whether they stand in the order of the instance, whatever else they say.
    subset : bool
        Whether places that are not of the instance are left out, with a note.
    """
    places = matrix.origins if origins else matrix.destinations
    if order:
        return _by_order(register, matrix.file, places)
    found = Matched([])
    points = [place.point for place in places if place.point is not None]
    nearest = iter(_nearest(register, points))
    for place in places:
        if place.label is not None:
            found.ids.append(_by_label(register, matrix.file, place, found, subset))
        elif place.point is not None:
            found.ids.append(_by_point(register, matrix.file, place, next(nearest), found, subset))
        else:
            found.ids.append(None)
    _tell_nowhere(matrix.file, places, found)
    if matrix.axes:
        _once(register, matrix.file, places, found)
    return found


def _by_order(register: Register, file: str, places: Sequence[Place]) -> Matched:
    every, towns = list(register.ids.known), register.towns
    for ids in (towns, every):
        if len(ids) == len(places):
            rule = T("The places are taken in the order of the instance: {names}.",
                     names=some(map(register.told, ids)))  # fmt: skip
            note = Fault(file, rule, T("Make sure that the request had the same order."))
            return Matched([*ids], notes=[note])
    rule = T(
        "The file has {count} places on one side, the instance {towns} municipalities.",
        count=len(places),
        towns=len(towns),
    )
    return Matched([], [Fault(file, rule, T("Ask for all of them, in the same order."))])


def _by_label(
    register: Register, file: str, place: Place, found: Matched, subset: bool
) -> str | None:
    label = place.label or ""
    ids, exact = register.meant(label)
    if len(ids) == 1:
        if not exact:
            rule = T("Read as {place}.", place=register.told(ids[0]))
            remedy = T("Write its id to be certain.")
            found.notes.append(_fault(file, place, rule, remedy))
        return ids[0]
    if ids:
        rule = T("Several can be meant: {places}.", places=some(map(register.told, ids)))
        found.faults.append(_fault(file, place, rule, T("Write the id instead.")))
        return None
    rule = T("There is no municipality or site of this id or name in the instance.")
    if subset:
        left = T("It is no place of the instance and left out.")
        found.notes.append(_fault(file, place, left, T("Correct it if it is one.")))
    else:
        near = Names((*register.ids.known, *register.names.values())).near(label)
        remedy = (
            T("Did you mean {near}?", near=repr(near))
            if near is not None
            else T("Correct it, or leave such places out by --subset.")
        )
        found.faults.append(_fault(file, place, rule, remedy))
    return None


def _nearest(
    register: Register, points: Sequence[tuple[float, float]]
) -> Iterable[tuple[str, float]]:
    """Yield the nearest place of each point, and its distance in kilometres."""
    ids = list(register.ids.known)
    for lat, lon in np.radians(np.array(points, float).reshape(-1, 2)):
        km = great_circle_km(lat, lon, register.lat, register.lon)
        yield ids[int(km.argmin())], float(km.min())


def _by_point(
    register: Register,
    file: str,
    place: Place,
    nearest: tuple[str, float],
    found: Matched,
    subset: bool,
) -> str | None:
    id_, km = nearest
    if km <= NEAR_KM:
        return id_
    far = {"most": NEAR_KM, "place": register.told(id_), "km": round(km, 1)}
    rule = T("No place of the instance lies within {most} km; the nearest is {place}, {km} km"
             " away.", **far)  # fmt: skip
    if subset:
        found.notes.append(_fault(file, place, rule, T("The point is left out.")))
    else:
        remedy = T("Correct it, leave such points out by --subset, or say --order.")
        found.faults.append(_fault(file, place, rule, remedy))
    return None


def _tell_nowhere(file: str, places: Sequence[Place], found: Matched) -> None:
    """Tell places of which the file says neither name nor point."""
    lost = [p for p in places if p.label is None and p.point is None]
    if not lost:
        return
    if len(lost) == len(places):
        rule = T("The file does not say where its ways begin and end.")
        remedy = T("Say --order if they are in the order of the municipalities in the instance.")
        found.faults.append(Fault(file, rule, remedy, column=lost[0].column))
        return
    rule = T("The service has no point for them, and they are left out: {places}.",
             places=some(p.column or "" for p in lost))  # fmt: skip
    found.notes.append(Fault(file, rule, T("Their pairs count as estimated.")))


def _once(register: Register, file: str, places: Sequence[Place], found: Matched) -> None:
    """Note where two places on one side are the same one of the instance."""
    first: dict[str, Place] = {}
    for place, id_ in zip(places, found.ids, strict=True):
        if id_ is None:
            continue
        if id_ in first:
            rule = T("This and {other} both mean {place}.", other=first[id_].told,
                     place=register.told(id_))  # fmt: skip
            remedy = T("Delete or correct one of the two, or say --order.")
            found.faults.append(_fault(file, place, rule, remedy))
        first.setdefault(id_, place)


def _fault(file: str, place: Place, rule: Text, remedy: Text) -> Fault:
    return Fault(file, rule, remedy, row=place.row, column=place.column, value=place.told)
