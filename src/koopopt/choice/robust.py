"""Which decisions the whole front agrees on, as in Robust Portfolio Modelling.

A decision's *core index* is the share of the front's points whose plan takes it (Liesiö, Mild
and Salo 2007, "Preference programming for robust portfolio modeling and project selection").
*Core* (1) is taken whatever the weights, *exterior* (0) never, *borderline* depends on them.

The front holds one plan a point. Where several plans share a point's values only the held one
counts, so core means: in all plans held (`koopopt.choice.alternatives` asks of one point which
decisions no plan can do without). And where the front is not complete, everything is said of the
points found only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from koopopt.case.plan import Partnership, Plan
from koopopt.choice.base import values
from koopopt.errors import UsageError
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.shown import Brief, counted
from koopopt.text import T, Text

if TYPE_CHECKING:
    import pandas as pd

Decision = tuple[str, ...]

PAIR_COLUMNS = ["service", "a", "name_a", "b", "name_b"]
SEAT_COLUMNS = ["service", "municipality", "name", "seat", "name_seat"]
PARTNERSHIP_COLUMNS = ["service", "members", "names"]
_SHARED = ["plans", "share", "kind"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Robustness(Brief):
    """How many plans of a front take a decision.

    Every table has one row a decision, with ``plans`` (how many take it), ``share`` (of the
    points looked at) and ``kind`` (``core``, ``borderline``, ``exterior``), sorted by share.

    Attributes
    ----------
    pairs : DataFrame
        service, a, name_a, b, name_b: a and b are in one partnership.
    seats : DataFrame
        service, municipality, name, seat, name_seat: where it is served; its own seat where it
        stays alone or is the seat of others.
    partnerships : DataFrame
        service, members, names (tuples): exactly these pool, or one stays alone.
    points : int
        How many were looked at.
    complete : bool
        Whether the front is complete: else there may be more plans than these.
    text : Text
        What the shares are shares of.
    """

    pairs: pd.DataFrame
    seats: pd.DataFrame
    partnerships: pd.DataFrame
    points: int
    complete: bool
    text: Text

    def _said(self) -> str:
        return f": {counted(self.points, 'plan')}, {counted(len(self.pairs), 'pair')}"


def robustness(
    front: Front, *, among: Sequence[int] | None = None, everyone: bool = False
) -> Robustness:
    """Count decisions over the points of a front.

    Parameters
    ----------
    among : sequence of int, optional
        Only these points, for instance those that keep limits (`koopopt.choice.kept`): the more
        that is ruled out, the more is core.
    everyone : bool
        Whether pairs and seats that no plan has (exterior) get rows, too.

    Raises
    ------
    UsageError
        If the front has no points, or is one of a linear model.
    """
    values(front)
    problem = front.subject
    if not isinstance(problem, Problem):
        raise UsageError(T("A front of a linear model has no plans, and so no decisions."))
    which = range(len(front)) if among is None else among
    plans = [front.plans[k] for k in which]
    if not plans:
        raise UsageError(T("The front has no points to choose from."))
    ids, services = problem.facts.ids, [s.id for s in problem.facts.services]
    towns = dict(zip(ids, problem.instance.municipalities, strict=True))

    def named(id_: str) -> list[str]:
        return [id_, problem.facts.seat_name(id_)]

    sites = {s: [site.id for site in problem.instance.sites if site.service == s] for s in services}

    every_pair = ((s, *sorted(pair)) for s in services for pair in combinations(ids, 2))
    every_seat = ((s, i, h) for s in services for i in ids for h in (*ids, *sites[s]))
    pairs = _counted(map(_pairs, plans), every_pair if everyone else ())
    seats = _counted(map(_seats, plans), every_seat if everyone else ())
    groups = _counted((((p.service, *p.members) for p in plan.partnerships) for plan in plans), ())
    count = len(plans)
    return Robustness(
        _frame(PAIR_COLUMNS, [[s, *named(a), *named(b)] for s, a, b in pairs], pairs, count),
        _frame(SEAT_COLUMNS, [[s, *named(i), *named(h)] for s, i, h in seats], seats, count),
        _frame(
            PARTNERSHIP_COLUMNS,
            [[s, tuple(who), tuple(towns[i].name for i in who)] for s, *who in groups],
            groups,
            count,
        ),
        count,
        front.complete,
        _said_of(count, front),
    )


def together(partnership: Partnership) -> Iterator[tuple[str, str, str]]:
    """Yield (service, a, b) for the pairs of a partnership, a before b."""
    for a, b in combinations(partnership.members, 2):
        yield partnership.service, a, b


def _pairs(plan: Plan) -> Iterator[Decision]:
    return (pair for p in plan.partnerships for pair in together(p))


def _seats(plan: Plan) -> Iterator[Decision]:
    return ((p.service, i, p.seat) for p in plan.partnerships for i in p.members)


def _counted(
    decisions: Iterable[Iterable[Decision]], every: Iterable[Decision]
) -> Counter[Decision]:
    """Return how many plans take each decision, with 0 for those of `every` that none takes."""
    count: Counter[Decision] = Counter(dict.fromkeys(every, 0))
    for taken in decisions:
        count.update(taken)
    return count


def _frame(
    columns: list[str], rows: list[list[object]], count: Counter[Decision], points: int
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=columns)
    frame["plans"] = list(count.values())
    frame["share"] = frame["plans"] / points
    frame["kind"] = [kind(n, points) for n in count.values()]
    frame = frame.sort_values(["plans", *columns[:2]], ascending=[False, True, True], kind="stable")
    return frame.reset_index(drop=True)


def kind(plans: int, points: int) -> str:
    """Return core, borderline or exterior."""
    return "core" if plans == points else "borderline" if plans else "exterior"


def _said_of(count: int, front: Front) -> Text:
    if front.complete:
        return T(
            "Shares of the {count} efficient plans held, one a point; the front is complete.",
            count=count,
        )
    return T(
        "Shares of the {count} points found. The front is not complete: plans that are missing"
        " may decide otherwise, so nothing here is certain.",
        count=count,
    )
