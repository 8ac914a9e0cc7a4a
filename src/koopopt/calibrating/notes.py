"""What is doubtful about accounts, beyond how they are written; and faults of those from memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from koopopt.calibrating.accounts import Account
from koopopt.case.instance import Instance
from koopopt.case.library import ServiceModel
from koopopt.case.made import MAX_UNITS
from koopopt.errors import Fault, some
from koopopt.language.hints import Names
from koopopt.text import T


def notes_of(
    instance: Instance, service: ServiceModel, source: str, accounts: Sequence[Account]
) -> Iterator[Fault]:
    """Yield what a planner should look at before the curve is used."""
    names = {town.id: town.name for town in instance.municipalities}
    pooled = {
        town
        for partnership in instance.status_quo
        if partnership.service == service.id and len(partnership.members) > 1
        for town in partnership.members
    }
    if theirs := [names[a.municipality] for a in accounts if a.municipality in pooled]:
        yield Fault(
            source,
            T("Today in a partnership for this service: {names}. Their accounts may be shares of"
              " what a larger body costs.", names=some(theirs)),
            T("Leave them out where that is so."),
        )  # fmt: skip
    own = [names[town] for town, of in instance.alone_cost if of == service.id]
    if own:
        yield Fault(
            source,
            T("The instance gives the cost of staying alone for {names}: that wins over the"
              " curve.", names=some(own)),
            T("Correct it there as well (alone_cost)."),
        )  # fmt: skip


def account_faults(accounts: Sequence[Account], demand: Mapping[str, float]) -> Iterator[Fault]:
    """Yield everything wrong with accounts made in memory; `demand` is that of the instance."""
    known, seen = Names(demand), set[str]()
    if not accounts:
        yield Fault("Account", T("There are no accounts."), T("Add a row for each municipality."))
    for account in accounts:
        town, place = account.municipality, f'["{account.municipality}"]'
        if town not in known:
            rule = T("There is no {what} of this name in the instance.", what=T("municipality"))
            yield Fault("Account", rule, known.remedy(town), column=f"{place}.municipality")
            continue
        if town in seen:
            yield Fault("Account", T("The id stands twice."), T("Delete one of the two."),
                        column=f"{place}.municipality")  # fmt: skip
        seen.add(town)
        units = demand[town] if account.demand is None else account.demand
        for name, value in (("cost", account.cost), ("demand", units)):
            if not 0 < value <= MAX_UNITS:  # no number at all is none of these
                rule = T("The number must be greater than {low} and at most {high}.",
                         low=0, high=MAX_UNITS)  # fmt: skip
                yield Fault("Account", rule, T("Correct the value."), column=f"{place}.{name}",
                            value=str(value))  # fmt: skip
