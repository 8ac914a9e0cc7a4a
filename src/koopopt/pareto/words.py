"""A front in words: how complete it is, in sentences that promise no more than was proven."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from koopopt.criteria import CRITERIA, Criterion
from koopopt.language.inert import on_line
from koopopt.problem import Problem
from koopopt.text import T, Text

if TYPE_CHECKING:
    from koopopt.pareto.front import Front


def completeness(front: Front) -> Text:
    """Return one sentence on what is proven of a front."""
    plans = isinstance(front.subject, Problem)
    if front.infeasible:
        return (
            T("Proven: no plan keeps all rules.")
            if plans
            else T("Proven: the model has no solution.")
        )
    if not len(front):
        return (
            T("No efficient plan was proven in the time given; whether there is one is open."
              " `koopopt solve` finds a plan sooner.")
            if plans
            else T("No solution was found in the time given; whether there is one is open.")
        )  # fmt: skip
    if front.complete:
        return _proven(front, plans)
    return _unfinished(front, plans)


def _proven(front: Front, plans: bool) -> Text:
    if plans:
        return T(
            "Proven: no plan is missing. For every plan that keeps the rules, one of these is at"
            " least as good in each criterion, up to the resolution ({resolution}).",
            resolution=resolution(front),
        )
    return T(
        "Proven: no point is missing. For every solution, one of these is at least as good in each"
        " objective, up to the resolution ({resolution}).",
        resolution=resolution(front),
    )


def _unfinished(front: Front, plans: bool) -> Text:
    left = percent(front.unexplored)
    error = front.certificate.coverage
    if not math.isfinite(error):
        return T("Not complete: {left} % of the space between the best and the worst values is"
                 " unexplored; what may be missing is not known yet.", left=left)  # fmt: skip
    if plans:
        return T(
            "Not complete: {left} % of the space between the best and the worst values is"
            " unexplored. Proven: for every plan that keeps the rules, one of these is worse by"
            " at most {error} % of the range of each criterion (and the resolution).",
            left=left, error=percent(error),
        )  # fmt: skip
    return T(
        "Not complete: {left} % of the space between the best and the worst values is unexplored."
        " Proven: for every solution, one of these is worse by at most {error} % of the range of"
        " each objective (and the resolution).",
        left=left, error=percent(error),
    )  # fmt: skip


def percent(share: float) -> float:
    """Return a share in per cent, rounded up: "at most" must hold."""
    return math.ceil(share * 1e4 - 1e-6) / 100


def resolution(front: Front) -> Text:
    """Return the resolutions as a list: cost 0.01 EUR a year, ..."""
    return _listed(
        [
            Text("{name} {value} {unit}", {"name": c.title, "value": _step(delta), "unit": c.unit})
            if (c := _criterion(front, name)) is not None
            else Text("{name} {value}", {"name": on_line(name), "value": _step(delta)})
            for name, delta in zip(front.criteria, front.resolution, strict=True)
        ]
    )


def _step(delta: float) -> float | str:
    """Return a resolution to be shown: as a number, or like 1e-09, never as 0."""
    return delta if delta >= 1e-6 else f"{delta:g}"


def _criterion(front: Front, name: str) -> Criterion | None:
    return CRITERIA.get(name) if isinstance(front.subject, Problem) else None


def _listed(parts: Sequence[Text]) -> Text:
    """Return texts with commas between them."""
    template = ", ".join(f"{{p{k}}}" for k in range(len(parts)))
    return Text(template, {f"p{k}": part for k, part in enumerate(parts)})


def thinned(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers below `count`, evenly spread, with both ends."""
    if count <= most:
        return list(range(count))
    if most == 1:
        return [0]
    return sorted({round(k * (count - 1) / (most - 1)) for k in range(most)})
