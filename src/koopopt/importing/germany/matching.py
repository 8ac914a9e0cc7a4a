"""Whose polygon is whose, where register and polygons are of different years.

Most keys agree. What is left is matched where it can be meant in one way only: a municipality that
got another key by its name, and polygons of municipalities that were dissolved by area: those that,
added to the polygons of whoever lies beside them, give the areas that the register says. All else
is left alone and told.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.errors import Fault, some
from koopopt.importing.germany.register import Register, plain_name
from koopopt.importing.polygons.areas import Areas
from koopopt.importing.polygons.borders import Borders
from koopopt.importing.polygons.links import groups
from koopopt.text import T

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FITS: Final = 0.05
"""Share of its area by which a municipality's polygons may differ from the register's area."""
_FITS_KM2: Final = 1.0
"""The same in square kilometres, for small ones: drawn lines are coarse."""
_ROUGHLY: Final = 2.0
"""Times that tolerance; another way that fits so well makes the first one uncertain."""
_MOST_WAYS: Final = 200_000
"""Ways to deal out dissolved polygons that are looked through; beyond, nothing is matched."""
_DOUBTFUL: Final = 0.4
"""Share by which polygon and register may differ before it is told."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Polygons by the keys of the register.

    Attributes
    ----------
    areas : Areas
        Of municipalities and of areas that belong to none, by the register's keys; and last those
        that are left, by their own.
    renamed, dealt : mapping old key -> new key
        Matched by name, and by area and place.
    left : mapping old key -> name
        Polygons of which it is not certain whose they are now.
    names : mapping old key -> name
    """

    areas: Areas
    renamed: Mapping[str, str]
    dealt: Mapping[str, str]
    left: Mapping[str, str]
    names: Mapping[str, str]

    def told(
        self, register: Register, keys: Collection[str], beside: Collection[str]
    ) -> list[Fault]:
        """Return what there is to note of some municipalities.

        Parameters
        ----------
        register : Register
        keys : collection of str
            Of the municipalities.
        beside : collection of str
            Old keys of polygons that lie beside them.
        """
        found = list(_matches(self, register, keys))
        own = [key for key in self.left if key in beside or key[:5] in {k[:5] for k in keys}]
        if own:
            rule = T("{count} polygon(s) are of no municipality in the register, and it is not"
                     " certain whose they are now; they were left out: {examples}.",
                     count=len(own), examples=some(own, self.shown))  # fmt: skip
            remedy = T("Give polygons of the register's year.")
            found.append(Fault(self.areas.file, rule, remedy))
        return [*found, *_differing(register, self.areas, keys)]

    def shown(self, old: str) -> str:
        """Return the name and the key of a polygon as its file has them."""
        return f"{self.names[old] or '?'} ({old})"


def matched(register: Register, areas: Areas, borders: Borders, filed: Set[str]) -> Matched:
    """Return the polygons by the keys of the register.

    Parameters
    ----------
    register : Register
    areas : Areas
        As the file of polygons names them.
    borders : Borders
        Of these areas.
    filed : set of str
        All keys of the file, of which `areas` may be a part. Who is not among them has no polygon
        of its own key, and may be whoever has an unknown one.
    """
    newcomers = [key for key in register.municipalities if key not in filed]
    everyone = {**register.municipalities, **register.unincorporated}
    own: dict[str, list[str]] = {key: [key] for key in areas.keys if key in everyone}
    strays = [key for key in areas.keys if key not in everyone]
    names = dict(zip(areas.keys, areas.names, strict=True))
    renamed = dict(_by_name(register, newcomers, strays, names))
    for old, new in renamed.items():
        own[new] = [old]
    strays = [key for key in strays if key not in renamed]
    dealt = _by_area(register, own, newcomers, strays, areas, borders)
    for old, new in dealt.items():
        own.setdefault(new, []).append(old)
    left = {key: names[key] for key in strays if key not in dealt}
    united = _united(areas, {**own, **{key: [key] for key in left}}, register)
    return Matched(united, renamed, dealt, left, names)


def _by_name(
    register: Register,
    newcomers: Sequence[str],
    strays: Sequence[str],
    names: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield old and new keys of municipalities that have another key and kept their name."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for key in newcomers:
        entry = register.municipalities[key]
        lacking.setdefault((entry.state, entry.name), []).append(key)
    found: dict[tuple[str, str], list[str]] = {}
    for key in strays:
        found.setdefault((key[:2], plain_name(names[key])), []).append(key)
    for place, new in lacking.items():
        old = found.get(place, [])
        if len(new) == 1 and len(old) == 1:
            yield old[0], new[0]


def _by_area(
    register: Register,
    own: Mapping[str, Sequence[str]],
    newcomers: Sequence[str],
    strays: Sequence[str],
    areas: Areas,
    borders: Borders,
) -> dict[str, str]:
    """Return new keys by old ones for polygons that fit in one way only."""
    km2 = dict(zip(areas.keys, areas.km2().tolist(), strict=True))
    beside: dict[str, set[str]] = {}
    for a, b in borders.pairs:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    owner = {old: new for new, olds in own.items() for old in olds}
    lacking = [key for key in newcomers if key not in own]
    result: dict[str, str] = {}
    free = set(strays)
    for part in groups(strays, [p for p in borders.pairs if p[0] in free and p[1] in free]):
        around = {owner[k] for old in part for k in beside.get(old, ()) if k in owner}
        heirs = [key for key in (*sorted(around), *lacking) if key in register.municipalities]
        heirs = [key for key in heirs if key[:2] == part[0][:2]]
        lacks = {
            key: register.municipalities[key].area_km2 - sum(km2[old] for old in own.get(key, ()))
            for key in heirs
        }
        result |= _dealt(part, lacks, km2, beside, own, register)
    return result


def _dealt(
    part: Sequence[str],
    lacks: Mapping[str, float],
    km2: Mapping[str, float],
    beside: Mapping[str, set[str]],
    own: Mapping[str, Sequence[str]],
    register: Register,
) -> dict[str, str]:
    """Return who got which of the polygons that lie together: the one way that fits, or nothing.

    A way fits where everyone's area is the register's, and all that one got lies together. It
    counts only if no other way fits even half as well.
    """
    spare = {key: _tolerance(register.municipalities[key].area_km2) for key in lacks}
    choices = [
        [key for key, lack in lacks.items() if km2[old] <= lack + _ROUGHLY * spare[key]]
        for old in part
    ]
    if not all(choices) or math.prod(map(len, choices)) > _MOST_WAYS:
        return {}
    found: list[tuple[float, tuple[str, ...]]] = []
    for way in product(*choices):
        got: dict[str, list[str]] = {}
        for old, new in zip(part, way, strict=True):
            got.setdefault(new, []).append(old)
        worst = max(
            abs(lacks[new] - sum(km2[old] for old in olds)) / spare[new]
            for new, olds in got.items()
        )
        if worst <= _ROUGHLY and all(
            _together(own.get(new, ()), olds, beside) for new, olds in got.items()
        ):
            found.append((worst, way))
    if len(found) != 1 or found[0][0] > 1.0:
        return {}
    result = dict(zip(part, found[0][1], strict=True))
    # Few municipalities change to another county; that an area fits is too little for that.
    return result if all(old[:5] == new[:5] for old, new in result.items()) else {}


def _together(own: Sequence[str], olds: Sequence[str], beside: Mapping[str, set[str]]) -> bool:
    """Whether polygons lie together; those that a municipality has by its key are one."""
    return len(groups([*own, *olds], _within(beside, own, olds))) == 1


def _within(
    beside: Mapping[str, set[str]], own: Sequence[str], olds: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield which of these lie beside each other; a municipality's own polygons are together."""
    yield from pairwise(own)
    together = [*own, *olds]
    for k, a in enumerate(together):
        yield from ((a, b) for b in together[k + 1 :] if b in beside.get(a, ()))


def _tolerance(km2: float) -> float:
    return max(_FITS * km2, _FITS_KM2)


def _united(areas: Areas, own: Mapping[str, Sequence[str]], register: Register) -> Areas:
    """Return the areas by the register's keys, in its order; those that it has not come last."""
    import shapely

    at = {key: k for k, key in enumerate(areas.keys)}
    everyone = {**register.municipalities, **register.unincorporated}
    keys = [*(key for key in everyone if key in own), *(key for key in own if key not in everyone)]
    shapes: NDArray[Any] = np.array([
        areas.metres[at[own[key][0]]] if len(own[key]) == 1
        else shapely.union_all(areas.metres[[at[old] for old in own[key]]])
        for key in keys
    ])  # fmt: skip
    names = tuple(everyone[key].name if key in everyone else areas.names[at[key]] for key in keys)
    return Areas(areas.file, tuple(keys), names, shapes, areas.system, areas.notes)


def _matches(found: Matched, register: Register, keys: Collection[str]) -> Iterator[Fault]:
    for old, new in found.renamed.items():
        if new in keys:
            rule = T("{old} has the key {key} in the register: matched by its name.",
                     old=found.shown(old), key=new)  # fmt: skip
            yield Fault(found.areas.file, rule, _YEARS)
    heirs: dict[str, list[str]] = {}
    for old, new in found.dealt.items():
        heirs.setdefault(new, []).append(old)
    for new, olds in heirs.items():
        if new in keys:
            name = register.municipalities[new].name
            rule = T("To {new} in the register belongs now {olds}: matched by area and place.",
                     olds=some(olds, found.shown), new=f"{name} ({new})")  # fmt: skip
            yield Fault(found.areas.file, rule, _YEARS)


_YEARS: Final = T("The files are of different years; polygons of the register's year are better.")


def _differing(register: Register, areas: Areas, keys: Collection[str]) -> Iterator[Fault]:
    """Yield a note of municipalities whose polygon is far from the area that the register says."""
    for key, drawn in zip(areas.keys, areas.km2().tolist(), strict=True):
        entry = register.municipalities.get(key)
        if entry is None or key not in keys:
            continue
        if abs(drawn - entry.area_km2) <= _DOUBTFUL * entry.area_km2:
            continue
        rule = T("{name} has {official} km² in the register, and its polygon {drawn} km².",
                 name=f"{entry.name} ({key})", official=round(entry.area_km2, 1),
                 drawn=round(drawn, 1))  # fmt: skip
        remedy = T("Look up area and inhabitants of this municipality: one of the files is wrong,"
                   " or its polygon is coarse, or it has much water.")  # fmt: skip
        yield Fault(register.file, rule, remedy, column="EF9", row=entry.row)
