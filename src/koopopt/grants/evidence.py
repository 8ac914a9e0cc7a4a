"""What an application asks for: criteria, comparison, cash flow, amounts, what is missing.

One `Evidence` a pooled partnership. The cash flow is of the amounts of the comparison, the same
every year: nobody knows here how cost and inhabitants change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.exact import CENTS_PER_EURO, fraction
from koopopt.grants.costs import Comparison, Costs
from koopopt.grants.criteria import Given, Judged, Verdict, judged, overall
from koopopt.grants.programme import Amount, GrantProgramme
from koopopt.grants.split import Split
from koopopt.problem import Problem
from koopopt.sharing.keys import Key
from koopopt.text import T, Text

FLOW_YEARS: Final = 5
"""Years of a cash flow; more where the programme asks for a longer life."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """The most that a programme grants in one case, once.

    Attributes
    ----------
    amount : Amount
    most : int or None
        Cents; None where the programme says nothing of so many members.
    capped : int or None
        The same, but no more than the programme's part of the one-off cost; None where that is
        not known, or no part is said.
    """

    amount: Amount
    most: int | None
    capped: int | None


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the cash flow, in cents; None is what is not known.

    Attributes
    ----------
    number : int
        From 1.
    previous, joint : int
        What would be paid as before, and what is paid together, without grant and one-off cost.
    one_off, grant : int or None
        Once, in the first year.
    balance : int
        Saved since the beginning, without the grant, less the one-off cost where it is known.
    granted_balance : int or None
        The same with the grant.
    """

    number: int
    previous: int
    joint: int
    one_off: int | None
    grant: int | None
    balance: int
    granted_balance: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pooled partnership before a programme.

    Attributes
    ----------
    comparison : Comparison
    criteria : tuple of Judged
    verdict : Verdict
    eligible : tuple of Eligible
        One for each amount that the programme names.
    grant : int or None
        What the cash flow counts as grant, once, in cents.
    grant_from : Text
        Where that is from.
    flow : tuple of Year
    split : mapping municipality id -> Split
        Previous personnel and material cost, as far as a table gives it.
    missing : tuple of Text or title by language
        What an application needs and is not here.
    later : tuple of titles by language
        What is due after it.
    """

    comparison: Comparison
    criteria: tuple[Judged, ...]
    verdict: Verdict
    eligible: tuple[Eligible, ...]
    grant: int | None
    grant_from: Text
    flow: tuple[Year, ...]
    split: Mapping[str, Split]
    missing: tuple[Text | Mapping[str, str], ...]
    later: tuple[Mapping[str, str], ...]

    @property
    def partnership(self) -> Partnership:
        """The partnership."""
        return self.comparison.partnership


def evidence(
    problem: Problem,
    plan: Plan,
    programme: GrantProgramme,
    key: Key,
    given: Given | None = None,
    split: Mapping[tuple[str, str], Split] | None = None,
) -> list[Evidence]:
    """Return the evidence of each pooled partnership of a plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Well formed, as the evaluator says.
    programme : GrantProgramme
    key : Key
        By which members share; one of a fixed weight.
    given : Given, optional
    split : mapping (municipality id, service id) -> Split, optional

    Raises
    ------
    UsageError
        For a key that asks what parts of the members would pay by themselves.
    """
    problem = problem.plain
    given = given or Given()
    costs = Costs(problem, plan, key, founded=given.one_off is None)
    return [
        _evidence(problem, programme, costs.compare(p), given, split or {}) for p in plan.pooled
    ]


def _evidence(
    problem: Problem,
    programme: GrantProgramme,
    c: Comparison,
    given: Given,
    split: Mapping[tuple[str, str], Split],
) -> Evidence:
    criteria = judged(problem, programme, c, given)
    eligible = tuple(_eligible(a, len(c.members), given) for a in programme.amount)
    grant, origin = _grant(problem.facts, c.partnership, eligible)
    own = {
        i: split[i, c.partnership.service] for i in c.members if (i, c.partnership.service) in split
    }
    return Evidence(
        comparison=c,
        criteria=criteria,
        verdict=overall(criteria),
        eligible=eligible,
        grant=grant,
        grant_from=origin,
        flow=tuple(_flow(programme, c, grant, given.one_off)),
        split=own,
        missing=tuple(_missing(problem.facts, programme, c, given, own)),
        later=tuple(e.title for e in programme.evidence if e.when == "later"),
    )


def _eligible(amount: Amount, members: int, given: Given) -> Eligible:
    most = amount.cents(members)
    capped = None
    if most is not None and amount.most_percent is not None and given.one_off is not None:
        part = fraction(amount.most_percent) / 100
        capped = min(most, floor(Fraction(given.one_off) * part))
    return Eligible(amount, most, capped)


def _grant(facts: Facts, p: Partnership, eligible: tuple[Eligible, ...]) -> tuple[int | None, Text]:
    """Return what a cash flow counts as grant, once, in cents, and where that is from."""
    known = [e.most if e.capped is None else e.capped for e in eligible if e.most is not None]
    if len(known) > 1:
        return min(known), T("the smallest of the largest amounts that the programme names")
    if known:
        return known[0], T("the largest amount that the programme names")
    form = facts.form(p)
    if form is not None and form.grant is not None:
        once = form.grant.a_year(len(facts.members(p))) * fraction(form.grant.years)
        if once:
            return round(once * CENTS_PER_EURO), T("as the legal form in the cost model has it")
    return None, T("not known")


def _flow(
    programme: GrantProgramme, c: Comparison, grant: int | None, one_off: int | None
) -> Iterator[Year]:
    asked = programme.years.least if programme.years else 0
    previous, joint = sum(c.previous), sum(c.shares)
    balance = -(one_off or 0)
    for number in range(1, max(FLOW_YEARS, asked) + 1):
        balance += previous - joint
        first = number == 1
        yield Year(
            number, previous, joint, one_off if first else 0, grant if first else 0, balance,
            None if grant is None else balance + grant,
        )  # fmt: skip


def _missing(
    facts: Facts,
    programme: GrantProgramme,
    c: Comparison,
    given: Given,
    split: Mapping[str, Split],
) -> Iterator[Text | Mapping[str, str]]:
    """Yield what is not here: documents, then figures."""
    for proof in programme.evidence:
        if proof.kind == "document" and proof.when == "application":
            yield proof.title
    modelled = [
        i
        for i, today in zip(c.members, c.pooled_today, strict=True)
        if today or (i, c.partnership.service) not in facts.instance.alone_cost
    ]
    if modelled:
        yield T("Real previous cost, for {count} of {all} members: the model supposes it.",
                count=len(modelled), all=len(c.members))  # fmt: skip
    if without := [i for i in c.members if i not in split]:
        yield T("Previous personnel and material cost, each by itself, of {count} of {all} members:"
                " --split gives it.", count=len(without), all=len(c.members))  # fmt: skip
    yield T("Expected personnel and material cost of the partnership, each by itself.")
    if given.one_off is None:
        yield T("One-off cost (setting up, IT, moving): --one-off gives it.")
    if given.years is None:
        yield T("For how long the members bind themselves: --years gives it.")
