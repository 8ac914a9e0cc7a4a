"""A criterion: how many inhabitants have a long way to the seat."""

from __future__ import annotations

from koopopt.case.facts import Facts
from koopopt.criteria import Criterion
from koopopt.linear import Floats
from koopopt.text import T

LONG = 10.0
"""Minutes."""


def _far(facts: Facts, service: int) -> Floats:
    """Return (n, m): what member i at seat h, a municipality or a site, adds."""
    return facts.population[:, None] * (facts.minutes > LONG)


FAR = Criterion("far", T("long ways"), T("inhabitants over 10 minutes away"), 1.0, pair=_far)
