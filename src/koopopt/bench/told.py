"""What a benchmark says in words and tables, for a terminal and for the page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from koopopt.bench import figures
from koopopt.bench.registry import BenchSet
from koopopt.bench.results import Row
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Sentence
from koopopt.report.values.blocks import figure as written
from koopopt.text import T, Text

STATUS: Final[Mapping[str, Text]] = {
    "optimal": T("proven"),
    "feasible": T("open"),
    "infeasible": T("proven: no plan"),
    "no_solution": T("no plan found"),
    "killed": T("over its time, ended"),
    "memory": T("over its memory, ended"),
    "broken": T("plan breaks a rule"),
    "error": T("failed"),
}
MOST_TOLD: Final = 5
"""So many doubts and better values are told one by one."""


def status(name: str) -> Text:
    """Return the words for a status."""
    return STATUS[name]


def sets(known: Sequence[BenchSet], counts: Mapping[str, int]) -> Iterator[Block]:
    """Yield the list of sets: what they are, how many instances, of how many the best is known."""
    yield Heading(T("Benchmark sets"), 1)
    rows = tuple(
        (one.name, one.title, Figure(float(counts[one.name]) if one.name in counts else None),
         Figure(float(len(one.best))), Figure(float(sum(b.proven for b in one.best.values()))))
        for one in known
    )  # fmt: skip
    heads = (T("set"), T("what"), T("instances"), T("best known"), T("proven"))
    yield Grid(heads, rows, (0, 1))
    yield Sentence(
        T("Where no number of instances stands, they are made of files of yours: --data FOLDER.")
    )


def blocks(rows: Sequence[Row], known: Sequence[BenchSet]) -> Iterator[Block]:
    """Yield what is measured: a table a set, all together, what is doubtful, what is better."""
    grouped = figures.by_set(rows)
    titles = {one.name: one.title for one in known}
    for name, those in grouped.items():
        yield Heading(titles.get(name, name), 2)
        yield from _compared(those)
    if len(grouped) > 1 and len(figures.methods(rows)) > 1:
        yield Heading(T("All sets together"), 2)
        yield from _compared(rows)
    yield Sentence(
        T("Seconds are shifted geometric means (shift 1 s); a run that is not proven counts with"
          " its time limit. The ratio is to the fastest. The gap is the mean of the open runs that"
          " have plan and bound. Peers get the assignment model as it is written, a relaxation"
          " where costs bend or members must be connected; their bounds are what they claim.")
    )  # fmt: skip
    yield from _known(rows)
    yield from _doubts(rows)
    yield from _failed(rows)


def _compared(rows: Sequence[Row]) -> Iterator[Block]:
    found = figures.lines(rows)
    asked = {(r.set, r.instance, r.seed) for r in rows}
    there = {(r.set, r.instance, r.seed) for r in figures.common(rows)}
    heads = (T("method"), T("runs"), T("proven"), T("seconds"), T("ratio"), T("gap in %"),
             T("without plan or bound"), T("largest memory in MB"))  # fmt: skip
    yield Grid(heads, tuple(_cells(line) for line in found))
    if left := len(asked - there):
        yield Sentence(
            T("{count} instance(s) are left out here: not every method has solved them yet.",
              count=left)
        )  # fmt: skip


def _cells(line: figures.Line) -> tuple[str | Figure, ...]:
    return (
        line.method, Figure(float(line.runs)), Figure(float(line.proven)),
        Figure(line.seconds, 2), Figure(line.ratio, 2),
        Figure(None if line.gap is None else 100 * line.gap, 3), Figure(float(line.without)),
        Figure(line.peak_mb),
    )  # fmt: skip


def _known(rows: Sequence[Row]) -> Iterator[Block]:
    reached, known, better = figures.against_best(rows)
    if known:
        yield Sentence(
            T("{reached} of {known} runs reached the best known value.", reached=reached,
              known=known)
        )  # fmt: skip
    for row in better[:MOST_TOLD]:
        yield Sentence(
            T("{instance}: {method} has value {value} and bound {bound}; best known were {best} and"
              " {best_bound}.", instance=row.instance, method=row.method,
              value=_number(row.value), bound=_number(row.bound), best=_number(row.best_value),
              best_bound=_number(row.best_bound))
        )  # fmt: skip


def _doubts(rows: Sequence[Row]) -> Iterator[Block]:
    found = figures.doubts(rows)
    for _, instance, value, bound in found[:MOST_TOLD]:
        yield Sentence(
            T("Doubtful: of {instance}, {one} claims the bound {bound}, but the plan of {other} has"
              " the value {value}.", instance=instance, one=bound.method,
              bound=_number(bound.bound), other=value.method, value=_number(value.value))
        )  # fmt: skip
    if (more := len(found) - MOST_TOLD) > 0:
        yield Sentence(T("{count} more are doubtful like this.", count=more))


def _failed(rows: Sequence[Row]) -> Iterator[Block]:
    found = [row for row in rows if row.status == "error"]
    for row in found[:MOST_TOLD]:
        yield Sentence(
            T("Failed: {instance}, {method}: {message}", instance=row.instance, method=row.method,
              message=row.message)
        )  # fmt: skip
    if (more := len(found) - MOST_TOLD) > 0:
        yield Sentence(T("{count} more failed.", count=more))


def _number(value: float | None) -> Any:
    return "–" if value is None else written(value, 4)


def runs(rows: Sequence[Row]) -> Grid:
    """Return the table of all runs; of fronts with the number of their points."""
    fronts = any(row.points is not None for row in rows)
    heads = (T("instance"), T("method"), T("seed"), T("state"), T("seconds"), T("value"),
             T("bound"), T("gap in %"), T("memory in MB"))  # fmt: skip
    points = (T("points"),) if fronts else ()
    return Grid((*heads, *points), tuple(_run(row, fronts) for row in rows), (0, 1, 3))


def _run(row: Row, fronts: bool) -> tuple[Cell, ...]:
    cells = (
        row.instance, row.method, Figure(float(row.seed)), status(row.status),
        Figure(row.seconds, 2), Figure(row.value, 2), Figure(row.bound, 2),
        Figure(None if row.gap is None else 100 * row.gap, 4), Figure(row.peak_mb),
    )  # fmt: skip
    points = Figure(None if row.points is None else float(row.points))
    return (*cells, points) if fronts else cells
