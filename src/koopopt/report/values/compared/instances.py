"""What differs in two instances, part by part; of many differences three, and how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from koopopt.comparing.values import Difference, Instances, Part, Plain
from koopopt.report.values.blocks import (
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Sentence,
    figure,
)
from koopopt.text import T, Text

MANY: Final = 10
"""Differences of a part from which on only examples are shown."""
EXAMPLES: Final = 3
SINGLE: Final = "value"
"""The column of parts that have no rows but single values."""
LONGEST: Final = 60
"""Characters of a text that is shown."""

PARTS: Final[Mapping[str, Text]] = {
    "municipalities": T("Municipalities"),
    "neighbours": T("Neighbours"),
    "travel": T("Minutes"),
    "sites": T("Sites"),
    "demand": T("Demands"),
    "alone_cost": T("Costs alone"),
    "status_quo": T("Partnerships of today"),
    "services": T("Services"),
    "legal_forms": T("Legal forms"),
    "rules": T("Rules"),
    "weights": T("Weights"),
    "office": T("Office"),
    "travel estimate": T("Estimate of minutes"),
    "horizon": T("Years of one-off costs"),
    "scenarios": T("Scenarios"),
    "ranges": T("Ranges of numbers"),
    "relax": T("What giving up a rule counts"),
    "boundaries": T("Boundaries"),
    "texts": T("Names and sources"),
}


def blocks(found: Instances, towns: Mapping[str, str], level: int = 2) -> Iterator[Block]:
    """Yield what differs, and how much is equal."""
    differing = [part for part in found.parts if part.differences]
    if not differing and not found.same_fingerprint:
        yield Sentence(T("Rows stand in another order, so the fingerprints differ."))
    if differing and found.same_fingerprint:
        yield Sentence(T("The fingerprints are equal: what differs has no effect on a plan."))
    headings = (T("Part"), T("equal"), T("changed"), T("only in A"), T("only in B"))
    rows: list[tuple[Cell, ...]] = [
        (PARTS[p.name], *(Figure(n) for n in (p.equal, p.changed, p.only_a, p.only_b)))
        for p in found.parts
    ]
    if rows:
        yield Grid(headings, tuple(rows))
    for part in differing:
        yield Heading(PARTS[part.name], level)
        yield from _part(part, towns)


def _part(part: Part, towns: Mapping[str, str]) -> Iterator[Block]:
    count = len(part.differences)
    shown = part.differences if count <= MANY else _examples(part.differences)
    yield differences(shown, towns)
    if count > len(shown):
        yield Sentence(T("{count} differences, of which {shown} are shown; all are in the JSON.",
                         count=count, shown=len(shown)))  # fmt: skip


def _examples(found: Sequence[Difference]) -> Sequence[Difference]:
    """Return a few, of different kinds and columns first."""
    firsts = {(d.kind, d.key): d for d in reversed(found)}
    chosen = [d for d in found if firsts[d.kind, d.key] is d]
    chosen += [d for d in found if firsts[d.kind, d.key] is not d]
    return chosen[:EXAMPLES]


def differences(found: Sequence[Difference], towns: Mapping[str, str]) -> Grid:
    """Return a table of values that differ."""
    headings = (T("Row"), T("Value"), T("A"), T("B"), T("difference"))
    rows = tuple((_row(d, towns), d.key, *_sides(d), _by(d)) for d in found)
    if all(d.row and d.key == SINGLE for d in found):
        return Grid(
            (T("Value"), *headings[2:]), tuple((r[0], *r[2:]) for r in rows), words=(0, 1, 2)
        )
    if not any(d.row for d in found):
        return Grid(headings[1:], tuple(row[1:] for row in rows), words=(0, 1, 2))
    return Grid(headings, rows, words=(0, 1, 2, 3))


def _row(d: Difference, towns: Mapping[str, str]) -> str:
    return ", ".join(named(part, towns) for part in d.row)


def named(town: str, towns: Mapping[str, str]) -> str:
    """Return an id with its name, where it has another."""
    name = towns.get(town, town)
    return town if name == town else f"{town} {name}"


def _sides(d: Difference) -> tuple[Cell, Cell]:
    if not d.key or (len(d.row) > 0 and d.a is None and d.b is None):
        there = T("there")
        return ("" if d.kind == "only_b" else there), ("" if d.kind == "only_a" else there)
    return value(d.a), value(d.b)


def value(plain: Plain) -> Cell:
    """Return a value as a cell."""
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return T("yes") if plain else T("no")
    if isinstance(plain, str):
        return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
    return figure(plain, None)


def _by(d: Difference) -> Cell:
    numbers = (d.a, d.b)
    if all(isinstance(n, float | int) and not isinstance(n, bool) for n in numbers):
        a, b = numbers
        assert isinstance(a, float | int)
        assert isinstance(b, float | int)
        return Figure(float(f"{b - a:.12g}"), None, signed=True)
    return ""
