"""What differs in two results of benchmarks, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from koopopt.comparing.values import Benchmarks, Cell, Group, Measure, Spread
from koopopt.report.values import blocks as shown
from koopopt.report.values.blocks import BULLET, Block, Figure, Grid, Heading, Sentence, figure
from koopopt.report.values.compared.instances import EXAMPLES, MANY
from koopopt.text import T, Text, listed

NAMES: Final[Mapping[str, Text]] = {
    "seconds": T("seconds"),
    "value": T("value"),
    "bound": T("bound"),
    "gap": T("gap"),
    "peak_mb": T("memory in MB"),
}
VERDICTS: Final[Mapping[str, Text]] = {
    "higher": T("higher"),
    "lower": T("lower"),
    "within": T("within the spread"),
    "unknown": T("noise unknown"),
}
ALL_IN_ALL: Final[Mapping[str, Text]] = {
    "higher": T("slower"),
    "lower": T("faster"),
    "within": T("within the spread"),
    "unknown": T("noise unknown"),
}
MOST: Final = 40
"""Changes that are listed; of more, three are shown."""


def blocks(found: Benchmarks) -> Iterator[Block]:
    """Yield what differs."""
    if found.machines_a != found.machines_b:
        yield Sentence(T("The machines differ, so times do not tell about the programs."))
    for side, versions in (("A", found.versions_a), ("B", found.versions_b)):
        yield Sentence(T("{side}: version {versions}", side=side, versions=_some(versions)))
    if found.groups:
        yield Heading(T("Seconds"), 2)
        yield _groups(found.groups)
        yield Sentence(T("Geometric means, shifted by one second, of the medians over seeds; in"
                         " brackets those of single seeds. Faster or slower is only where all seeds"
                         " in B lie beyond all those in A and the medians are further apart than"
                         " both sides spread; with one seed on a side the noise is unknown. Of many"
                         " cells some are so by chance."))  # fmt: skip
    yield from _changes(found.cells)
    for side, cells in (("A", found.only_a), ("B", found.only_b)):
        if cells:
            yield Sentence(
                T("Cells only in {side}: {count}, such as {cells}", side=side, count=len(cells),
                  cells="; ".join(", ".join(cell) for cell in cells[:EXAMPLES]))
            )  # fmt: skip


def _some(values: Sequence[str]) -> str:
    more = " …" if len(values) > EXAMPLES else ""
    return ", ".join(values[:EXAMPLES]) + more if values else "–"


def _groups(groups: Sequence[Group]) -> Grid:
    headings = (T("Set, formulation, back end"), T("A"), T("B"), T("ratio"), T("all in all"),
                T("cells"))  # fmt: skip
    rows: list[tuple[shown.Cell, ...]] = []
    for g in groups:
        everything = not (g.set or g.formulation or g.solver)
        name: Text | str = T("all") if everything else f"{g.set}, {g.formulation}, {g.solver}"
        means = (_mean(g.seconds_a, g.a), _mean(g.seconds_b, g.b), Figure(g.ratio, 3))
        rows.append((name, *means, ALL_IN_ALL[g.verdict], _counted(g)))
    return Grid(headings, tuple(rows), words=(0, 1, 2, 4, 5))


def _counted(group: Group) -> Text:
    """Return how many cells are faster, slower, within the spread and of unknown noise."""
    counts = {"lower": group.faster, "higher": group.slower, "within": group.within,
              "unknown": group.unknown}  # fmt: skip
    return listed(
        Text("{count} {how}", {"count": count, "how": ALL_IN_ALL[verdict]})
        for verdict, count in counts.items()
        if count
    )


def _changes(cells: Sequence[Cell]) -> Iterator[Block]:
    """Yield where the outcome changed, and which numbers did beyond the seeds."""
    outcomes = [cell for cell in cells if cell.status_a != cell.status_b]
    if outcomes:
        yield Heading(T("Other outcomes: {count}", count=len(outcomes)), 2)
        for cell in _few(outcomes):
            yield Sentence(T("{cell}: {a}, now {b}", cell=_name(cell), a=", ".join(cell.status_a),
                             b=", ".join(cell.status_b)), BULLET)  # fmt: skip
        yield from _rest(len(outcomes))
    changed = [(c, m) for c in cells for m in c.measures if m.verdict in ("higher", "lower")]
    yield Heading(T("Beyond the spread of the seeds: {count}", count=len(changed)), 2)
    if changed:
        yield _measures(_few(changed))
        yield from _rest(len(changed))
    single = [(c, m) for c in cells for m in c.measures if _other(m)]
    if single:
        yield Heading(T("Other values, noise unknown: {count}", count=len(single)), 2)
        yield _measures(single[:EXAMPLES] if len(single) > MANY else single)
        if len(single) > MANY:
            yield Sentence(_more(len(single) - EXAMPLES))


def _other(m: Measure) -> bool:
    """Whether a number other than time and memory differs where few seeds were run."""
    ends = [(s.low, s.high) if s else None for s in (m.a, m.b)]
    return m.name not in ("seconds", "peak_mb") and m.verdict == "unknown" and ends[0] != ends[1]


def _few(items: Sequence[Any]) -> Sequence[Any]:
    return items if len(items) <= MOST else items[:EXAMPLES]


def _rest(count: int) -> Iterator[Block]:
    if count > MOST:
        yield Sentence(_more(count - EXAMPLES))


def _more(count: int) -> Text:
    return T("{count} more; all are in the JSON.", count=count)


def _name(cell: Cell) -> str:
    return ", ".join((cell.set, cell.instance, cell.formulation, cell.solver))


def _measures(found: Sequence[tuple[Cell, Measure]]) -> Grid:
    headings = (T("Cell"), T("Number"), T("A"), T("B"), T("ratio"), T("B is"))
    rows = tuple(
        (_name(c), NAMES[m.name], _spread(m.a), _spread(m.b), Figure(m.ratio, 3),
         VERDICTS[m.verdict])
        for c, m in found
    )  # fmt: skip
    return Grid(headings, rows, words=(0, 1, 2, 3, 5))


def _mean(middle: float, spread: Spread | None) -> shown.Cell:
    """Return a mean, with the least and largest of the seeds'."""
    if spread is None or spread.seeds < 2:
        return figure(middle, 2)
    low, high = figure(spread.low, 2), figure(spread.high, 2)
    return T("{middle} ({low} to {high})", middle=figure(middle, 2), low=low, high=high)


def _spread(spread: Spread | None) -> shown.Cell:
    if spread is None:
        return "–"
    middle, low, high = (_figure(v) for v in (spread.middle, spread.low, spread.high))
    if spread.low == spread.high:
        return middle
    return T("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def _figure(value: float) -> Mapping[str, str]:
    return figure(float(f"{value:.6g}"), None)
