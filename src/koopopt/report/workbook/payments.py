"""The sheets of who pays what: keys side by side, each key in detail, and who would leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from koopopt.case.facts import euros
from koopopt.report.values import paying
from koopopt.report.values.decision import Decision
from koopopt.report.workbook.sheet import (
    CENTS_FORMAT,
    CHANGE_CENTS_FORMAT,
    ID_COLUMN,
    MUNICIPALITY_COLUMN,
    WHOLE_FORMAT,
    ReportSheet,
    SheetColumn,
    SheetValue,
)
from koopopt.sharing.allocation import Allocation, Payment
from koopopt.sharing.keys import KEYS, Key
from koopopt.text import T, Text, listed, with_unit

_YEARLY = T("EUR a year")
_WHICH = (SheetColumn(T("Service")), SheetColumn(T("Partnership")))
_WHO = (*_WHICH, ID_COLUMN, MUNICIPALITY_COLUMN)
_KEY = SheetColumn(T("Costs shared"))
_ALONE = SheetColumn(with_unit(T("alone"), _YEARLY), CENTS_FORMAT)
_NOT_KNOWN = T("not known")


class PaymentSheets:
    """Makes the sheets from the allocations of the chosen plan."""

    def __init__(self, decision: Decision) -> None:
        self.found = decision.payments
        self.facts = decision.problem.facts
        plan = decision.plan.plan
        self.numbers = {
            p: f"{service.id}-{number}"  # as in plan.csv
            for service in self.facts.services
            for number, p in enumerate(plan.of(service.id), 1)
        }

    def _which(self, a: Allocation) -> tuple[Any, Any]:
        service = self.facts.services[self.facts.service_index[a.partnership.service]]
        return service.title, self.numbers[a.partnership]

    def _members(self, a: Allocation) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for k, id_ in enumerate(a.members):
            yield k, (*self._which(a), id_, self.facts.seat_name(id_))

    def shares(self) -> ReportSheet:
        """Return one row a member: what it pays under each key, and where that is more."""
        columns = (
            *_WHO,
            _ALONE,
            *(SheetColumn(with_unit(Key(name).title, _YEARLY), CENTS_FORMAT) for name in KEYS),
            SheetColumn(T("Pays more than today if shared")),
            SheetColumn(T("Pays more than alone if shared")),
        )
        rows = [
            (
                *who,
                euros(a.alone[k]),
                *(euros(a.payments[n].cents[k]) if n in a.payments else None for n in KEYS),
                _under(a, k, today=True),
                _under(a, k, today=False),
            )
            for a in self.found
            for k, who in self._members(a)
        ]
        return ReportSheet(T("Who pays what"), columns, tuple(rows), fixed=4)

    def keys(self) -> ReportSheet:
        """Return one row a member and key, with today, the office, and the differences."""
        plain = (T("today"), T("pays"), T("of the office besides"))
        differences = (T("difference to alone"), T("difference to today"))
        columns = (
            *_WHO,
            _KEY,
            _ALONE,
            *(SheetColumn(with_unit(title, _YEARLY), CENTS_FORMAT) for title in plain),
            *(SheetColumn(with_unit(title, _YEARLY), CHANGE_CENTS_FORMAT) for title in differences),
            SheetColumn(T("Against today")),
        )
        rows = [
            (*who, payment.key.title, euros(a.alone[k]), *_amounts(a, payment, k))
            for a in self.found
            for payment in a.payments.values()
            for k, who in self._members(a)
        ]
        return ReportSheet(T("Keys in detail"), columns, tuple(rows), fixed=5)

    def leaving(self) -> ReportSheet:
        """Return one row a partnership and key: who loses and who would leave; then the core."""
        columns = (
            *_WHICH,
            _KEY,
            SheetColumn(T("Groups that would pay less without the others"), WHOLE_FORMAT),
            SheetColumn(with_unit(T("at most by"), _YEARLY), CENTS_FORMAT),
            SheetColumn(T("To be known")),
        )
        return ReportSheet(T("Who would leave"), columns, tuple(self._leaving()), fixed=3)

    def _leaving(self) -> Iterator[tuple[Any, ...]]:
        for a in self.found:
            for payment in a.payments.values():
                said = _lines(paying.sentences(a, payment, self.facts.seat_name))
                most = None if payment.excess is None else euros(payment.excess)
                yield (*self._which(a), payment.key.title, payment.groups, most, said)
            said = _lines(paying.whole(a, self.facts.seat_name))
            yield (*self._which(a), T("any key"), None, None, said)


def _under(a: Allocation, k: int, *, today: bool) -> Any:
    """Return under which keys a member pays more than today, or than alone, in words."""
    more = [
        payment.key.title
        for payment in a.payments.values()
        if ((paying.against(payment, payment.today if today else a.alone)[k]) or 0) > 0
    ]
    if more:
        return SheetValue(listed(more), marked=True)
    unknown = today and any(payment.today is None for payment in a.payments.values())
    return _NOT_KNOWN if unknown else T("under no key")


def _amounts(a: Allocation, payment: Payment, k: int) -> tuple[Any, ...]:
    """Return today, share, office, both differences, and in words which of them is more."""
    paid, more = payment.cents[k], paying.against(payment, payment.today)[k]
    word: Any = _NOT_KNOWN
    if more is not None:
        word = SheetValue(T("pays more"), marked=True) if more > 0 else T("pays less")
        word = word if more else T("pays the same")
    now = None if more is None else euros(paid - more)
    change = None if more is None else euros(more)
    return now, euros(paid), euros(payment.office[k]), euros(paid - a.alone[k]), change, word


def _lines(said: Iterator[Text]) -> Text:
    """Return sentences below each other."""
    named = {f"s{k}": sentence for k, sentence in enumerate(said)}
    return Text("\n".join(f"{{{key}}}" for key in named), named)
