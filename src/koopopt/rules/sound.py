"""Whether what the rules of plug-ins leave in `Conditions` is such as formulations count on."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from koopopt.case.facts import Facts
from koopopt.criteria import CRITERIA
from koopopt.rules.base import Conditions, PlanConditions


def check_conditions(facts: Facts, conditions: Conditions) -> None:
    """Raise `ValueError` where an array has another shape or type, or numbers that say nothing."""
    n = facts.n
    _check_array("alone", conditions.alone, bool, (n,))
    _check_array("pool", conditions.pool, bool, (n,))
    _check_array("pair", conditions.pair, bool, (n, facts.places))
    _check_array("apart", conditions.apart, bool, (n, n))
    _check_array("forms", conditions.forms, bool, (len(facts.instance.legal_forms),))
    if not np.array_equal(conditions.apart, conditions.apart.T):
        raise ValueError("conditions.apart is not symmetric")
    for group in conditions.groups:
        _check_array("groups", group, np.integer, np.shape(group))
        if group.ndim != 1 or not np.isin(group, np.arange(n)).all():
            raise ValueError("conditions.groups holds what are no numbers of municipalities")
    for weighed in conditions.ranges:
        _check_array("ranges", weighed.weight, np.number, (n,))
        if not np.isfinite(weighed.weight).all() or np.isnan([weighed.low, weighed.high]).any():
            raise ValueError("conditions.ranges holds a number that is not finite")
    for limited in conditions.capacities:
        _check_array("capacities", limited.weight, np.number, (n,))
        _check_array("capacities", limited.high, np.number, (facts.places,))
        if not np.isfinite(limited.weight).all() or np.isnan(limited.high).any():
            raise ValueError("conditions.capacities holds a number that is not finite")
    for labelled in conditions.distinct:
        _check_array("distinct", labelled.label, np.integer, (n,))
    for losers in conditions.no_losers:
        _check_array("no_losers", losers.share, np.number, (n,))
        if not np.isfinite([*losers.share, losers.tolerance]).all():
            raise ValueError("conditions.no_losers holds a number that is not finite")
    for saving in conditions.savings:
        if not isinstance(saving.kept, (int, Fraction)):
            raise ValueError(f"conditions.savings holds {saving.kept!r}, not a fraction")


def check_plan_conditions(facts: Facts, conditions: PlanConditions) -> None:
    """Raise `ValueError` where a number is none, or a name unknown."""
    for name in ("max_pooled", "max_memberships", "max_hosted", "max_partner_seats"):
        if not isinstance(most := getattr(conditions, name), (int, np.integer, type(None))):
            raise ValueError(f"conditions.{name} is {most!r}, not a whole number")
    for count in conditions.counts:
        if count.service is not None and count.service not in range(len(facts.services)):
            raise ValueError(f"conditions.counts names the service {count.service!r}")
        if np.isnan([count.low, count.high]).any():
            raise ValueError("conditions.counts holds a number that is none")
    for name, most in conditions.limits.items():
        if name not in CRITERIA or not isinstance(most, (int, np.integer)):
            raise ValueError(f"conditions.limits holds {name!r}: {most!r}")


def _check_array(name: str, array: object, kind: type, shape: tuple[int, ...]) -> None:
    if not isinstance(array, np.ndarray) or not np.issubdtype(array.dtype, kind):
        raise ValueError(f"conditions.{name} is no array of {kind.__name__}")
    if array.shape != shape:
        raise ValueError(f"conditions.{name} has the shape {array.shape}, not {shape}")
