"""Who pays what of a plan, and what there is to say of it: who loses, who would leave, the core.

Shares and claims are those of `koopopt.sharing.allocation`; here they become sentences, the same
for a page, a workbook, a notebook and a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from koopopt.case.facts import euros
from koopopt.case.plan import Plan
from koopopt.games.core import Core
from koopopt.games.game import MOST_PLAYERS
from koopopt.problem import Problem
from koopopt.sharing.allocation import Allocation, Payment, allocations
from koopopt.sharing.keys import KEYS, Key
from koopopt.text import T, Text, listed

MOST_GROUPS: Final = 3
"""Groups that would leave which are named."""
MOST_OBJECTING: Final = 6
"""Groups that are named of those of which one objects to any shares."""

Name = Callable[[str], str]


def of(problem: Problem, plan: Plan) -> list[Allocation]:
    """Return who pays what of each pooled partnership, under every key that needs no more data."""
    return allocations(problem, plan, list(map(Key, KEYS)))


def against(payment: Payment, reference: Sequence[int] | None) -> tuple[int | None, ...]:
    """Return what each member pays more than a reference, offices apart; None where unknown."""
    if reference is None:
        return (None,) * len(payment.cents)
    return payment.losses(reference)


def sentences(a: Allocation, payment: Payment, name: Name) -> Iterator[Text]:
    """Yield who pays more than today and than alone under a key, and who would leave.

    Parameters
    ----------
    a : Allocation
    payment : Payment
        One of its payments.
    name : function
        What a municipality is called, given its id.
    """
    if payment.today is None:
        yield T("Who pays more than today is not known.")
    elif losers := _losers(a, payment.losses(payment.today), name):
        yield T("More than today pay: {names}.", names=listed(losers))
    else:
        yield T("Nobody pays more than today.")
    if losers := _losers(a, payment.losses(a.alone), name):
        yield T("More than alone pay: {names}.", names=listed(losers))
    else:
        yield T("Nobody pays more than alone.")
    yield leaving(payment, name)


def _losers(a: Allocation, losses: Sequence[int], name: Name) -> list[Text]:
    """Return who loses and how much, who loses most first."""
    order = sorted(range(len(losses)), key=lambda k: -losses[k])
    return [
        T("{name} ({more} EUR a year)", name=name(a.members[k]), more=amount(losses[k]))
        for k in order
        if losses[k] > 0
    ]


def leaving(payment: Payment, name: Name) -> Text:
    """Return which groups would pay less without the others under a key."""
    groups = [
        T("{members} (by {gain} EUR a year)", members=together(group.members, name),
          gain=amount(group.gain))
        for group in payment.blocking[:MOST_GROUPS]
    ]  # fmt: skip
    if not groups:
        if payment.excess is None:
            return T("Whether a group would pay less without the others is not known.")
        if payment.excess <= 0:
            return T("No group would pay less without the others.")
        return T("Some group would pay {gain} EUR a year less without the others.",
                 gain=amount(payment.excess))  # fmt: skip
    named = separated(groups)
    if payment.groups is not None and payment.groups > len(groups):
        return T("{count} groups would pay less without the others, most of all: {groups}.",
                 count=payment.groups, groups=named)  # fmt: skip
    return T("Would pay less without the others: {groups}.", groups=named)


def core_said(core: Core, name: Name, said: Callable[[Fraction], Text]) -> Iterator[Text]:
    """Yield what is known of a core; `said` puts an amount into words."""
    if core.empty is None:
        yield T("Whether there are shares with which no group is better off without the others is"
                " not known: no proof was found, or there are too many partnerships to"
                " ask.")  # fmt: skip
    elif core.empty:
        yield T("Under any shares some group is better off without the others.")
        if core.excess is not None and core.objecting:
            groups = separated([together(g, name) for g in core.objecting[:MOST_OBJECTING]],
                               more=len(core.objecting) > MOST_OBJECTING)  # fmt: skip
            yield T("However it is shared, one of these is so by {amount} or more: {groups}.",
                    amount=said(core.excess), groups=groups)  # fmt: skip
        if core.subsidy is not None:
            yield T("With {amount} from outside there would be shares with which none is.",
                    amount=said(core.subsidy))  # fmt: skip
    elif core.excess is None or not core.excess:
        yield T("There are shares with which no group is better off without the others.")
    else:
        yield T("There are shares with which every group would be worse off without the others,"
                " by {amount} or more.", amount=said(-core.excess))  # fmt: skip


def left_out(a: Allocation) -> Iterator[Text]:
    """Yield which keys are left out, if any."""
    if a.left_out:
        left = listed([key.title for key in a.left_out])
        yield T(
            "Not worked out for more than {most} members: {keys}.", most=MOST_PLAYERS, keys=left
        )


def irrational(a: Allocation) -> Iterator[Text]:
    """Yield that under any shares somebody pays more than alone, if that is so."""
    if not a.rational:
        yield T("All alone would pay less together than this partnership costs: under any shares"
                " some member pays more than alone.")  # fmt: skip


def whole(a: Allocation, name: Name) -> Iterator[Text]:
    """Yield what holds of a partnership under any key."""
    yield from core_said(a.core, name, lambda cents: T("{amount} EUR a year", amount=amount(cents)))
    yield from left_out(a)
    yield from irrational(a)


def amount(cents: Fraction | int) -> float:
    """Return EUR, to the cent."""
    return round(euros(cents), 2)


def together(members: Sequence[str], name: Name) -> Text:
    """Return the members of a group, joined by plus signs."""
    named = {f"m{k}": name(i) for k, i in enumerate(members)}
    return Text(" + ".join(f"{{{key}}}" for key in named), named)


def separated(parts: Sequence[Text], *, more: bool = False) -> Text:
    """Return texts with semicolons between them, and dots behind them where there are more."""
    named = {f"p{k}": part for k, part in enumerate(parts)}
    return Text("; ".join(f"{{{key}}}" for key in named) + " …" * more, named)
