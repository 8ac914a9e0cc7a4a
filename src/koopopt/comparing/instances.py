"""Two instances: every part as a table of rows by their ids, held against each other."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, Final

from koopopt.case.instance import Instance
from koopopt.comparing.values import Difference, Instances, Part, Plain

Rows = Mapping[tuple[str, ...], Mapping[str, Plain]]
"""A part: values by column, by the ids of the row."""
RANGES: Final = ("weights_range", "office_cost_range", "speed_kmh_range", "detour_range")


def compare(a: Instance, b: Instance) -> Instances:
    """Return what differs in data and rules; `equal` parts are counted as well.

    Rows are the same by their ids, in whatever order they stand; texts for display (titles,
    sources) are compared as well as numbers.
    """
    mine, others = tables(a), tables(b)
    parts = (part_of(name, mine[name], others[name]) for name in mine)
    return Instances(
        same_fingerprint=a.fingerprint == b.fingerprint,
        parts=tuple(p for p in parts if p.equal or p.differences),
    )


def are_equal(found: Instances) -> bool:
    """Whether no part differs."""
    return not any(part.differences for part in found.parts)


def part_of(name: str, a: Rows, b: Rows) -> Part:
    """Return what differs in one part."""
    rows = [*a, *(row for row in b if row not in a)]
    changed = equal = 0
    found: list[Difference] = []
    for row in rows:
        if row not in b or row not in a:
            kind, there = ("only_a", a) if row in a else ("only_b", b)
            found.append(_alone(kind, row, there[row]))
            continue
        other = [*differences(row, a[row], b[row])]
        found += other
        changed, equal = changed + bool(other), equal + (not other)
    return Part(
        name=name, equal=equal, changed=changed,
        only_a=sum(row not in b for row in a), only_b=sum(row not in a for row in b),
        differences=tuple(found),
    )  # fmt: skip


def differences(
    row: tuple[str, ...], a: Mapping[str, Plain], b: Mapping[str, Plain]
) -> Iterator[Difference]:
    """Yield the values in which two rows differ."""
    for key in [*a, *(key for key in b if key not in a)]:
        if key not in b:
            yield Difference(kind="only_a", row=row, key=key, a=a[key], b=None)
        elif key not in a:
            yield Difference(kind="only_b", row=row, key=key, a=None, b=b[key])
        elif a[key] != b[key] or isinstance(a[key], bool) != isinstance(b[key], bool):
            yield Difference(kind="changed", row=row, key=key, a=a[key], b=b[key])


def _alone(kind: Any, row: tuple[str, ...], values: Mapping[str, Plain]) -> Difference:
    """Return a row of one side only; with its value where it has but one."""
    (key, value) = next(iter(values.items())) if len(values) == 1 else ("", None)
    a, b = (value, None) if kind == "only_a" else (None, value)
    return Difference(kind=kind, row=row, key=key, a=a, b=b)


def flat(value: Any, place: str = "") -> Iterator[tuple[str, Plain]]:
    """Yield the values in tables by their dotted keys; a list is one value, nothing is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from flat(part, f"{place}.{key}" if place else str(key))
    elif value is not None:
        yield place, plain(value)


def plain(value: Any) -> Plain:
    """Return a value as JSON has it; lists as JSON texts."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Real):
        return float(value)
    text = json.dumps(_listed(value), ensure_ascii=False, sort_keys=True)
    return text if text != "null" else None


def _listed(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict(flat(value))
    if isinstance(value, Mapping):
        return {str(key): _listed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(part) for part in value]
    return value


def tables(x: Instance) -> dict[str, Rows]:
    """Return all parts of an instance by their names."""
    return {
        "municipalities": _by_id(x.municipalities),
        "neighbours": {
            tuple(sorted((n.a, n.b))): dict(flat({"border_km": n.border_km})) for n in x.neighbours
        },
        "travel": {pair: {"minutes": minutes} for pair, minutes in x.travel.items()},
        "sites": {(s.id, s.service): _without(s, "id", "service") for s in x.sites},
        "demand": {key: {"demand": value} for key, value in x.demand.items()},
        "alone_cost": {key: {"cost": value} for key, value in x.alone_cost.items()},
        "status_quo": {
            (p.service, *p.members): {"seat": p.seat, "legal_form": p.legal_form}
            for p in x.status_quo
        },
        "services": _by_id(x.services),
        "legal_forms": {
            row: {"place": float(k), **values}  # of equally cheap ones the first is taken
            for k, (row, values) in enumerate(_by_id(x.legal_forms).items(), 1)
        },
        "rules": _single(x.rules),
        "weights": _single(x.weights),
        "office": _single({"cost": x.office_cost}),
        "travel estimate": _single({"speed_kmh": x.speed_kmh, "detour": x.detour}),
        "horizon": _single({} if x.horizon is None else x.horizon),
        "scenarios": _by_id(x.scenarios),
        "ranges": _single({name: getattr(x, name) for name in RANGES}),
        "relax": _single({key: "never" if v == float("inf") else v for key, v in x.relax.items()}),
        "boundaries": {(key,): {"geometry": _digest(v)} for key, v in x.boundaries.items()},
        "texts": _single({"name": x.name, "title": x.title, "sources": x.sources}),
    }  # fmt: skip


def _by_id(values: Iterable[Any]) -> Rows:
    return {(value.id,): _without(value, "id") for value in values}


def _without(value: Any, *names: str) -> dict[str, Plain]:
    return {key: part for key, part in flat(value) if key not in names}


def _single(table: Any) -> Rows:
    return {(key,): {"value": value} for key, value in flat(table)}


def _digest(geometry: Any) -> str:
    """Return what stands for a polygon: nobody reads its thousands of points."""
    text = json.dumps(geometry, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:12]
