"""Rules that contradict each other, found by looking at them: no plan could keep both.

Contradictions that only show against the data (a pool that is too far apart, too few inhabitants)
are looked for in `contradictions`, once the data are known to be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from koopopt.case.facts import at_most
from koopopt.case.library import LegalForm
from koopopt.errors import Fault
from koopopt.rules.base import OTHERS
from koopopt.rules.layers import Layer, active
from koopopt.text import T, Text


class Bound:
    """The rules that bind one service (or the plan), and where each key stands."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.table: dict[str, Any] = active(*(layer.table for layer in layers))
        self._layer = {key: layer for layer in layers for key in layer.table}

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a rule."""
        return self.table.get(key, default)

    def layer(self, key: str) -> Layer:
        """Return where a key stands."""
        return self._layer[key]

    def fault(self, rule: Text, key: str, other: str, value: str | None = None) -> Fault:
        """Return the fault of two keys that contradict each other."""
        mine, theirs = self._layer[key], self._layer[other]
        remedy = (
            T("Change or delete this rule.")
            if key == other
            else T("Change it or {other} in {file}.", other=theirs.place(other), file=theirs.file)
        )
        return Fault(mine.file, rule, remedy, column=mine.place(key), value=value)


def service_conflicts(bound: Bound) -> Iterator[Fault]:
    """Yield the contradictions among the (checked) rules that bind one service."""
    least, most = bound.get("min_members", 1), bound.get("max_members")
    if most is not None and least > most:
        yield bound.fault(
            T("min_members = {least} is greater than max_members = {most}.",
              least=least, most=most),
            "min_members", "max_members",
        )  # fmt: skip
    least, most = bound.get("min_population", 0), _largest(bound.get("max_population"))
    if not at_most(least, most):
        yield bound.fault(
            T("min_population = {least} is greater than max_population = {most}.",
              least=least, most=most),
            "min_population", "max_population",
        )  # fmt: skip
    yield from _groups(bound)
    alone = list(bound.get("alone", ()))
    must_pool = bound.get("forbid_alone", ())
    for town in alone:
        if must_pool is True or (must_pool and town in must_pool):
            yield bound.fault(
                T("A municipality must stay alone and must not (forbid_alone)."),
                "alone", "forbid_alone", town,
            )  # fmt: skip
    seats, places = bound.get("seats"), bound.get("central_places")
    if (seats is not None or places is not None) and not seats and not places:
        key = "seats" if seats is not None else "central_places"
        yield bound.fault(T("No municipality may be a seat."), key, key)


def _largest(value: Any) -> float:
    """Return the most that a capacity leaves to any seat."""
    if isinstance(value, Mapping):
        return max(value.values()) if OTHERS in value else inf
    return inf if value is None else float(value)


def _groups(bound: Bound) -> Iterator[Fault]:
    """Yield what contradicts `together`: pairs join into groups."""
    group: dict[str, frozenset[str]] = {}
    for a, b in bound.get("together", ()):
        joined = group.get(a, frozenset((a,))) | group.get(b, frozenset((b,)))
        group.update(dict.fromkeys(joined, joined))
    for a, b in bound.get("apart", ()):
        if b in group.get(a, ()):
            yield bound.fault(
                T("These municipalities must be together and apart."),
                "apart", "together", f"{a}, {b}",
            )  # fmt: skip
    for town in bound.get("alone", ()):
        if town in group:
            yield bound.fault(
                T("A municipality must be alone and together with others."),
                "alone", "together", town,
            )  # fmt: skip
    most = bound.get("max_members")
    for towns in set(group.values()):
        if most is not None and len(towns) > most:
            yield bound.fault(
                T("{count} municipalities must be together, but max_members = {most}.",
                  count=len(towns), most=most),
                "together", "max_members", ", ".join(sorted(towns)),
            )  # fmt: skip


def form_conflicts(
    bound: Bound, service: str, forms: Sequence[LegalForm], least: int = 2
) -> Iterator[Fault]:
    """Yield the fault that no legal form can ever be taken; a pool has `least` members at least."""
    wanted = bound.get("legal_forms")
    if wanted is None:
        return
    open_ = [form for form in forms if form.id in wanted and form.serves(service)]
    shown = ", ".join(wanted)
    if not open_:
        yield bound.fault(
            T("None of these legal forms is open to the service {service}.", service=repr(service)),
            "legal_forms", "legal_forms", shown,
        )  # fmt: skip
        return
    least, most = max(least, bound.get("min_members", least)), bound.get("max_members")
    for form in open_:
        low = max(least, form.min_members)
        ends = [end for end in (most, form.max_members) if end is not None]
        if not ends or low <= min(ends):
            return
    other = "min_members" if bound.get("min_members") is not None else "max_members"
    if bound.get(other) is None:
        other = "legal_forms"
    yield bound.fault(
        T("None of these legal forms allows the number of members that {other} asks for.",
          other=other),
        "legal_forms", other, shown,
    )  # fmt: skip


def plan_conflicts(bound: Bound) -> Iterator[Fault]:
    """Yield the contradictions among the (checked) rules for the whole plan."""
    for least, most in (
        ("min_bodies", "max_bodies"),
        ("min_partnerships", "max_partnerships"),
        ("min_bodies", "max_partnerships"),
    ):
        low, high = bound.get(least), bound.get(most)
        if low is None or high is None:
            continue
        for where, a, b in _comparable(low, high):
            if a > b:
                yield bound.fault(
                    T("{least} = {low} is greater than {most} = {high} ({where}).",
                      least=least, low=a, most=most, high=b, where=where),
                    least, most,
                )  # fmt: skip


def _comparable(low: Any, high: Any) -> Iterator[tuple[Text | str, int, int]]:
    """Yield what can be compared of two counts, each in total or by service."""
    total = T("all services together")
    if isinstance(low, Mapping) and isinstance(high, Mapping):
        yield from ((service, low[service], high[service]) for service in low if service in high)
    elif isinstance(low, Mapping):
        yield total, sum(low.values()), high
    elif not isinstance(high, Mapping):
        yield total, low, high
