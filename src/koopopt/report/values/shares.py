"""Who pools with whom, in which share of the plans: the shares that a heat map shows.

The same shares as `koopopt.choice.robust` counts, as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.evaluation import Evaluation
from koopopt.linear import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Shares of the plans, between 0 and 1; S services, n municipalities.

    Attributes
    ----------
    pooled : (S, n)
        In which the municipality pools the service.
    together : (S, n, n)
        In which two are in one partnership of the service; 0 on the diagonal.
    """

    pooled: Floats
    together: Floats


def of(plans: Sequence[Evaluation]) -> Shares:
    """Count over at least one plan of one problem."""
    facts = plans[0].problem.facts
    size = (len(facts.services), facts.n)
    pooled, together = np.zeros(size), np.zeros((*size, facts.n))
    for evaluation in plans:
        for p in evaluation.plan.pooled:
            s, who = facts.service_index[p.service], facts.members(p)
            pooled[s, who] += 1
            together[s][np.ix_(who, who)] += 1
    for part in together:
        np.fill_diagonal(part, 0.0)
    return Shares(pooled / len(plans), together / len(plans))


def order(together: Floats) -> Ints:
    """Return an order of municipalities in which those that often pool stand side by side.

    Those that no plan connects are parted first, the largest group in front. Within a group it is
    the order of the Fiedler vector of the graph weighted by the shares of all services (Atkins,
    Boman and Hendrickson 1998, "A spectral algorithm for seriation and the consecutive ones
    problem").
    """
    weight = together.sum(axis=0)
    return np.concatenate([who[_seriation(weight[np.ix_(who, who)])] for who in _groups(weight)])


def _groups(weight: Floats) -> list[Ints]:
    """Return the connected components, the largest first."""
    linked = (weight > 0) | np.eye(len(weight), dtype=bool)
    label, least = np.full(len(weight), -1), np.arange(len(weight))
    while not np.array_equal(label, least):  # each takes the least label that it is linked to
        label = least
        least = np.where(linked, label, len(label)).min(axis=1)
    return sorted((np.flatnonzero(label == k) for k in np.unique(label)), key=len, reverse=True)


def _seriation(weight: Floats) -> Ints:
    """Return the order of the Fiedler vector of a connected graph."""
    if len(weight) < 3:
        return np.arange(len(weight))
    laplacian = np.diag(weight.sum(axis=1)) - weight
    vector = np.linalg.eigh(laplacian)[1][:, 1]
    return np.argsort(vector * (1 if vector[0] <= 0 else -1), kind="stable")
