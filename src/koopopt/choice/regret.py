"""Councils that weigh criteria differently: the plan that none of them has much to regret about.

The regret of a council with weights w about point p is  w·v_p - min_q w·v_q : what it loses
against the point that it would have chosen itself.

It is enough to name the extreme weights. For a set of weights that is the hull of some vectors
(mixtures of the councils, or intervals of exchange rates given by their corners), the regret
about p is  max_q w·(v_p - v_q),  a maximum of functions linear in w, hence convex in w; and a
convex function over a hull is largest at one of its vectors. With `relative` a council's regret
is divided by  c(w) = Σ_k w_k r_k,  which is linear in w, too: a mixture of weights divided by its
own c is a mixture of the vectors divided by theirs, and the same holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from koopopt.choice.base import (
    NO_LIMITS,
    Choice,
    Limits,
    first,
    kept,
    ranges,
    said,
    scored,
    values,
    weights,
)
from koopopt.errors import UsageError
from koopopt.linear import Floats
from koopopt.pareto.front import Front
from koopopt.pareto.words import percent
from koopopt.text import T

Councils = Mapping[str, Mapping[str, float]]
"""Weights by criterion, by the name of a council."""


def regrets(front: Front, councils: Councils, *, relative: bool = False) -> Floats:
    """Return the regret of every council about every point, shape (councils, N).

    Parameters
    ----------
    councils : mapping name -> mapping criterion -> weight
    relative : bool
        Measure a council's regret as a share of all that is at stake for it (its weights times
        the ranges of the front), so that one that names large weights counts no more than
        another. Otherwise it is in the unit of the weighted sum.
    """
    if not councils:
        raise UsageError(T("Give the weights of at least one council."))
    weight = np.array([weights(front, given) for given in councils.values()])
    if relative:
        weight = weight / (weight @ ranges(front))[:, None]
    loss = weight @ values(front).T
    return np.asarray(loss - loss.min(axis=1, keepdims=True))


def least_regret(
    front: Front, councils: Councils, *, relative: bool = False, limits: Limits = NO_LIMITS
) -> Choice:
    """Choose the point about which the council that regrets it most regrets it least.

    A council compares with its favourite on the whole front, also where limits rule that out.
    Among equal points, the one with the least sum of regrets. Parameters are those of `regrets`.

    Returns
    -------
    Choice
        Figures by council: ``regret``, and ``favourite``, the index of the point it would choose.
    """
    keep = kept(front, limits)
    table = regrets(front, councils, relative=relative)
    worst = table.max(axis=0)
    index = first(keep, worst, table.sum(axis=0))
    most = float(worst[index])
    everyone = np.ones(len(worst), bool)
    text = (
        T("The least regret: no council loses more than {percent} % of what is at stake for it.",
          percent=percent(most))
        if relative
        else T("The least regret: no council loses more than {most} against its own favourite.",
               most=math.ceil(100 * most - 1e-6) / 100)
    )  # fmt: skip
    return Choice(
        index,
        "regret",
        scored(keep, worst),
        said(keep, text),
        {
            name: {"regret": float(row[index]), "favourite": float(first(everyone, row))}
            for name, row in zip(councils, table, strict=True)
        },
    )
