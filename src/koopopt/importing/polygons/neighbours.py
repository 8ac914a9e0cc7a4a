"""Neighbours: who borders on whom, whom only land without a municipality parts, who is apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from koopopt.errors import Fault
from koopopt.importing.polygons.areas import Areas
from koopopt.importing.polygons.borders import Borders
from koopopt.importing.polygons.links import Link, Pair, across, groups, suggested
from koopopt.text import T, Text

Links = Literal["borders", "forests", "all"]
LINKS: Final[tuple[Links, ...]] = ("borders", "forests", "all")
"""What makes neighbours: common borders; also land of no municipality between them; also the
shortest way to those who would be apart even so."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Pairs of neighbours, with kilometres of common border where there is one, and notes.

    `parts` are the groups of connected municipalities, the largest first.
    """

    pairs: dict[Pair, float | None]
    parts: list[list[str]]
    notes: list[Fault]

    def rows(self) -> Iterator[tuple[str, str, float | None]]:
        """Yield the rows of `neighbours.csv`, lengths to the metre."""
        for (a, b), km in self.pairs.items():
            yield a, b, None if km is None else round(km, 3)


def neighbourhood(
    own: Areas, around: Areas, borders: Borders, between: Iterable[str], links: Links
) -> Neighbourhood:
    """Return the neighbours among municipalities.

    Parameters
    ----------
    own : Areas
        Of the municipalities.
    around : Areas
        Of them and of what lies near: others, and land that belongs to none.
    borders : Borders
        Of `around`.
    between : iterable of str
        Keys of land that belongs to no municipality.
    links : {"borders", "forests", "all"}
        See `LINKS`.
    """
    order = {key: k for k, key in enumerate(own.keys)}
    names = dict(zip(around.keys, around.names, strict=True))
    pairs: dict[Pair, float | None] = {}
    for (a, b), km in borders.pairs.items():
        if a in order and b in order:
            pairs[_sorted(a, b, order)] = km
    teller = _Teller(own.file, names, links)
    for pair, land in across(borders.pairs, between, own.keys).items():
        teller.across(pair, land)
        if links != "borders":
            pairs.setdefault(_sorted(*pair, order), None)
    for a, b in borders.corners:
        if a in order and b in order and _sorted(a, b, order) not in pairs:
            teller.corner((a, b))
    parts = groups(own.keys, pairs)
    ways = suggested(own, pairs)
    for way in ways:
        teller.apart(way)
        if links == "all":
            pairs[_sorted(way.a, way.b, order)] = None
    for (a, b), metres in borders.gaps.items():
        if a in order and b in order and _sorted(a, b, order) not in pairs:
            teller.gap((a, b), metres)
    for pair, km2 in borders.overlaps.items():
        if pair[0] in order or pair[1] in order:
            teller.overlap(pair, km2)
    ordered = sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]]))
    connected = parts if links != "all" else groups(own.keys, pairs)
    return Neighbourhood({pair: pairs[pair] for pair in ordered}, connected, teller.notes)


def _sorted(a: str, b: str, order: dict[str, int]) -> Pair:
    return (a, b) if order[a] < order[b] else (b, a)


class _Teller:
    """Says of each pair that is no plain case what was done."""

    def __init__(self, file: str, names: dict[str, str], links: Links) -> None:
        self.file, self.names, self.links = file, names, links
        self.notes: list[Fault] = []

    def across(self, pair: Pair, land: str) -> None:
        rule = T("{pair} border on the same land that belongs to no municipality ({land}): they"
                 " count as neighbours.")  # fmt: skip
        remedy = T("--links borders leaves them apart.")
        if self.links == "borders":
            rule = T("{pair} border on the same land that belongs to no municipality ({land}):"
                     " they do not count as neighbours.")  # fmt: skip
            remedy = T("--links forests makes them neighbours.")
        self._note(rule, remedy, pair=self._both(pair), land=self._name(land))

    def corner(self, pair: Pair) -> None:
        rule = T("{pair} touch in a corner only: they do not count as neighbours.")
        remedy = T("Add the pair to neighbours.csv where it should.")
        self._note(rule, remedy, pair=self._both(pair))

    def gap(self, pair: Pair, metres: float) -> None:
        rule = T("{pair} come within {metres} m of each other and have no common border: they do"
                 " not count as neighbours.")  # fmt: skip
        remedy = T("Add the pair to neighbours.csv where there is a bridge, or where the gap is a"
                   " fault of the drawing (--snap METRES closes those).")  # fmt: skip
        self._note(rule, remedy, pair=self._both(pair), metres=f"{metres:.0f}")

    def overlap(self, pair: Pair, km2: float) -> None:
        rule = T("{pair} overlap: both claim {km2} km².")
        remedy = T("Give polygons of one year and one source; whose land it is matters little for"
                   " who borders on whom.")  # fmt: skip
        self._note(rule, remedy, pair=self._both(pair), km2=f"{km2:.2f}")

    def apart(self, way: Link) -> None:
        pair = (way.a, way.b)
        done = T("they count as neighbours now")
        remedy = T("Take the line out of neighbours.csv where there is no way.")
        if self.links != "all":
            done = T("a line for neighbours.csv is suggested: {line}", line=",".join(pair))
            remedy = T("Add it, or all such lines with --links all.")
        rule = T("{who} is connected with no other by borders; nearest is {other}, {km} km away;"
                 " {done}.")  # fmt: skip
        self._note(rule, remedy, who=self._part(way.part, way.a), other=self._name(way.b),
                   km=round(way.km, 1), done=done)  # fmt: skip

    def _part(self, part: Sequence[str], key: str) -> Text | str:
        if len(part) == 1:
            return self._name(key)
        return T("{name} with {count} others", name=self._name(key), count=len(part) - 1)

    def _name(self, key: str) -> str:
        return f"{self.names.get(key) or '?'} ({key})"

    def _both(self, pair: Pair) -> str:
        return f"{self._name(pair[0])} – {self._name(pair[1])}"

    def _note(self, rule: Text, remedy: Text, **values: object) -> None:
        self.notes.append(Fault(self.file, Text(rule.template, values), remedy))
