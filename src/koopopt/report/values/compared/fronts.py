"""What differs in two fronts, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from koopopt.comparing.values import FrontPoint, Fronts
from koopopt.criteria import CRITERIA
from koopopt.report.values.blocks import Block, Cell, Figure, Grid, Heading, Sentence, figure
from koopopt.report.values.compared.instances import EXAMPLES, MANY
from koopopt.report.values.compared.runs import question, verified
from koopopt.text import T, Text


def blocks(found: Fronts, towns: Mapping[str, str]) -> Iterator[Block]:
    """Yield what differs."""
    yield from verified(found.a.verified, found.b.verified)
    yield from question(found.question, found.data, towns)
    yield Heading(T("Indicators"), 2)
    yield _indicators(found)
    yield Sentence(T("Shares of the range of both fronts in each criterion. More hypervolume and"
                     " coverage, less epsilon and spacing are better."))  # fmt: skip
    yield Heading(T("Which front dominates where"), 2)
    yield _attainment(found)
    yield Heading(T("Points"), 2)
    yield Sentence(T("Points in both: {count}.", count=found.common))
    yield from _points("A", "B", found.only_a, found.criteria)
    yield from _points("B", "A", found.only_b, found.criteria)


def _indicators(found: Fronts) -> Grid:
    a, b = found.a, found.b
    rows: list[tuple[Cell, ...]] = [
        (T("points"), Figure(a.points), Figure(b.points)),
        (T("complete"), *(T("yes") if x.complete else T("no") for x in (a, b))),
    ]
    named = (
        (T("hypervolume"), a.hypervolume, b.hypervolume),
        (T("additive epsilon to the other"), a.epsilon, b.epsilon),
        (T("spacing"), a.spacing, b.spacing),
        (T("coverage of the other's points"), a.coverage, b.coverage),
    )
    rows += [(name, Figure(x, 4), Figure(y, 4)) for name, x, y in named]
    return Grid((T("Indicator"), T("A"), T("B")), tuple(rows))


def _attainment(found: Fronts) -> Grid:
    shares = found.attainment
    rows = (
        (T("both"), Figure(shares.both, 4)),
        (T("only A"), Figure(shares.only_a, 4)),
        (T("only B"), Figure(shares.only_b, 4)),
    )
    return Grid((T("Dominated by"), T("Share of the box")), rows)


def _points(
    here: str, there: str, points: Sequence[FrontPoint], criteria: Sequence[str]
) -> Iterator[Block]:
    """Yield the points of one front only; of many, those at the ends and how many."""
    if not points:
        return
    lost = sum(point.dominated for point in points)
    yield Heading(T("Only in {here}: {count}, dominated by points of {there}: {lost}",
                    here=here, count=len(points), lost=lost, there=there), 3)  # fmt: skip
    shown = points
    if len(points) > MANY:
        places = sorted({0, len(points) // 2, len(points) - 1})
        shown = [points[k] for k in places][:EXAMPLES]
    titles = tuple(
        CRITERIA[c].title if c in CRITERIA else Text("{name}", {"name": c}) for c in criteria
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (figure(p.number), *(Figure(v, None) for v in p.values),
         T("yes") if p.dominated else T("no"))
        for p in shown
    )  # fmt: skip
    yield Grid((T("Point"), *titles, T("dominated")), rows)
    if len(points) > len(shown):
        yield Sentence(T("{count} more; all are in the JSON.", count=len(points) - len(shown)))
