"""What a partnership costs, by the words of docs/semantics.md, in fractions."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction


def cost_of(problem, service, ids, demand, form, granted=True) -> Fraction:
    """Return EUR a year of members of one demand each in a legal form, offices and sites apart."""
    if form == "alone":
        given = problem.instance.alone_cost.get((ids[0], service.id))
        return _curve(service.cost, demand[ids[0]]) if given is None else Fraction(str(given))
    f = next(f for f in problem.instance.legal_forms if f.id == form)
    size = len(ids)
    amounts = f.grant.amounts if f.grant else {}
    reached = [int(key[:-1]) for key in amounts if key.endswith("+") and int(key[:-1]) <= size]
    grant = amounts.get(str(size), amounts[f"{max(reached)}+"] if reached else 0.0)
    a_year = Fraction(str(grant)) / Fraction(str(f.grant.years)) if f.grant and granted else 0
    curve = _curve(service.cost, sum(demand.values()))
    extra = Fraction(str(f.cost_per_extra_member)) * (size - 1)
    pairs = Fraction(str(f.cost_per_pair)) * sum(range(size))
    once = _a_year_for_founding(problem.instance, f, service, size)
    return Fraction(str(f.fixed_cost)) + extra + pairs + curve - a_year + once


def _a_year_for_founding(instance, form, service, size) -> Fraction:
    """Return the equal payments at the ends of years that are worth what founding costs today."""
    if instance.horizon is None:
        return Fraction(0)
    once = sum(
        Fraction(str(of.one_off)) + size * Fraction(str(of.one_off_per_member))
        for of in (form, service)
    )
    rate = 1 + Fraction(str(instance.horizon.discount))
    return once / sum(1 / rate**year for year in range(1, instance.horizon.years + 1))


def _curve(cost, demand: Fraction) -> Fraction:
    if cost.kind == "power":
        flat = None if cost.flat_above is None else Fraction(str(cost.flat_above))
        at = demand if flat is None else min(demand, flat)
        with localcontext() as context:
            context.prec = 50
            base = Decimal(at.numerator) / Decimal(at.denominator)
            power = Fraction(base ** Decimal(str(cost.elasticity))) if base else Fraction(0)
        value = Fraction(str(cost.scale)) * power
        return value * demand / flat if flat is not None and demand > flat else value
    tiers = [t for t in cost.tiers if t.up_to is None or demand <= Fraction(str(t.up_to))]
    return min(Fraction(str(t.fixed)) + Fraction(str(t.per_unit)) * demand for t in tiers)
