"""The layers of a map for geographic information systems, as plain rows: what every file holds.

    partnerships    the plan's pooled partnerships, dissolved
    municipalities  one row a municipality and service
    seats           who seats pooled partnerships
    lines           from each member to its seat
    today           the pooled partnerships of today

Points are where the instance has them, so that they lie right on any base map. On a map that
reaches over the date line longitudes go on beyond 180, in all layers alike.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership
from koopopt.evaluation import Evaluation
from koopopt.report.colours import TONES
from koopopt.report.maps import tones
from koopopt.report.shapes.areas import outline
from koopopt.report.values.decision import Decision
from koopopt.text import T, Text, in_language

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Row = tuple["BaseGeometry", Mapping[str, Any]]

_UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""A NUL would end a text early, half a character cannot be encoded."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """One layer: rows of the same columns, with geometries of one kind.

    Attributes
    ----------
    name : str
    title : Text
    geometry : str
        MultiPolygon, Point or LineString.
    columns : mapping column -> type
        bool, int, float, str, or list (of str); a value may be None.
    rows : tuple of (geometry, mapping column -> value)
    schematic : bool
        Whether the areas are cells around points, not boundaries.
    """

    name: str
    title: Text
    geometry: str
    columns: Mapping[str, type]
    rows: tuple[Row, ...]
    schematic: bool = False


_PARTNERSHIP: Final = {
    "service": str, "service_de": str, "service_en": str, "seat": str, "seat_name": str,
    "members": list, "member_names": list, "count": int, "legal_form": str,
    "legal_form_de": str, "legal_form_en": str, "cost_eur_a": float, "population": float,
    "longest_minutes": float, "colour": str, "schematic": bool,
}  # fmt: skip
_MUNICIPALITY: Final = {
    "id": str, "name": str, "population": float, "service": str, "service_de": str,
    "service_en": str, "seat": str, "seat_name": str, "pooled": bool, "members": int,
    "legal_form": str, "cost_alone_eur_a": float, "cost_plan_eur_a": float, "minutes": float,
    "colour": str, "schematic": bool,
}  # fmt: skip
_SEAT: Final = {
    "id": str, "name": str, "population": float, "services": list, "services_de": list,
    "services_en": list, "count": int,
}  # fmt: skip
_LINE: Final = {
    "service": str, "member": str, "member_name": str, "seat": str, "seat_name": str,
    "minutes": float, "colour": str,
}  # fmt: skip


def of_decision(decision: Decision) -> tuple[MapLayer, ...]:
    """Return the layers of the chosen plan."""
    map_ = _Map(decision)
    planned, today = decision.plan, decision.today
    rough = decision.shapes.schematic
    return (
        MapLayer("partnerships", T("Partnerships of the plan"), "MultiPolygon", _PARTNERSHIP,
              _written(map_.partnerships(planned)), rough),
        MapLayer("municipalities", T("What the plan means for each municipality"), "MultiPolygon",
              _MUNICIPALITY, _written(map_.municipalities(planned)), rough),
        MapLayer("seats", T("Seats of the plan"), "Point", _SEAT, _written(map_.seats(planned))),
        MapLayer("lines", T("From members to seats"), "LineString", _LINE,
              _written(map_.lines(planned))),
        MapLayer("today", T("Partnerships of today"), "MultiPolygon", _PARTNERSHIP,
              _written(map_.partnerships(today)), rough),
    )  # fmt: skip


def writable(value: Any) -> Any:
    """Return a value as files can hold it; of numbers only the finite ones."""
    if isinstance(value, str):
        return _UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [writable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _written(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(
        (geometry, {column: writable(value) for column, value in values.items()})
        for geometry, values in rows
    )


@dataclass(frozen=True)
class _Map:
    """Makes rows of a decision's plans."""

    decision: Decision

    @property
    def facts(self) -> Facts:
        return self.decision.problem.facts

    @cached_property
    def _wanted(self) -> Mapping[str, int]:
        return tones.preferred(self.facts)

    def partnerships(self, evaluation: Evaluation) -> Iterator[Row]:
        """Yield the pooled partnerships; of a plan that is none, as far as it goes."""
        facts, colours = self.facts, self._colours(evaluation)
        for p, table in zip(evaluation.plan.partnerships, evaluation.partnerships(), strict=True):
            if p not in colours:
                continue
            who, form = facts.members(p), facts.form(p)
            yield (
                outline(self.decision.shapes, p.members),
                {
                    **self._service(p.service),
                    "seat": p.seat,
                    "seat_name": self._name(p.seat),
                    "members": list(p.members),
                    "member_names": [self._name(m) for m in p.members],
                    "count": len(p.members),
                    "legal_form": p.legal_form,
                    "legal_form_de": in_language(form.title, "de") if form else None,
                    "legal_form_en": in_language(form.title, "en") if form else None,
                    "cost_eur_a": table["cost"],
                    "population": float(facts.population[who].sum()),
                    "longest_minutes": float(facts.minutes[who, facts.index[p.seat]].max()),
                    "colour": colours[p],
                    "schematic": not self.decision.shapes.cells.isdisjoint(p.members),
                },
            )

    def municipalities(self, evaluation: Evaluation) -> Iterator[Row]:
        """Yield what the plan means for each municipality, service by service."""
        facts = self.facts
        colours = {(p.service, p.seat): c for p, c in self._colours(evaluation).items()}
        for row in evaluation.municipality_rows():
            id_ = row["municipality"]
            yield (
                self.decision.shapes.areas[id_],
                {
                    "id": id_,
                    "name": row["name"],
                    "population": float(facts.population[facts.index[id_]]),
                    **self._service(row["service"]),
                    "seat": row["seat"],
                    "seat_name": self._name(row["seat"]),
                    "pooled": bool(row["pooled"]),
                    "members": int(row["members"]),
                    "legal_form": row["legal_form"],
                    "cost_alone_eur_a": float(row["cost_alone"]),
                    "cost_plan_eur_a": float(row["cost_share"]),
                    "minutes": float(row["minutes"]),
                    "colour": colours.get((row["service"], row["seat"])),
                    "schematic": id_ in self.decision.shapes.cells,
                },
            )

    def seats(self, evaluation: Evaluation) -> Iterator[Row]:
        """Yield the municipalities and sites that seat pooled partnerships."""
        import shapely

        facts = self.facts
        seated_at: defaultdict[str, list[str]] = defaultdict(list)
        for p in evaluation.plan.pooled:
            seated_at[p.seat].append(p.service)
        for i, id_ in enumerate(facts.seat_ids):
            seated = seated_at[id_]
            services = [self._service(s.id) for s in facts.services if s.id in seated]
            if services:
                yield (
                    shapely.Point(self._place(id_)),
                    {
                        "id": id_,
                        "name": self._name(id_),
                        "population": float(facts.population[i]) if i < facts.n else math.nan,
                        "services": [s["service"] for s in services],
                        "services_de": [s["service_de"] for s in services],
                        "services_en": [s["service_en"] for s in services],
                        "count": len(seated),
                    },
                )

    def lines(self, evaluation: Evaluation) -> Iterator[Row]:
        """Yield a line from each member to its seat elsewhere."""
        import shapely

        facts = self.facts
        for p, colour in self._colours(evaluation).items():
            for member in p.members:
                if member != p.seat:
                    yield (
                        shapely.LineString([self._place(member), self._place(p.seat)]),
                        {
                            "service": p.service,
                            "member": member,
                            "member_name": self._name(member),
                            "seat": p.seat,
                            "seat_name": self._name(p.seat),
                            "minutes": float(
                                facts.minutes[facts.index[member], facts.index[p.seat]]
                            ),
                            "colour": colour,
                        },
                    )

    def _colours(self, evaluation: Evaluation) -> dict[Partnership, str]:
        """Return the pooled partnerships with the colours that all reports give them."""
        facts = self.facts
        found: dict[Partnership, str] = {}
        for service in facts.services:
            pools = [p for p in evaluation.plan.pooled if p.service == service.id]
            for p, tone in tones.of_service(facts, pools, self._wanted).items():
                found[p] = TONES[tone]
        return found

    def _service(self, id_: str) -> dict[str, str]:
        title = self.facts.services[self.facts.service_index[id_]].title
        return {
            "service": id_,
            "service_de": in_language(title, "de"),
            "service_en": in_language(title, "en"),
        }

    def _name(self, id_: str) -> str:
        return self.facts.seat_name(id_)

    def _place(self, id_: str) -> tuple[float, float]:
        return self.decision.shapes.given[id_]
