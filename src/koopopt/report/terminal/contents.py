"""What an instance holds, a line for each kind of number: a wrong factor shows at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len, set_cell_size

from koopopt.case.instance import Instance
from koopopt.linear import Floats
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.report.terminal.page import Page

INDENT = 2
FIGURES, NAMES = (1, 2, 4), (3, 5)
"""Columns on the right, and such as give way."""

Row = tuple[Text, Floats, Sequence[str], bool]
"""What it is, the numbers, whose they are, and whether their sum means something."""


def render(instance: Instance, page: Page) -> str:
    """Return sum, least and largest of the numbers, and whose they are; one line each."""
    head = (T("Numbers"), T("total"), T("least"), Text(""), T("largest"), Text(""))
    lines = [tuple(map(page.words, head))]
    lines += [_cells(page, row) for row in rows(instance) if len(row[1])]
    widths = [max(cell_len(line[k]) for line in lines) for k in range(len(head))]
    space = page.width - INDENT - sum(widths[k] + 2 for k in range(len(head)) if k not in NAMES)
    for k in NAMES:
        widths[k] = min(widths[k], max(space // len(NAMES), 0))
    for line in lines:
        cells = [_fitted(cell, *at) for cell, at in zip(line, enumerate(widths), strict=True)]
        whole = "".join(
            f"{cell} " if k + 1 in NAMES else f"{cell}  " for k, cell in enumerate(cells)
        )
        page.line(whole.rstrip(), "bold" if line is lines[0] else "", indent=INDENT)
    return page.text()


def _fitted(text: str, column: int, width: int) -> str:
    """Return a cell in its width: figures to the right, names that are too long cut."""
    if column in FIGURES:
        return " " * (width - cell_len(text)) + text
    if cell_len(text) > width:
        text = set_cell_size(text, max(width - 1, 0)) + "…"[:width]
    return set_cell_size(text, width)


def rows(instance: Instance) -> Iterator[Row]:
    """Yield the kinds of numbers; demand and cost alone with what the service model estimates."""
    towns = instance.municipalities
    names = [town.name for town in towns]
    people = np.array([town.population for town in towns], float)
    yield T("Population"), people, names, True
    for year in sorted({year for town in towns for year in town.population_by_year}):
        those = [town for town in towns if year in town.population_by_year]
        values = np.array([town.population_by_year[year] for town in those], float)
        yield T("Population {year}", year=str(year)), values, [t.name for t in those], True
    sized = [town for town in towns if town.area_km2 is not None]
    area = np.array([town.area_km2 for town in sized], float)
    yield T("Area (km²)"), area, [town.name for town in sized], True
    borders = [pair for pair in instance.neighbours if pair.border_km is not None]
    km = np.array([pair.border_km for pair in borders], float)
    yield T("Borders (km)"), km, [f"{pair.a}–{pair.b}" for pair in borders], True
    ways = [f"{a}–{b}" for a, b in instance.travel]
    yield T("Minutes given"), np.array(list(instance.travel.values()), float), ways, False
    sites = [f"{site.name}, {site.service}" for site in instance.sites]
    fixed = np.array([site.fixed_cost for site in instance.sites], float)
    yield T("Fixed cost of sites (EUR)"), fixed, sites, False
    bounded = [site for site in instance.sites if site.capacity is not None]
    capacity = np.array([site.capacity for site in bounded], float)
    names_of = [f"{site.name}, {site.service}" for site in bounded]
    yield T("Capacity of sites"), capacity, names_of, False
    index = {town.id: i for i, town in enumerate(towns)}
    for service in instance.services:
        demand = service.demand.per_inhabitant * people
        _replace(demand, instance.demand, service.id, index)
        cost = np.array(service.cost(demand), float)
        _replace(cost, instance.alone_cost, service.id, index)
        unit = service.demand.unit
        if not np.array_equal(demand, people):
            yield (
                T("{service}: {unit}", service=service.id, unit=unit),
                demand,
                names,
                True,
            )
        yield T("{service}: EUR alone", service=service.id), cost, names, True


def _replace(
    values: Floats, given: Mapping[tuple[str, str], float], service: str, index: Mapping[str, int]
) -> None:
    """Put given values in the place of estimated ones."""
    for (town, of), value in given.items():
        if of == service:
            values[index[town]] = value


def _cells(page: Page, row: Row) -> tuple[str, ...]:
    what, values, names, summed = row
    low, high = int(values.argmin()), int(values.argmax())
    digits = 0 if all(float(v).is_integer() for v in values) or values.max() >= 1000 else 2
    return (
        page.words(what),
        page.figure(float(values.sum()), digits) if summed else "",
        page.figure(float(values[low]), digits),
        page.words(names[low]),
        page.figure(float(values[high]), digits),
        page.words(names[high]),
    )
