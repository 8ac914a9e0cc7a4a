"""Ranges: between which values the numbers of an instance may lie, and the instance with others.

Beside a number X stands `X_range`, its least and its largest value. A number may lie anywhere
between them, whatever the others are. One is never moved by itself: with the elasticity of a cost
curve goes its `scale`, so that all municipalities alone cost together what they did. What is known
of a service is what it costs today; how much of that is advantage of size is what is not known.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.case.library import PowerCost, ServiceModel
from koopopt.checking.unranged import RANGE
from koopopt.errors import Fault
from koopopt.linear import Floats
from koopopt.text import T

Path = tuple[str | int, ...]

_OF_INSTANCE: Final[Mapping[str, Path]] = {
    "office_cost": ("office", "cost"),
    "speed_kmh": ("travel", "speed_kmh"),
    "detour": ("travel", "detour"),
}
"""Numbers of the instance itself, and where they stand in instance.toml."""
_LISTS: Final = {"services": "service", "legal_forms": "legal_form"}


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number with a range.

    Attributes
    ----------
    path : tuple
        Where it stands: ``("service", "water", "cost", "elasticity")``, ``("office", "cost")``,
        ``("weights", "travel")``; items of lists without an id are counted from 0.
    low, value, high : float
        low < high, low ≤ value ≤ high.
    """

    path: Path
    low: float
    value: float
    high: float

    @property
    def place(self) -> str:
        """The path as one word: ``service.housing.cost.tiers[1].fixed``."""
        shown = ""
        for part in self.path:
            shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
        return shown

    def at(self, share: float) -> float:
        """Return the value at a share of the range, 0 the least and 1 the largest.

        To six digits: no such number is known better, and weighted sums stay exact with them.
        """
        value = float(f"{self.low + share * (self.high - self.low):.6g}")
        return min(max(value, self.low), self.high)


def ranged(instance: Instance) -> tuple[Ranged, ...]:
    """Return the numbers of an instance that have a range, those of a single value apart.

    Weights first, then what else instance.toml has, services and legal forms in their order.
    """
    found = [*_weights(instance), *_settings(instance)]
    for name, word in _LISTS.items():
        for item in getattr(instance, name):
            found += _inside(item, (word, item.id))
    return tuple(r for r in found if r.low < r.high)


def changed(instance: Instance, numbers: Sequence[Ranged], values: Sequence[float]) -> Instance:
    """Return the instance in which these numbers have these values; see `Varied.at`."""
    return Varied(instance, numbers).at(values)


class Varied:
    """An instance whose numbers take other values again and again.

    Parameters
    ----------
    instance : Instance
    numbers : sequence of Ranged
        Of this instance.
    """

    def __init__(self, instance: Instance, numbers: Sequence[Ranged]) -> None:
        self._instance, self._numbers = instance, tuple(numbers)
        self._demands: dict[str, Floats] = {}
        self._levels: dict[tuple[str, float | None], float] = {}

    def at(self, values: Sequence[float]) -> Instance:
        """Return the instance in which the numbers have these values, one a number.

        Where the elasticity of a service is another one, its scale is too: see above. The demands
        by which it is worked out are those of the instance as it is.
        """
        pairs = zip(self._numbers, values, strict=True)
        moved = [(r.path, value) for r, value in pairs if value != r.value]
        new = self._instance
        for path, value in moved:
            new = _moved(new, path, value)
        turned = {str(path[1]) for path, _ in moved if path[2:] == ("cost", "elasticity")}
        if turned:
            services = tuple(
                self._levelled(old, s) if s.id in turned else s
                for old, s in zip(self._instance.services, new.services, strict=True)
            )
            new = replace(new, services=services)
        return new

    def _levelled(self, old: ServiceModel, new: ServiceModel) -> ServiceModel:
        """Return a service with the scale at which all alone cost what they did before.

        Σ_i C(d_i) over the municipalities of the instance, with their demands there, is the same
        with the old elasticity and the new one.
        """
        curve, before = new.cost, old.cost
        assert isinstance(curve, PowerCost)
        assert isinstance(before, PowerCost)
        if old.id not in self._demands:
            self._demands[old.id] = _demand(self._instance, old)
        demand, key = self._demands[old.id], (old.id, curve.flat_above)
        if key not in self._levels:
            self._levels[key] = _level(curve, before.elasticity, demand)
        then, now = self._levels[key], _level(curve, curve.elasticity, demand)
        if not (then and now):  # nobody demands anything
            return new
        scale = curve.scale * then / now  # it may be far out of its own range
        return replace(new, cost=replace(curve, scale=scale, scale_range=None))


def faults(model: Any, file: str, prefix: str = "") -> Iterator[Fault]:
    """Yield what is wrong with the ranges in a model whose values are of the right types.

    Parameters
    ----------
    model : dataclass
        Such as a `ServiceModel`.
    file : str
    prefix : str
        Where the model stands in it; nothing or with a dot at the end.
    """
    for f in dataclasses.fields(model):
        value, place = getattr(model, f.name), f"{prefix}{f.name}"
        if f.name.endswith(RANGE):
            key = f.name.removesuffix(RANGE)
            yield from fault(file, place, key, getattr(model, key), value)
        elif dataclasses.is_dataclass(value):
            yield from faults(value, file, f"{place}.")
        elif isinstance(value, tuple):
            for k, part in enumerate(value, start=1):
                if dataclasses.is_dataclass(part):
                    yield from faults(part, file, f"{place}[{k}].")


def fault(file: str, place: str, key: str, number: Any, ends: Any) -> Iterator[Fault]:
    """Yield what is wrong with the range of one number, or with a table of them.

    Parameters
    ----------
    file, place : str
        Where the range stands.
    key : str
        That of the number.
    number : float, mapping or None
        The number, or a table of numbers; None where there is none.
    ends : tuple, mapping or None
        Its range, or a table of ranges; None where there is none.
    """
    if isinstance(ends, Mapping):
        for name, pair in ends.items():
            yield from fault(file, f"{place}.{name}", name, (number or {}).get(name), pair)
        return
    if ends is None:
        return
    low, high = ends
    value = f"[{low}, {high}]"
    if number is None:
        rule = T("There is no {key} that this could be the range of.", key=repr(key))
        remedy = T("Write {key} beside it, or delete the range.", key=repr(key))
        yield Fault(file, rule, remedy, column=place, value=value)
    elif low > high:
        rule = T("The least value of a range stands first.")
        yield Fault(file, rule, T("Write [{low}, {high}].", low=str(high), high=str(low)),
                    column=place, value=value)  # fmt: skip
    elif not low <= number <= high:
        rule = T("{key} = {number} does not lie in its range.", key=key, number=str(number))
        yield Fault(file, rule, T("Correct one of the two."), column=place, value=value)


def _weights(instance: Instance) -> Iterator[Ranged]:
    for name, (low, high) in instance.weights_range.items():
        yield Ranged(("weights", name), low, float(instance.weights[name]), high)


def _settings(instance: Instance) -> Iterator[Ranged]:
    for field, path in _OF_INSTANCE.items():
        if (ends := getattr(instance, field + RANGE)) is not None:
            yield Ranged(path, ends[0], float(getattr(instance, field)), ends[1])


def _inside(value: Any, path: Path) -> Iterator[Ranged]:
    for f in dataclasses.fields(value):
        part = getattr(value, f.name)
        if f.name.endswith(RANGE):
            key = f.name.removesuffix(RANGE)
            table = part if isinstance(part, Mapping) else {None: part} if part else {}
            for name, (low, high) in table.items():
                number = getattr(value, key)
                at = (*path, key) if name is None else (*path, key, name)
                yield Ranged(at, low, float(number if name is None else number[name]), high)
        elif dataclasses.is_dataclass(part):
            yield from _inside(part, (*path, f.name))
        elif isinstance(part, tuple):
            for k, item in enumerate(part):
                if dataclasses.is_dataclass(item):
                    yield from _inside(item, (*path, f.name, k))


def _moved(instance: Instance, path: Path, value: float) -> Instance:
    for field, at in _OF_INSTANCE.items():
        if path == at:
            return replace(instance, **{field: value})  # type: ignore[arg-type]
    if path[0] == "weights":
        return replace(instance, weights={**instance.weights, str(path[1]): value})
    name = next(name for name, word in _LISTS.items() if word == path[0])
    items = getattr(instance, name)
    new = tuple(_put(item, path[2:], value) if item.id == path[1] else item for item in items)
    return replace(instance, **{name: new})  # type: ignore[arg-type]


def _put(value: Any, path: Path, number: float) -> Any:
    """Return nested values with one number replaced."""
    if not path:
        return number
    first, *rest = path
    if isinstance(value, Mapping):
        return {**value, first: _put(value[first], tuple(rest), number)}
    if isinstance(first, int):
        return tuple(_put(v, tuple(rest), number) if k == first else v for k, v in enumerate(value))
    return replace(value, **{first: _put(getattr(value, first), tuple(rest), number)})


def _level(curve: PowerCost, elasticity: float, demand: Floats) -> float:
    """Return Σ C(d) with this elasticity and a scale of 1."""
    return math.fsum(replace(curve, scale=1.0, elasticity=elasticity)(demand).tolist())


def _demand(instance: Instance, service: ServiceModel) -> Floats:
    each = service.demand.per_inhabitant
    demand = [
        instance.demand.get((town.id, service.id), each * town.population)
        for town in instance.municipalities
    ]
    return np.array([d for d in demand if d > 0], float)
