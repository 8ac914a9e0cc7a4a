"""An instance read and a plan evaluated from docs/format.md alone: nothing of koopopt is used here.

Whoever writes such a thing in another language can hold theirs against this one.
"""

from __future__ import annotations

import csv
import math
import tomllib
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, str]
Plan = list[Row]
"""Rows of a plan: service, partnership, municipality, seat, legal_form."""


class Case:
    """The files of an instance, and of the model library where it names any."""

    def __init__(self, folder: Path, models: Path) -> None:
        self.settings = _toml(folder / "instance.toml")
        changes = self.settings.get("service", {})
        self.services: dict[str, Any] = {}
        for name in self.settings["services"]:
            path = _place(name, folder, models / "services")
            self.services[path.stem] = _merged(_toml(path), changes.get(path.stem, {}))
        forms = _place(self.settings["legal_forms"], folder, models / "legal_forms")
        self.forms = {form["id"]: form for form in _toml(forms)["legal_form"]}
        self.towns = {row["id"]: row for row in _csv(folder / "municipalities.csv")}
        sites = _csv(folder / "sites.csv")
        self.sites = {(row["service"], row["id"]): row for row in sites}
        self.places = {**{row["id"]: row for row in reversed(sites)}, **self.towns}
        self.given_minutes = {
            (row["origin"], row["destination"]): number(row["minutes"])
            for row in _csv(folder / "travel.csv")
        }
        self.given_demand = _values(folder / "demand.csv", "demand")
        self.given_alone = _values(folder / "alone_cost.csv", "cost")
        self.today = _csv(folder / "status_quo.csv")

    # -- what municipalities need, and how far it is ----------------------------------------

    def demand(self, town: str, service: str) -> Fraction:
        """Units a year."""
        given = self.given_demand.get((town, service))
        if given is not None:
            return given
        each = number(self.services[service]["demand"]["per_inhabitant"])
        return self.population(town) * each

    def population(self, town: str) -> Fraction:
        """Inhabitants."""
        return number(self.towns[town]["population"])

    def estimate(self, origin: str, destination: str) -> float:
        """Minutes by the great circle."""
        a, b = self.places[origin], self.places[destination]
        lat, lon, to_lat, to_lon = (
            math.radians(float(p[key])) for p in (a, b) for key in ("lat", "lon")
        )
        half = (
            math.sin((lat - to_lat) / 2) ** 2
            + math.cos(lat) * math.cos(to_lat) * math.sin((lon - to_lon) / 2) ** 2
        )
        km = 2 * 6371.0088 * math.asin(math.sqrt(half))
        travel = self.settings.get("travel", {})
        return km * float(travel.get("detour", 1.3)) / float(travel.get("speed_kmh", 50)) * 60

    def minutes(self, origin: str, destination: str) -> Fraction:
        """Minutes as they count."""
        if origin == destination:
            return Fraction(0)
        given = self.given_minutes.get((origin, destination))
        return number(self.estimate(origin, destination)) if given is None else given

    def area(self, place: str) -> str:
        """The identity area of a municipality or site."""
        own = self.places[place].get("identity_area", "")
        if own or place in self.towns:
            return own
        return self.area(min(self.towns, key=lambda town: self.estimate(place, town)))

    # -- what partnerships cost --------------------------------------------------------------

    def alone(self, town: str, service: str) -> int:
        """Cents a year."""
        given = self.given_alone.get((town, service))
        if given is None:
            given = curve(self.services[service]["cost"], self.demand(town, service))
        return round(100 * given)

    def pooled(self, service: str, members: list[str], seat: str, form: Any) -> int:
        """Cents a year, without the office."""
        m, model = len(members), self.services[service]
        cost = curve(model["cost"], sum((self.demand(t, service) for t in members), Fraction(0)))
        cost += number(form.get("fixed_cost", 0))
        cost += number(form.get("cost_per_extra_member", 0)) * (m - 1)
        cost += number(form.get("cost_per_pair", 0)) * m * (m - 1) / 2
        cost -= grant(form, m)
        for founded in (form, model):
            once = number(founded.get("one_off", 0))
            cost += self.annuity() * (once + number(founded.get("one_off_per_member", 0)) * m)
        if seat not in self.towns:
            cost += number(self.sites[service, seat]["fixed_cost"])
        return round(100 * cost)

    def annuity(self) -> Fraction:
        """EUR a year for one EUR paid once."""
        horizon = self.settings.get("horizon")
        if horizon is None:
            return Fraction(0)
        n, r = horizon["years"], number(horizon.get("discount", 0))
        return r / (1 - (1 + r) ** -n) if r else Fraction(1, n)

    # -- what a plan is worth ----------------------------------------------------------------

    def criteria(self, plan: Plan) -> dict[str, Fraction]:
        """All criteria of a plan, exactly."""
        today = self.partnerships(self.today)
        old = {(s, town): seat for s, members, seat, _ in today for town in members}
        cents = travel = identity = bodies = farthest = change = 0
        hosts: set[str] = set()
        losses = dict.fromkeys(self.towns, 0)
        for service, members, seat, form in self.partnerships(plan):
            model = self.services[service]
            if len(members) > 1 or seat not in members:
                cost = self.pooled(service, members, seat, self.forms[form])
                hosts.add(seat)
                bodies += 1
                shares = self.shares(service, members, cost)
                for town, share in zip(members, shares, strict=True):
                    losses[town] += share - self.alone(town, service)
            else:
                cost = self.alone(members[0], service)
            cents += cost
            trips = number(model["travel"]["trips_per_inhabitant"])
            weight = number(model.get("identity", {}).get("weight", 1))
            for town in members:
                minutes, people = self.minutes(town, seat), self.population(town)
                travel += round(10000 * people * trips * 2 * minutes / 60)
                farthest = max(farthest, round(10000 * minutes))
                if town != seat:
                    factor = 1 + (self.area(town) != self.area(seat))
                    identity += round(10000 * weight * people * factor)
                change += old[service, town] != seat
        cents += len(hosts) * round(100 * number(self.settings.get("office", {}).get("cost", 0)))
        return {
            "cost": Fraction(cents, 100),
            "travel": Fraction(travel, 10000),
            "identity": Fraction(identity, 10000),
            "bodies": Fraction(bodies),
            "farthest": Fraction(farthest, 10000),
            "change": Fraction(change),
            "largest_loss": Fraction(max(0, *losses.values()), 100),
        }

    def weighted_sum(self, criteria: dict[str, Fraction]) -> Fraction:
        """The weighted sum of criteria, by the weights of the instance."""
        weights = self.settings.get("weights", {"cost": 1, "travel": 10})
        named = {key: number(w) for key, w in weights.items() if not key.endswith("_range")}
        return sum((w * criteria[name] for name, w in named.items()), Fraction(0))

    def shares(self, service: str, members: list[str], cents: int) -> list[int]:
        """What each member pays by demand, in cents."""
        weights = [self.demand(town, service) for town in members]
        if not sum(weights):
            weights = [Fraction(1)] * len(members)
        exact = [cents * weight / sum(weights) for weight in weights]
        paid = [math.floor(share) for share in exact]
        order = sorted(range(len(members)), key=lambda k: (paid[k] - exact[k], k))
        for k in order[: cents - sum(paid)]:
            paid[k] += 1
        return paid

    def partnerships(self, plan: Plan) -> list[tuple[str, list[str], str, str]]:
        """Service, members in the order of their table, seat, legal form; alone ones too."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in plan:
            found.setdefault((row["service"], row["partnership"]), []).append(row)
        order = list(self.towns)
        parts = [
            (service, sorted((r["municipality"] for r in rows), key=order.index),
             rows[0]["seat"], rows[0]["legal_form"])
            for (service, _), rows in found.items()
        ]  # fmt: skip
        known = {(service, town) for service, members, _, _ in parts for town in members}
        parts += [
            (service, [town], town, "alone")
            for service in self.services
            for town in self.towns
            if (service, town) not in known
        ]
        return parts


def curve(cost: Any, demand: Fraction) -> Fraction:
    """C(D), EUR a year."""
    if cost["kind"] == "tiers":
        return min(
            number(tier["fixed"]) + number(tier.get("per_unit", 0)) * demand
            for tier in cost["tiers"]
            if "up_to" not in tier or demand <= number(tier["up_to"])
        )
    scale, elasticity = number(cost["scale"]), number(cost["elasticity"])
    flat = number(cost["flat_above"]) if "flat_above" in cost else demand
    top = min(demand, flat)
    served = scale * _power(top, elasticity)
    return served * demand / top if demand > top else served


def grant(form: Any, members: int) -> Fraction:
    """EUR a year."""
    if "grant" not in form:
        return Fraction(0)
    amounts = form["grant"]["amounts"]
    open_ended = [int(key[:-1]) for key in amounts if key.endswith("+")]
    largest = max((k for k in open_ended if k <= members), default=0)
    amount = amounts.get(str(members), amounts.get(f"{largest}+", 0))
    return number(amount) / number(form["grant"]["years"])


def number(value: Any) -> Fraction:
    """The decimal that was written."""
    return Fraction(value.strip() if isinstance(value, str) else repr(value))


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if not base or exponent == 1:
        return base
    with localcontext() as context:
        context.prec = 60
        root = Decimal(base.numerator) / Decimal(base.denominator)
        power = root ** (Decimal(exponent.numerator) / Decimal(exponent.denominator))
    return Fraction(power)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8-sig"))


def _csv(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _values(path: Path, column: str) -> dict[tuple[str, str], Fraction]:
    return {(r["municipality"], r["service"]): number(r[column]) for r in _csv(path)}


def _place(name: str, folder: Path, library: Path) -> Path:
    return folder / name if name.endswith(".toml") else library / f"{name}.toml"


def _merged(base: Any, change: Any) -> Any:
    """A table with the keys of another in it, table by table."""
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    if change.get("kind", base.get("kind")) != base.get("kind"):
        return change
    return base | {key: _merged(base.get(key), value) for key, value in change.items()}
