"""From members and seats to partnerships: each takes the cheapest legal form open to it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from koopopt.case import sites
from koopopt.case.facts import TOLERANCE, Facts
from koopopt.case.library import ALONE_FORM, LegalForm
from koopopt.case.plan import Partnership
from koopopt.linear import Ints
from koopopt.rules import Conditions


def partnership(
    facts: Facts, conditions: Conditions, service: int, who: Ints, seat: int
) -> Partnership:
    """Return the partnership of these members in its cheapest form.

    Where no form is open to them it gets one that is not: the evaluator will say so.
    """
    form = ALONE_FORM
    if len(who) > 1:
        number = cheapest(facts, conditions, service, who, seat)
        form = facts.instance.legal_forms[number or 0].id
    return sites.partnership(facts, service, who.tolist(), seat, form)


def cheapest(
    facts: Facts, conditions: Conditions, service: int, who: Ints, seat: int
) -> int | None:
    """Return the number of the cheapest legal form open to these members, None without any.

    A site may be one of them, and counts for nothing.
    """
    who = who[who < facts.towns]
    best: int | None = None
    least: Fraction | float = np.inf
    for number, form in enumerate(facts.instance.legal_forms):
        cost = facts.paid(service, form, len(who))
        if not conditions.forms[number] or cost >= least or not _open_to(facts, form, who):
            continue
        if _saves(facts, conditions, service, who, seat, form):
            best, least = number, cost
    return best


def _saves(
    facts: Facts, conditions: Conditions, service: int, who: Ints, seat: int, form: LegalForm
) -> bool:
    """Whether these members save as much in a form as they must."""
    if not conditions.savings:
        return True
    alone = int(facts.alone_cents[service, who].sum())
    p = sites.partnership(facts, service, who.tolist(), seat, form.id)
    return all(
        facts.cents(p, granted=saving.granted) <= saving.kept * alone
        for saving in conditions.savings
    )


def _open_to(facts: Facts, form: LegalForm, who: Ints) -> bool:
    if not form.fits(len(who), at_site=True):
        return False
    if form.same_county and np.ptp(facts.county[who]):
        return False
    if form.same_state and np.ptp(facts.state[who]):
        return False
    if form.votes is None or len(who) < 3:
        return True
    votes = form.votes.of(facts.population[who])
    return bool(votes.max() <= form.votes.max_share * votes.sum() + TOLERANCE)
