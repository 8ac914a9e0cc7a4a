"""On what terms members pool: the legal form, and what each one pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import MinLen

from koopopt.case.facts import Facts, at_most
from koopopt.case.library import NonNegative
from koopopt.case.plan import Partnership
from koopopt.linear import Floats
from koopopt.rules.base import Conditions, Ids, NoLosers, PartnershipRule, names
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
