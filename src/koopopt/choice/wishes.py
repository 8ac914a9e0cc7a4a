"""Values that somebody wishes for: as close to them as can be, or no further beyond than needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from koopopt.case.facts import TOLERANCE
from koopopt.choice.base import (
    NO_LIMITS,
    Choice,
    Limits,
    first,
    kept,
    position,
    ranges,
    said,
    scored,
    shares,
    values,
    vector,
)
from koopopt.errors import UsageError
from koopopt.linear import Floats
from koopopt.pareto.front import Front
from koopopt.text import T, Text

AUGMENTATION: Final = 1e-6
"""Weight of the sum beside the worst criterion: it decides among ties only."""


def closest(
    front: Front, aspirations: Mapping[str, float], *, limits: Limits = NO_LIMITS
) -> Choice:
    """Choose the point closest to values wished for, by an augmented achievement function.

    Minimises  max_k (v_k - a_k) / r_k + ρ Σ_k (v_k - a_k) / r_k  with the front's ranges r
    (Wierzbicki 1980, "The use of reference objectives in multiobjective optimization"). Wishes
    may be out of reach or modest: modest ones are exceeded as evenly as possible. Criteria
    without a wish count in the sum only, that is among ties.

    Parameters
    ----------
    aspirations : mapping criterion -> value
        At least one.

    Returns
    -------
    Choice
        Figures by criterion: ``aspiration``, ``missed`` (value minus aspiration, negative where
        it is exceeded) and ``share``, the same as a share of the range.

    Examples
    --------
    >>> import koopopt
    >>> from koopopt import choice
    >>> front = koopopt.front("three-villages", ["cost", "travel"])
    >>> choice.closest(front, {"cost": 132_000.0, "travel": 250.0}).index
    1
    """
    _some(aspirations)
    keep = kept(front, limits)
    wish = vector(front, aspirations, np.nan)
    asked = np.isfinite(wish)
    # Without a wish the best value stands in: in the sum it is a constant.
    wish = np.where(asked, wish, values(front).min(axis=0))
    away = (values(front) - wish) / ranges(front)
    worst = away[:, asked].max(axis=1)
    score = worst + AUGMENTATION * away.sum(axis=1)
    index = first(keep, score)
    figures = {}
    for name in aspirations:
        k = position(front, name)
        missed = float(values(front)[index, k] - wish[k])
        share = float(away[index, k])
        figures[name] = {"aspiration": float(wish[k]), "missed": missed, "share": share}
    text = said(keep, _closeness(float(worst[index])))
    return Choice(index, "reference", scored(keep, score), text, figures)


def _closeness(worst: float) -> Text:
    percent = round(100 * abs(worst), 1)
    if worst <= 1e-9:
        return T(
            "Every wish is met; no other point exceeds all of them by more than this one's"
            " {percent} % of the range.",
            percent=percent,
        )
    return T(
        "Not all wishes can be met at once; no other point has a smaller largest miss than this"
        " one's {percent} % of the range.",
        percent=percent,
    )


def goals(
    front: Front,
    wanted: Mapping[str, float],
    *,
    weights: Mapping[str, float] | None = None,
    kind: Literal["sum", "largest", "order"] = "sum",
    limits: Limits = NO_LIMITS,
) -> Choice:
    """Choose the point that goes least beyond goals; staying below them earns nothing.

    Goal programming (Charnes and Cooper 1961) over the points: deviations max(0, v_k - g_k) / r_k
    in shares of the ranges. Among points that are equal in this, the one with the least sum of
    all criteria in shares of their ranges.

    Parameters
    ----------
    wanted : mapping criterion -> goal
        At least one.
    weights : mapping criterion -> weight of its deviation, optional
        1 where none is given.
    kind : {"sum", "largest", "order"}
        Minimise the weighted sum of deviations, the largest weighted deviation, or one deviation
        after the other in the order of `wanted`.

    Returns
    -------
    Choice
        Figures by criterion: ``goal``, ``missed`` (0 where it is met) and ``share``. The scores of
        ``order`` are ranks.
    """
    _some(wanted)
    keep = kept(front, limits)
    asked = [position(front, name) for name in wanted]
    goal = vector(front, wanted, np.inf)
    weight = vector(front, weights or {}, 1.0)
    if (weight < 0).any():
        raise UsageError(T("Weights of goals must be 0 or more."))
    beyond = values(front)[:, asked] - goal[asked]
    beyond[beyond <= TOLERANCE * np.maximum(1.0, np.abs(goal[asked]))] = 0.0
    share = beyond / ranges(front)[asked]
    keys = _keys(share * weight[asked], kind)
    index = first(keep, *keys, shares(front).sum(axis=1))
    score = keys[0]
    if kind == "order":
        score = np.unique(np.round(share, 9), axis=0, return_inverse=True)[1].ravel().astype(float)
    met = int((beyond[index] <= 0).sum())
    return Choice(
        index,
        "goals",
        scored(keep, score),
        said(keep, T("{met} of {count} goals are met; no other point stays closer to them.",
                     met=met, count=len(asked))),
        {
            name: {
                "goal": float(wanted[name]),
                "missed": float(beyond[index, j]),
                "share": float(share[index, j]),
            }
            for j, name in enumerate(wanted)
        },
    )  # fmt: skip


def _keys(deviation: Floats, kind: str) -> list[Floats]:
    match kind:
        case "sum":
            return [deviation.sum(axis=1)]
        case "largest":
            return [deviation.max(axis=1), deviation.sum(axis=1)]
        case "order":
            return list(deviation.T)
    raise UsageError(
        T("There is no kind of goals {kind}; there are sum, largest, order.", kind=repr(kind))
    )


def _some(given: Mapping[str, float]) -> None:
    if not given:
        raise UsageError(T("Give a value for at least one criterion."))
