"""Ranges: between which values the numbers of an instance may lie, and the instance with others.

Beside a number X stands `X_range`, its least and its largest value. A number may lie anywhere
between them, whatever the others are. One is never moved by itself: with the elasticity of a cost
curve goes its `scale`, so that all municipalities alone cost together what they did. What is known
of a service is what it costs today; how much of that is advantage of size is what is not known.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        return _place(self.path)

    def at(self, share: float) -> float:
        """Return the value at a share of the range, 0 the least and 1 the largest.

        To six digits: no such number is known better, and weighted sums stay exact with them.
        """
        value = float(f"{self.low + share * (self.high - self.low):.6g}")
        return min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may have a range.

    Attributes
    ----------
    path : tuple
        As that of a `Ranged`.
    value : float
    ends : (low, high) or None
        Its range; None where it has none.
    holder : type or None
        The dataclass in which it stands; None for what instance.toml says of itself.
    """

    path: Path
    value: float
    ends: tuple[float, ...] | None
    holder: type | None = None

    @property
    def place(self) -> str:
        """The path as one word; see `Ranged.place`."""
        return _place(self.path)


def ranged(instance: Instance) -> tuple[Ranged, ...]:
    """Return the numbers of an instance that have a range, those of a single value apart.

    Weights first, then what else instance.toml has, services and legal forms in their order.
    """
    ends = ((n, n.ends) for n in numbers(instance))
    found = [Ranged(n.path, e[0], n.value, e[1]) for n, e in ends if e is not None]
    return tuple(r for r in found if r.low < r.high)


def numbers(instance: Instance) -> tuple[Number, ...]:
    """Return the numbers of an instance beside which a range may stand, in the order of `ranged`.

    What an instance does not say, such as where a cost curve becomes flat, is none of them.
    """
    found = [*_weights(instance), *_settings(instance)]
    for name, word in _LISTS.items():
        for item in getattr(instance, name):
            found += _inside(item, (word, item.id))
    return tuple(found)


def with_ends(instance: Instance, path: Path, ends: tuple[float, float] | None) -> Instance:
    """Return the instance in which a number has this range, or none.

    Parameters
    ----------
    instance : Instance
    path : tuple
        Of one of its `numbers`.
    ends : (low, high) or None
    """
    for name, at in _OF_INSTANCE.items():
        if path == at:
            return replace(instance, **{name + RANGE: ends})  # type: ignore[arg-type]
    if path[0] == "weights":
        table = {k: v for k, v in instance.weights_range.items() if k != path[1]}
        more = {} if ends is None else {str(path[1]): ends}
        return replace(instance, weights_range=table | more)
    return _of_item(instance, path, lambda item: _ended(item, path[2:], ends))


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


def _place(path: Path) -> str:
    shown = ""
    for part in path:
        shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def _weights(instance: Instance) -> Iterator[Number]:
    # Those with a range in the order of the ranges: samples are drawn in it.
    for name in dict.fromkeys((*instance.weights_range, *instance.weights)):
        ends = instance.weights_range.get(name)
        yield Number(("weights", name), float(instance.weights[name]), ends)


def _settings(instance: Instance) -> Iterator[Number]:
    for name, path in _OF_INSTANCE.items():
        ends = getattr(instance, name + RANGE)
        yield Number(path, float(getattr(instance, name)), ends)


def _inside(value: Any, path: Path) -> Iterator[Number]:
    for f in dataclasses.fields(value):
        part = getattr(value, f.name)
        if f.name.endswith(RANGE):
            key = f.name.removesuffix(RANGE)
            yield from _beside(getattr(value, key), part, (*path, key), type(value))
        elif dataclasses.is_dataclass(part):
            yield from _inside(part, (*path, f.name))
        elif isinstance(part, tuple):
            for k, item in enumerate(part):
                if dataclasses.is_dataclass(item):
                    yield from _inside(item, (*path, f.name, k))


def _beside(number: Any, ends: Any, path: Path, holder: type) -> Iterator[Number]:
    """Yield a number and its range, or those of a table of numbers: first those with a range."""
    if isinstance(number, Mapping):
        for name in dict.fromkeys((*ends, *number)):
            yield Number((*path, name), float(number[name]), ends.get(name), holder)
    elif number is not None:
        yield Number(path, float(number), ends, holder)


def _ended(value: Any, path: Path, ends: tuple[float, float] | None) -> Any:
    """Return nested values with the range of one number replaced."""
    first, *rest = path
    if isinstance(first, int):
        changed = (_ended(v, tuple(rest), ends) if k == first else v for k, v in enumerate(value))
        return tuple(changed)
    if not rest:
        return replace(value, **{first + RANGE: ends})
    inside = getattr(value, first)
    if isinstance(inside, Mapping):  # a table of numbers has a table of ranges beside it
        table = {k: v for k, v in getattr(value, first + RANGE).items() if k != rest[0]}
        more = {} if ends is None else {rest[0]: ends}
        return replace(value, **{first + RANGE: table | more})
    return replace(value, **{first: _ended(inside, tuple(rest), ends)})


def _of_item(instance: Instance, path: Path, change: Callable[[Any], Any]) -> Instance:
    """Return the instance in which the service or legal form of a path is changed."""
    name = next(name for name, word in _LISTS.items() if word == path[0])
    items = getattr(instance, name)
    new = tuple(change(item) if item.id == path[1] else item for item in items)
    return replace(instance, **{name: new})  # type: ignore[arg-type]


def _moved(instance: Instance, path: Path, value: float) -> Instance:
    for field, at in _OF_INSTANCE.items():
        if path == at:
            return replace(instance, **{field: value})  # type: ignore[arg-type]
    if path[0] == "weights":
        return replace(instance, weights={**instance.weights, str(path[1]): value})
    return _of_item(instance, path, lambda item: _put(item, path[2:], value))


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
