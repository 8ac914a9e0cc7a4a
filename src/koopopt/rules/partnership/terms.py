"""On what terms members pool: the legal form, what each one pays, what all save together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import MinLen

from koopopt.case.facts import Facts, at_most, euros
from koopopt.case.library import NonNegative, Share
from koopopt.case.plan import Partnership
from koopopt.exact import fraction
from koopopt.linear import Floats
from koopopt.rules.base import Conditions, Ids, NoLosers, PartnershipRule, Saving, names
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class LegalForms(PartnershipRule):
    """Only these legal forms may be taken (one id prescribes it)."""

    summary: ClassVar[str] = "the legal form is one of these ids"
    legal_forms: Annotated[Ids, MinLen(1)]

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        wanted = [f.id in self.legal_forms for f in facts.instance.legal_forms]
        conditions.forms &= np.array(wanted, bool)

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if partnership.pooled and partnership.legal_form not in self.legal_forms:
            yield T(
                "Its legal form is {form}, allowed are {allowed}.",
                form=partnership.legal_form,
                allowed=", ".join(self.legal_forms),
            )


@dataclass(frozen=True, slots=True)
class NoLosersRule(PartnershipRule):
    """With the cost shared by a key nobody pays more than alone (plus a tolerance)."""

    summary: ClassVar[str] = (
        "with the partnership's cost (without the office) shared by demand, population or equally,"
        " no member pays more than (1 + `tolerance`) × its cost alone"
    )
    no_losers: Literal["demand", "population", "equal"]
    tolerance: NonNegative = 0.0

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.no_losers.append(NoLosers(self._key(facts, service), self.tolerance))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled:
            return
        service, who = facts.service_index[partnership.service], facts.members(partnership)
        key = self._key(facts, service)[who]
        if key.sum() <= 0:
            return
        pays = facts.cost(partnership) * key / key.sum()
        allowed = (1 + self.tolerance) * facts.alone_cost[service, who]
        for member, share, limit in zip(partnership.members, pays, allowed, strict=True):
            if not at_most(float(share), float(limit)):
                yield T(
                    "{name} pays {share} EUR a year, alone (with tolerance) {limit}.",
                    name=names(facts, [member]),
                    share=round(float(share), 2),
                    limit=round(float(limit), 2),
                )

    def _key(self, facts: Facts, service: int) -> Floats:
        if self.no_losers == "demand":
            return np.asarray(facts.demand[service])
        if self.no_losers == "population":
            return facts.population
        return np.ones(facts.n)


@dataclass(frozen=True, slots=True)
class MinSaving(PartnershipRule):
    """Together members pay less than alone, by a share that who gives a grant may ask for.

    Whether it holds may depend on the legal form: those in which it does not may not be taken.
    """

    summary: ClassVar[str] = (
        "the partnership's cost (without the office) ≤ (1 − the value) × Σ cost alone of the"
        " members, to the cent; with `min_saving_without_grant = true` its cost as it would be"
        " without the grant of its legal form. A legal form in which that does not hold may not be"
        " taken"
    )
    min_saving: Share
    min_saving_without_grant: bool = False

    @property
    def kept(self) -> Fraction:
        """The share of the costs alone that a partnership may cost."""
        return 1 - fraction(self.min_saving)

    def cents(self, facts: Facts, partnership: Partnership) -> tuple[int, int]:
        """Return what the partnership costs, by this rule, and what it may cost, in cents."""
        service, who = facts.service_index[partnership.service], facts.members(partnership)
        cost = facts.cents(partnership, granted=not self.min_saving_without_grant)
        return cost, floor(self.kept * int(facts.alone_cents[service, who].sum()))

    def restrict(self, facts: Facts, service: int, conditions: Conditions) -> None:
        conditions.savings.append(Saving(self.kept, not self.min_saving_without_grant))

    def violations(self, facts: Facts, partnership: Partnership) -> Iterator[Text]:
        if not partnership.pooled:
            return
        cost, most = self.cents(facts, partnership)
        if cost > most:
            said: dict[str, Any] = {
                "cost": euros(cost),
                "most": euros(most),
                "share": float(100 * fraction(self.min_saving)),
            }
            yield (
                T("Without its grant it costs {cost} EUR a year, allowed are {most}:"
                  " {share} % less than its members alone.", **said)
                if self.min_saving_without_grant
                else T("It costs {cost} EUR a year, allowed are {most}:"
                       " {share} % less than its members alone.", **said)
            )  # fmt: skip
