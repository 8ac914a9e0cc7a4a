"""Services of one instance whose costs hold each other: together they count something twice."""

from __future__ import annotations

from collections.abc import Iterator

from koopopt.case.instance import Instance
from koopopt.errors import Fault, some
from koopopt.text import T


def overlaps(instance: Instance, file: str) -> Iterator[Fault]:
    """Yield a note for each service that stands beside parts of itself."""
    parts: dict[str, list[str]] = {}
    for service in instance.services:
        parts.setdefault(service.part_of, []).append(service.id)
    for service in instance.services:
        if within := parts.get(service.id):
            rule = T("The cost of {whole} holds that of {parts} already: together they are counted"
                     " twice.", whole=repr(service.id), parts=some(within))  # fmt: skip
            remedy = T("Leave out one or the other, or lower the cost of {whole} in"
                       " [service.{whole}.cost].", whole=service.id)  # fmt: skip
            yield Fault(file, rule, remedy, column="services")
