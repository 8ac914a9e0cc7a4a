"""What an instance holds once it is read and checked: immutable values, no arrays, no solver.

`koopopt.case.facts` turns it into arrays; `koopopt.reading.instance` makes it from files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from koopopt.case.fingerprint import fingerprint
from koopopt.case.library import LegalForm, Range, ServiceModel
from koopopt.case.plan import Partnership
from koopopt.case.scenario import Scenario
from koopopt.case.years import Horizon
from koopopt.errors import Fault
from koopopt.shown import Brief, Saved, Shown, counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Municipality(Brief):
    """A node: who lives where and belongs to what.

    `lat` and `lon` are degrees (WGS 84), `extra` holds the optional further columns as text.
    """

    id: str
    name: str
    population: float
    lat: float
    lon: float
    county: str
    state: str
    identity_area: str
    kind: str = ""
    area_km2: float | None = None
    central_place: str = ""
    population_by_year: Mapping[int, float] = field(default_factory=dict)

    def _said(self) -> str:
        return f" {self.id!r} {self.name!r}"


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two municipalities with a common border of `border_km` (None where not given)."""

    a: str
    b: str
    border_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Site(Brief):
    """A place that can seat pooled partnerships of one service without being a member.

    One value a site and service: those of one id are one place.

    Attributes
    ----------
    id : str
        No municipality has it.
    name : str
    lat, lon : float
        Degrees (WGS 84).
    service : str
    fixed_cost : float
        EUR a year where it seats a partnership of the service.
    capacity : float or None
        The largest demand that it can serve; None: any.
    county, state, identity_area : str
        Those of the nearest municipality where empty.
    """

    id: str
    name: str
    lat: float
    lon: float
    service: str
    fixed_cost: float = 0.0
    capacity: float | None = None
    county: str = ""
    state: str = ""
    identity_area: str = ""

    @property
    def place(self) -> tuple[str, float, float, str, str, str]:
        """What all values of one id agree in."""
        return self.name, self.lat, self.lon, self.county, self.state, self.identity_area

    def _said(self) -> str:
        return f" {self.id!r} {self.name!r}, {self.service!r}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Instance(Shown, Saved):
    """A case: municipalities, what they may pool, and the rules that hold.

    Attributes
    ----------
    name : str
        Short name, as on the command line.
    title : mapping
        Title by language.
    municipalities : tuple of Municipality
        In the order of the file; ids are unique.
    neighbours : tuple of Neighbours
        Each pair once.
    travel : mapping (origin id, destination id) -> minutes
        Given times; others are estimated from `speed_kmh` and `detour`. Sites are destinations
        only.
    sites : tuple of Site
        Places that can be a seat without being a member, one value a site and service.
    demand, alone_cost : mapping (municipality id, service id) -> units or EUR a year
        Given values; others follow from the service model.
    status_quo : tuple of Partnership
        Partnerships in force today; who is in none is alone.
    services : tuple of ServiceModel
        With the instance's overrides applied.
    legal_forms : tuple of LegalForm
        In the order of their file: on a tie of cost the first is taken.
    rules : mapping
        The `[rules]` table as given (checked).
    weights : mapping criterion -> weight
        Default scalarisation.
    office_cost : float
        EUR a year for each municipality or site that seats a pooled partnership.
    speed_kmh, detour : float
        minutes = great-circle km · detour / speed_kmh · 60.
    scenarios : tuple of Scenario
        Other futures, in which plans are judged (`koopopt.inquiry.scenarios`).
    horizon : Horizon or None
        Years within which one-off costs are repaid; None where there are none.
    sources : tuple of mapping
        Where the data come from, for display.
    boundaries : mapping id -> GeoJSON geometry
        Empty where the instance has none.
    notes : tuple of Fault
        What reading has to say besides faults: what was not read, or is doubtful. No part of what
        the instance means.
    plugins : mapping package -> version
        The packages whose service models or legal forms were read.
    relax : mapping name of a rule -> weight
        What giving it up counts where rules contradict each other, 1 for all others; infinite for
        one that is not to be given up. No part of what the instance means.
    weights_range : mapping criterion -> (low, high)
    office_cost_range, speed_kmh_range, detour_range : (low, high) or None
        Between which values these numbers may lie. Like the ranges in service models and legal
        forms they are no part of what the instance means: `koopopt.inquiry.ranges` asks for them.
    """

    name: str
    title: Mapping[str, str]
    municipalities: tuple[Municipality, ...]
    services: tuple[ServiceModel, ...]
    legal_forms: tuple[LegalForm, ...]
    neighbours: tuple[Neighbours, ...] = ()
    travel: Mapping[tuple[str, str], float] = field(default_factory=dict)
    sites: tuple[Site, ...] = ()
    demand: Mapping[tuple[str, str], float] = field(default_factory=dict)
    alone_cost: Mapping[tuple[str, str], float] = field(default_factory=dict)
    status_quo: tuple[Partnership, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=lambda: {"cost": 1.0, "travel": 10.0})
    office_cost: float = 0.0
    speed_kmh: float = 50.0
    detour: float = 1.3
    scenarios: tuple[Scenario, ...] = ()
    horizon: Horizon | None = None
    sources: tuple[Mapping[str, Any], ...] = ()
    boundaries: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Fault, ...] = field(default=(), compare=False)
    plugins: Mapping[str, str] = field(default_factory=dict, compare=False)
    relax: Mapping[str, float] = field(default_factory=dict, compare=False)
    weights_range: Mapping[str, Range[float]] = field(default_factory=dict, compare=False)
    office_cost_range: Range[float] | None = field(default=None, compare=False)
    speed_kmh_range: Range[float] | None = field(default=None, compare=False)
    detour_range: Range[float] | None = field(default=None, compare=False)
    _fingerprint: str = field(default="", init=False, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the instance means, hexadecimal; computed when it is first asked for.

        A copy by `dataclasses.replace` does not know it yet, so none has that of its original.
        """
        if not self._fingerprint:
            object.__setattr__(self, "_fingerprint", fingerprint(self))
        return self._fingerprint

    def to_frame(self) -> pd.DataFrame:
        """Return the municipalities, one row each, in the columns of municipalities.csv."""
        import pandas as pd

        columns = (
            "id name population lat lon county state identity_area kind area_km2 central_place"
        )
        rows = [[getattr(m, name) for name in columns.split()] for m in self.municipalities]
        frame = pd.DataFrame(rows, columns=columns.split())
        years = sorted({year for m in self.municipalities for year in m.population_by_year})
        for year in years:
            values = [m.population_by_year.get(year) for m in self.municipalities]
            frame[f"population_{year}"] = pd.Series(values, dtype=float)
        return frame

    def _said(self) -> str:
        towns = counted(len(self.municipalities), "municipality", "municipalities")
        return f" {self.name!r}: {towns}, {counted(len(self.services), 'service')}"
