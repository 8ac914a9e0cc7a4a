"""A service's cost curve from the members' own accounts: what they can tell, and what they cannot.

Where accounts are too few, or too much of one size, they say how dear the service is here but not
what size is worth: then only the level is fitted, and the shape of the model's curve kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from koopopt.calibrating.accounts import Account, demand_of, read_accounts
from koopopt.calibrating.fit import (
    EXACT,
    Fit,
    Influence,
    Interval,
    fit,
    influences,
    statsmodels,
    t_quantile,
    widest,
)
from koopopt.calibrating.notes import account_faults, notes_of
from koopopt.calibrating.whose import Towns
from koopopt.case.instance import Instance
from koopopt.case.library import Confidence, PowerCost, ServiceModel, TierCost
from koopopt.checking.typed import checked
from koopopt.errors import DataError, Fault, UsageError
from koopopt.language.hints import Names
from koopopt.language.notation import Mark
from koopopt.linear import Floats
from koopopt.shown import Brief
from koopopt.text import T, Text

FEWEST: Final = 5
"""So many accounts an elasticity needs at least."""
LEAST_SPREAD: Final = 2.0
"""By this factor sizes must differ for an elasticity, also without the smallest or the largest."""
LARGEST_ELASTICITY: Final = 2.0
"""As service models have it."""
RANGE_DIGITS: Final = 4
"""Decimals of the range of an elasticity."""
WIDE: Final = 0.5
"""An interval of the elasticity as wide as this says little."""


@dataclass(frozen=True, slots=True)
class Level:
    """How the model's curve lies to the accounts, its shape being kept.

    Attributes
    ----------
    factor : float
        The mean of cost over the model's cost.
    interval : (float, float) or None
        In which the true one lies; None of a single account.
    spread : float
        Standard deviation of the logarithms.
    """

    factor: float
    interval: Interval | None
    spread: float


@dataclass(frozen=True, slots=True, repr=False)
class Calibration(Brief):
    """A service's cost curve as accounts have it.

    Attributes
    ----------
    before, service : ServiceModel
        As the instance had it, and with the new cost curve; its `source` says nothing yet
        (`koopopt.calibrating.file` writes it in a language).
    accounts : tuple of Account
        To which the curve was fitted, each with its demand.
    left_out : tuple of Account
        What the user left out.
    source : str
        The file of the accounts; empty where there was none.
    names : mapping municipality id -> name
    fit : Fit or None
        Elasticity and scale; None where there were too few accounts even to try.
    level_only : Text or None
        Why only the level was taken, the elasticity being the model's; None where both were.
    level : Level
        How the model's curve lies to the accounts.
    influences : tuple of Influence
        One an account; empty without a `fit`.
    without_outliers : Fit or None
        The same without the outliers, to be looked at; None where there are none, or too few
        accounts would be left.
    alone : (float, float)
        EUR a year of all municipalities alone by the curve, before and now.
    notes : tuple of Fault
        What is to be told besides.
    """

    before: ServiceModel
    service: ServiceModel
    accounts: tuple[Account, ...]
    left_out: tuple[Account, ...]
    source: str
    names: Mapping[str, str]
    fit: Fit | None
    level_only: Text | None
    level: Level
    influences: tuple[Influence, ...]
    without_outliers: Fit | None
    alone: tuple[float, float]
    notes: tuple[Fault, ...]

    @property
    def outliers(self) -> tuple[Account, ...]:
        """Accounts that lie far from the curve of the others, or move it alone."""
        rows = zip(self.accounts, self.influences, strict=False)
        return tuple(account for account, how in rows if how.outlier)

    @property
    def years(self) -> tuple[str, ...]:
        """The years of the accounts."""
        return tuple(sorted({year for account in self.accounts for year in account.years}))

    def band(self, demand: Floats) -> tuple[Floats, Floats] | None:
        """Return the least and the largest that the mean cost of each demand may be."""
        if self.level_only is None and self.fit is not None:
            return self.fit.band(demand)
        if self.level.interval is None:
            return None
        low, high = self.level.interval
        return self.before.cost(demand) * low, self.before.cost(demand) * high

    def _said(self) -> str:
        cost = self.service.cost
        shape = (
            f"scale {cost.scale:,.6g}, elasticity {cost.elasticity:.4g}"
            if isinstance(cost, PowerCost)
            else f"tiers × {self.level.factor:.4g}"
        )
        return f" of {self.service.id!r}: {shape}; {len(self.accounts)} account(s)"


@checked
def calibrate(
    instance: Instance,
    service: str,
    accounts: str | Path | Sequence[Account],
    *,
    without: Sequence[str] = (),
    level_only: bool = False,
    decimal: Mark | None = None,
) -> Calibration:
    """Return the cost curve of a service as the members' own accounts have it.

    Parameters
    ----------
    instance : Instance
    service : str
        Its id.
    accounts : str or Path, or sequence of Account
        A CSV file or a workbook with the columns municipality and cost (EUR a year), and, if
        wanted, demand, year, remarks; German headings are understood.
    without : sequence of str
        Ids or names of municipalities whose accounts are left out.
    level_only : bool
        Whether the shape of the model's curve is kept and only its level fitted.
    decimal : {",", "."}, optional
        How numbers such as 850.000 are meant in the file.

    Raises
    ------
    DataError
        With every fault of the accounts.
    UsageError
        Where there is no such service or municipality, nothing is left to fit, or the extra
        ``accounts`` is not installed.
    """
    known = Names(model.id for model in instance.services)
    if service not in known:
        raise UsageError(
            T("There is no service {name}. {remedy}",
              name=repr(service), remedy=known.remedy(service))
        )  # fmt: skip
    statsmodels()  # before anything is read
    model = next(model for model in instance.services if model.id == service)
    notes: list[Fault] = []
    if isinstance(accounts, (str, Path)):
        source = Path(accounts).name
        found = read_accounts(accounts, instance, model, notes, decimal)
    else:
        source, usual = "", demand_of(instance, model)
        if faults := list(account_faults(accounts, usual)):
            raise DataError(faults)
        found = tuple(
            replace(a, demand=usual[a.municipality] if a.demand is None else a.demand)
            for a in accounts
        )
    used, left_out = _parted(found, Towns(instance).named(without, "--without"), instance)
    notes += notes_of(instance, model, source or "Account", used)
    made = _fitted(model, used, level_only)
    return replace(
        made,
        left_out=left_out,
        source=source,
        names={town.id: town.name for town in instance.municipalities},
        alone=_alone(instance, model, made.service),
        notes=tuple(notes),
    )


def _parted(
    accounts: Sequence[Account], without: Sequence[str], instance: Instance
) -> tuple[tuple[Account, ...], tuple[Account, ...]]:
    """Return the accounts to be used, and those left out; the latter have to be there."""
    theirs = {account.municipality for account in accounts}
    names = {town.id: town.name for town in instance.municipalities}
    if missing := [id_ for id_ in without if id_ not in theirs]:
        shown = ", ".join(f"{names[id_]} ({id_})" for id_ in missing)
        raise UsageError(
            T("{option}: there are no accounts of {names}.", option="--without", names=shown)
        )
    used = tuple(account for account in accounts if account.municipality not in without)
    if not used:
        raise UsageError(T("{option} leaves out all accounts.", option="--without"))
    return used, tuple(account for account in accounts if account.municipality in without)


def _fitted(model: ServiceModel, accounts: tuple[Account, ...], level_only: bool) -> Calibration:
    """Return what the accounts say of the curve."""
    demand, cost = _arrays(accounts)
    level = _level(model, demand, cost)
    flat = model.cost.flat_above if isinstance(model.cost, PowerCost) else None
    reason = _untold(demand, flat)
    found = None if reason is not None else fit(demand, cost, flat)
    if level_only:
        reason = T("Only the level was asked for.")
    elif found is not None:
        reason = _unfit(found)
    how = () if found is None else influences(demand, cost, flat)
    kept = np.array([not one.outlier for one in how], bool)
    again = None
    if found is not None and not kept.all() and _untold(demand[kept], flat) is None:
        again = fit(demand[kept], cost[kept], flat)
    sure: Confidence = "assumption"
    if reason is not None or found is None:
        curve = _raised(model.cost, level.factor)
    else:
        curve = _curve(model.cost, found)
        low, high = found.elasticity_interval
        sure = "medium" if high - low < WIDE else "assumption"
    curve = replace(curve, source="", confidence=sure)
    return Calibration(
        before=model, service=replace(model, cost=curve), accounts=accounts, left_out=(),
        source="", names={}, fit=found, level_only=reason, level=level, influences=how,
        without_outliers=again, alone=(0.0, 0.0), notes=(),
    )  # fmt: skip


def _arrays(accounts: Sequence[Account]) -> tuple[Floats, Floats]:
    return np.array([a.demand for a in accounts], float), np.array([a.cost for a in accounts])


def _untold(demand: Floats, flat: float | None) -> Text | None:
    """Return why accounts of these demands cannot tell an elasticity; None where they may."""
    if len(demand) < FEWEST:
        return T("An elasticity needs {fewest} accounts at least; there are {count}.",
                 fewest=FEWEST, count=len(demand))  # fmt: skip
    sizes = demand if flat is None else np.minimum(demand, flat)
    if widest(list(map(float, sizes))) < LEAST_SPREAD * (1 - EXACT):
        return T(
            "The sizes differ too little: without the smallest or without the largest account, the"
            " others lie within a factor of {factor}. What size is worth cannot be told from that.",
            factor=LEAST_SPREAD,
        )
    return None


def _unfit(found: Fit) -> Text | None:
    """Return why a fitted curve cannot be one of a model."""
    if not (0 < found.elasticity <= LARGEST_ELASTICITY):
        return T(
            "The elasticity of these accounts would be {elasticity}, which no service has: models"
            " take what is above 0 and at most {largest}.",
            elasticity=round(found.elasticity, 4), largest=LARGEST_ELASTICITY,
        )  # fmt: skip
    if not (0 < found.scale < math.inf):
        return T("The scale of these accounts would be no number that can be computed with.")
    return None


def _level(model: ServiceModel, demand: Floats, cost: Floats) -> Level:
    """Return how the model's curve lies to the accounts: the mean factor, and how sure it is."""
    modelled = np.asarray(model.cost(demand), float)
    if not (modelled > 0).all():
        raise UsageError(
            T("The model of {service} costs nothing for some of these accounts, so its level cannot"
              " be fitted. Give it a cost first.", service=model.id)
        )  # fmt: skip
    logs = np.log(cost / modelled)
    n = len(logs)
    factor = float((cost / modelled).mean())
    if n == 1:
        return Level(factor, None, 0.0)
    spread = float(logs.std(ddof=1))
    half = t_quantile(n - 1) * math.sqrt(spread**2 / n + spread**4 / (2 * (n - 1)))
    return Level(factor, (factor * math.exp(-half), factor * math.exp(half)), spread)


def _curve(cost: PowerCost | TierCost, found: Fit) -> PowerCost | TierCost:
    """Return the fitted curve; the interval of its elasticity is the range of that.

    The scale has no range: it goes with the elasticity (`koopopt.case.ranges`).
    """
    flat = cost if isinstance(cost, PowerCost) else PowerCost(kind="power", scale=0, elasticity=1)
    return replace(
        flat, scale=found.scale, elasticity=found.elasticity, scale_range=None,
        elasticity_range=_range(found),
    )  # fmt: skip


def _range(found: Fit) -> tuple[float, float] | None:
    """Return the interval of the elasticity as far as models have it, to `RANGE_DIGITS` decimals.

    It is rounded outwards, so that the elasticity lies in it. None where accounts lie exactly on a
    curve: the interval says nothing then.
    """
    if not found.spread:
        return None
    unit = 10**RANGE_DIGITS
    low, high = found.elasticity_interval
    least = max(1, math.floor(low * unit)) / unit
    return min(least, found.elasticity), min(math.ceil(high * unit) / unit, LARGEST_ELASTICITY)


def _raised(cost: PowerCost | TierCost, factor: float) -> PowerCost | TierCost:
    """Return a curve of the same shape, so many times as high.

    Numbers that were fitted lose the ranges that the model had beside them.
    """
    if isinstance(cost, PowerCost):
        return replace(cost, scale=cost.scale * factor, scale_range=None)
    tiers = (
        replace(tier, fixed=tier.fixed * factor, per_unit=tier.per_unit * factor,
                fixed_range=None, per_unit_range=None)
        for tier in cost.tiers
    )  # fmt: skip
    return replace(cost, tiers=tuple(tiers))


def _alone(instance: Instance, before: ServiceModel, now: ServiceModel) -> tuple[float, float]:
    """Return what all municipalities alone cost by a curve, before and now, EUR a year."""
    demand = np.array(list(demand_of(instance, before).values()))
    return float(before.cost(demand).sum()), float(now.cost(demand).sum())
