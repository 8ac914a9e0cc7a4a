"""What is paid once, over years: the horizon of an instance, annuities, discounting.

One-off costs (setting up, IT, moving) are paid in the year in which a partnership is founded. In
the criterion cost, which is EUR a year, they count as the annuity that repays them in the years of
the horizon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le
from pydantic import ConfigDict

from koopopt.case.library import STRICT, LegalForm, ServiceModel, Sourced
from koopopt.errors import Fault
from koopopt.exact import fraction
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.case.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon(Sourced):
    """Years over which one-off costs are spread, and the rate of interest: `[horizon]`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    years: Annotated[int, Ge(1), Le(100)]
    """Years within which what is paid once has to be repaid."""
    discount: Annotated[float, Ge(0), Le(1)] = 0.0
    """Rate of interest a year: 0.02 are two per cent."""

    @property
    def a_year(self) -> Fraction:
        """EUR a year, at the end of each, that repay 1 EUR paid at the beginning."""
        return annuity(Fraction(1), self.years, fraction(self.discount))


def annuity(once: Fraction, years: int, rate: Fraction) -> Fraction:
    """Return what repays an amount in equal parts at the ends of years: c r / (1 - (1 + r)^-n).

    The annuity-immediate of financial mathematics; c / n where the rate is 0. Exact.

    Examples
    --------
    >>> annuity(Fraction(1000), 10, Fraction(0))
    Fraction(100, 1)
    >>> annuity(Fraction(1050), 1, Fraction(1, 20))
    Fraction(2205, 2)
    """
    if not rate:
        return once / years
    return once * rate / (1 - (1 + rate) ** -years)


def discounted(cents: int, year: int, rate: Fraction) -> int:
    """Return what an amount at the end of a year is worth today, in whole cents, half to even."""
    if not rate:
        return cents
    above, below = _growth(year, rate)
    whole, left = divmod(cents * below, above)
    return whole + (2 * left > above or (2 * left == above and whole % 2 == 1))


@lru_cache(maxsize=1024)
def _growth(year: int, rate: Fraction) -> tuple[int, int]:
    """Return numerator and denominator of what 1 EUR has become at the end of a year."""
    return ((1 + rate) ** year).as_integer_ratio()


def once(form: LegalForm | None, service: ServiceModel, members: int) -> Fraction:
    """Return EUR that founding costs once: what the legal form and the service ask together."""
    parts = (service,) if form is None else (form, service)
    asked = (p for p in parts if p.one_off or p.one_off_per_member)  # most ask nothing
    paid = (fraction(p.one_off) + fraction(p.one_off_per_member) * members for p in asked)
    return sum(paid, Fraction(0))


def form_costs(
    forms: Sequence[LegalForm], services: Sequence[ServiceModel], most: int, a_year: Fraction
) -> list[list[list[Fraction]]]:
    """Return EUR a year by service, form and number of members, 0 to `most`.

    Of the form, less its grant, and of what founding costs once, 1 EUR of which is `a_year`.
    """
    sizes = range(1, most + 1)
    own = [[f.exact(size) for size in sizes] for f in forms]  # the same in all services

    def row(service: ServiceModel, form: LegalForm, exact: list[Fraction]) -> list[Fraction]:
        if not a_year:
            return [Fraction(0), *exact]
        founding = (a_year * once(form, service, size) for size in sizes)
        return [Fraction(0), *map(add, exact, founding)]

    return [[row(s, f, exact) for f, exact in zip(forms, own, strict=True)] for s in services]


def horizon_faults(instance: Instance) -> Iterator[Fault]:
    """Yield the one-off costs of an instance that does not say within how many years they count."""
    if instance.horizon is not None:
        return
    for model in founded_once(instance):
        key = "one_off" if model.one_off else "one_off_per_member"
        yield Fault(
            "Instance",
            T("{id} has one-off costs, but nothing says within how many years they are to be"
              " repaid.", id=repr(model.id)),
            T("Add the table [horizon] with, say, years = 10 and discount = 0.02, or leave out"
              " the one-off costs."),
            column="horizon",
            value=f"{key} = {getattr(model, key):g}",
        )  # fmt: skip


def founded_once(instance: Instance) -> Iterator[LegalForm | ServiceModel]:
    """Yield the legal forms and services with which founding costs something once."""
    models: tuple[LegalForm | ServiceModel, ...] = (*instance.legal_forms, *instance.services)
    return (model for model in models if model.one_off or model.one_off_per_member)
