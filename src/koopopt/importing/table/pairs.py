"""Who borders whom, from a table of pairs: each once, among the municipalities that are taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from koopopt.case.instance import Neighbours
from koopopt.errors import Fault, some
from koopopt.importing.table.choosing import renamed, table_of
from koopopt.importing.table.headings import NEIGHBOURS
from koopopt.importing.table.keys import restored
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.matching import Gap, Matched, matched, untaken
from koopopt.importing.table.opening import Grid, opened
from koopopt.importing.table.rows import kept
from koopopt.language.hints import Names
from koopopt.reading import entries
from koopopt.text import T


def pairs_grid(path: Path, chosen: Chosen) -> Grid:
    """Return the table of neighbours in a file."""
    return opened(path, Chosen(decimal=chosen.decimal), NEIGHBOURS, chosen.neighbours)


def match_pairs(grid: Grid, chosen: Chosen, faults: list[Fault]) -> Matched:
    """Return which column of a table of neighbours is which."""
    result = matched(grid, "neighbours", chosen.neighbours, chosen.skip, NEIGHBOURS, faults)
    known = {gap.role for gap in result.gaps}
    for role in ("a", "b"):
        if role not in result.columns and role not in known:
            result.gaps.append(Gap("neighbours", role, ()))
    result.gaps = [gap for gap in result.gaps if gap.role != "border_km"]
    return result


def pairs_of(
    grid: Grid,
    found: Matched,
    chosen: Chosen,
    towns: Names,
    others: Collection[str],
    faults: list[Fault],
) -> tuple[Neighbours, ...]:
    """Return the pairs among these municipalities.

    `others` are ids that are known and were left out with purpose: pairs with them are left out,
    and counted in a note. A pair that stands in both directions is taken once.
    """
    grid.notes.extend(untaken(grid, list(found.columns.values())))
    rows, outside, again = [], [], []
    seen: set[frozenset[str]] = set()
    beyond = Names(others)
    a, b = found.columns["a"], found.columns["b"]
    changed: list[tuple[int, str, str]] = []
    for row, cells in kept(grid, {"id": a, "b": b}, {}).rows:
        texts = [grid.cell(row, k, cells) for k in (a, b)]
        pair = [_id(text, towns) for text in texts]
        if any(_among(id_, towns, beyond) for id_ in pair):
            outside.append((row, " – ".join(pair)))
        elif frozenset(pair) in seen and pair[0] != pair[1]:
            again.append((row, " – ".join(pair)))
        else:
            seen.add(frozenset(pair))
            rows.append((row, {**cells, a: pair[0], b: pair[1]}))
            changed += [(row, old, new) for old, new in zip(texts, pair, strict=True)]
    _tell(grid, outside, again)
    grid.notes.extend(restored(grid.file, grid.headings[a], changed))
    mine: list[Fault] = []
    names = renamed(grid, found.columns)
    table = table_of(grid, found.columns, rows, chosen.decimal, mine)
    result = () if table is None else entries.neighbours(table, towns, mine)
    if table is not None:
        grid.notes.extend(names.back(table.notes))
    faults.extend(names.back(mine))
    return result


def _id(text: str, towns: Names) -> str:
    return text if text in towns else towns.restored(text) or text


def _among(id_: str, towns: Names, beyond: Names) -> bool:
    return id_ not in towns and (id_ in beyond or beyond.restored(id_) is not None)


def _tell(grid: Grid, outside: list[tuple[int, str]], again: list[tuple[int, str]]) -> None:
    """Note pairs that are not taken."""
    for rows, rule in (
        (outside, T("{count} pair(s) are left out, of which a municipality is: {pairs}.",
                    count=len(outside), pairs=some([text for _, text in outside]))),
        (again, T("{count} pair(s) stand there a second time and are taken once: {pairs}.",
                  count=len(again), pairs=some([text for _, text in again]))),
    ):  # fmt: skip
        if rows:
            grid.notes.append(Fault(grid.file, rule, T("There is nothing to do."), rows[0][0]))


def lonely(towns: Mapping[str, str], pairs: Collection[Neighbours]) -> list[str]:
    """Return the names of municipalities that border nobody."""
    linked = {id_ for pair in pairs for id_ in (pair.a, pair.b)}
    return [name for id_, name in towns.items() if id_ not in linked]
