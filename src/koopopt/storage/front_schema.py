"""The schema of front.json, and what types cannot say of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import ConfigDict

from koopopt.case.library import STRICT, NonNegative
from koopopt.criteria import CRITERIA
from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.pareto.certificate import Certificate, Open, Record
from koopopt.pareto.grid import NO_BOUND
from koopopt.pareto.oracle import Found
from koopopt.solvers.options import Value
from koopopt.storage.stored import (
    COMPUTE_ANEW,
    Noting,
    Number,
    Part,
)
from koopopt.text import T

FRONT_FILE: Final = "front.json"
FRONT_FORMAT: Final = 2
EMPTY_BOUND: Final = "empty"
"""The bound of a box that holds no solution."""
FRONT_KEYS: Final = {"criteria", "points", "certificate"}
"""Keys by which a front is known."""

Whole = Annotated[int, Ge(-(2**61)), Le(2**61)]
Weight = Annotated[int, Ge(0)]
Positive = Annotated[float, Gt(0), Le(1e300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEntry:
    """A point: of a problem with partnerships, of a model with columns."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    criteria: Mapping[str, Number]
    """Values of the criteria of the front, by name."""
    all_criteria: Mapping[str, Number]
    """Values of all criteria, by name."""
    partnerships: tuple[Part, ...] | None = None
    """The plan of an instance."""
    columns: Mapping[str, Number] | None = None
    """The solution of a model: values of its columns other than 0, by name."""
    saving: Mapping[str, Number | Mapping[str, Number]] | None = None
    """What the plan saves, where `koopopt front --json` says so; nothing depends on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """A record of the certificate."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    upper: tuple[Whole | None, ...]
    """Upper bounds of the box that was asked about, in units; null is none."""
    weights: tuple[Weight, ...]
    """Weights of the criteria in the question."""
    status: Literal["point", "empty", "stopped"]
    """What was found: a point, that there is none, or nothing before the end."""
    bound: int | Literal["empty"] | None
    """Lower bound of the weighted sum in units, or that the box is empty."""
    cell: tuple[Whole, ...] | None
    """The point that was found, in units."""
    solver: str
    """The back end that answered."""
    seconds: NonNegative
    """Time it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntry:
    """A box that is left."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    upper: tuple[Whole | None, ...]
    """Its upper bounds, in units; null is none."""
    lower: tuple[Number | None, ...]
    """Its lower bounds; null is none."""
    error: NonNegative | None
    """How much a point in it may be better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEntry:
    """The certificate."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    records: tuple[RecordEntry, ...]
    """The questions that were asked, in order."""
    open: tuple[OpenEntry, ...]
    """The boxes that are left; none where the front is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontFile:
    """What a front.json holds."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    instance: str | None
    """Name of the instance; null for a model."""
    criteria: Annotated[tuple[str, ...], MinLen(1)]
    """The criteria, in order."""
    resolution: Mapping[str, Positive]
    """Unit of each criterion, by name."""
    complete: bool
    """Whether it is proved that no point is missing."""
    points: tuple[PointEntry, ...]
    """The efficient points."""
    solves: Annotated[int, Ge(0)]
    """Number of questions to a solver."""
    unexplored: NonNegative
    """Share of the region that is left."""
    seconds: NonNegative
    """Time of the search."""
    coverage: NonNegative | None
    """How far a missing point may be better; null: unknown."""
    interrupted: bool
    """Whether the search was stopped."""
    infeasible: bool
    """Whether nothing is feasible."""
    messages: tuple[str, ...]
    """What was said on the way."""
    source: str | None
    """Where the instance or model was read from."""
    fingerprint: str
    """What the data were, as a hash."""
    koopopt: str
    """Version that wrote it."""
    format: Literal[2]
    """Version of the format."""
    certificate: CertificateEntry
    limits: Mapping[str, Number] | None = None
    """Upper bounds on criteria, by name."""
    model: str | None = None
    """Name of the model; null for an instance."""
    warnings: tuple[str, ...] = ()
    """What to beware of."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """Packages that the criteria, rules and models are from, with their versions."""
    solver_options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Options that were given for back ends' own libraries, by back end."""


def contradictions(file: FrontFile, fault: Noting) -> Iterator[Fault]:
    """Yield where parts of a file do not fit together."""
    names = set(file.criteria)
    if len(names) < len(file.criteria):
        yield fault(
            T("A criterion stands twice."), COMPUTE_ANEW, "criteria", ", ".join(file.criteria)
        )
    if file.instance is not None:
        known = Names(CRITERIA)
        for column, given in (("criteria", file.criteria), ("limits", file.limits or ())):
            for name in given:
                if name not in known:
                    yield fault(T("There is no criterion of this name."), known.remedy(name),
                                column, name)  # fmt: skip
    keyed = [("resolution", set(file.resolution))]
    keyed += [(f"points[{k}].criteria", set(p.criteria)) for k, p in enumerate(file.points, 1)]
    for column, keys in keyed:
        if keys != names:
            yield fault(T("The keys must be the criteria of the front."), COMPUTE_ANEW, column,
                        ", ".join(sorted(keys)))  # fmt: skip
    yield from _points(file, fault)
    yield from _claims(file, fault)
    k = len(file.criteria)
    for n, record in enumerate(file.certificate.records, 1):
        yield from _record(record, k, f"certificate.records[{n}]", fault)
    for n, box in enumerate(file.certificate.open, 1):
        if len(box.upper) != k or len(box.lower) != k:
            yield fault(
                T("There must be one entry a criterion."), COMPUTE_ANEW, f"certificate.open[{n}]"
            )


def _points(file: FrontFile, fault: Noting) -> Iterator[Fault]:
    for k, point in enumerate(file.points, 1):
        wanted, other = point.partnerships, point.columns
        column = "partnerships"
        if file.instance is None:
            wanted, other, column = point.columns, point.partnerships, "columns"  # type: ignore[assignment]
        if wanted is None or other is not None:
            rule = T("A point of an instance has partnerships, one of a model columns.")
            yield fault(rule, COMPUTE_ANEW, f"points[{k}].{column}")
        for name, value in point.criteria.items():
            again = point.all_criteria.get(name)
            if again is None or not math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-9):
                yield fault(T("The two values of {name} differ.", name=name), COMPUTE_ANEW,
                            f"points[{k}].all_criteria", str(again))  # fmt: skip


def _claims(file: FrontFile, fault: Noting) -> Iterator[Fault]:
    """Yield where what is said of the whole is not what its parts say."""
    left = file.certificate.open
    errors = [math.inf if box.error is None else box.error for box in left]
    coverage = math.inf if file.coverage is None else file.coverage
    claims = (
        ("complete", file.complete, not left),
        ("coverage", coverage, max(errors, default=0.0)),
        ("solves", file.solves, len(file.certificate.records)),
    )
    for column, said, is_ in claims:
        if said != is_:
            yield fault(T("The certificate says otherwise."), COMPUTE_ANEW, column, str(said))
    if file.infeasible and (file.points or left):
        rule = T("Where nothing is feasible there are no points and no boxes left.")
        yield fault(rule, COMPUTE_ANEW, "infeasible")


def _record(record: RecordEntry, k: int, place: str, fault: Noting) -> Iterator[Fault]:
    lengths = {len(record.upper), len(record.weights)}
    if record.cell is not None:
        lengths.add(len(record.cell))
    if lengths != {k}:
        yield fault(T("There must be one entry a criterion."), COMPUTE_ANEW, place)
    if not any(record.weights):
        yield fault(T("All weights are 0."), COMPUTE_ANEW, f"{place}.weights")
    if (record.bound == EMPTY_BOUND) != (record.status == "empty"):
        rule = T('The bound is "empty" exactly where the status is.')
        yield fault(rule, COMPUTE_ANEW, f"{place}.bound", str(record.bound))
    if record.status == "point" and (record.cell is None or record.bound is None):
        yield fault(T("A point has a cell and a bound."), COMPUTE_ANEW, place)


def certificate(file: FrontFile) -> Certificate:
    """Return the certificate."""
    return Certificate(
        records=tuple(
            Record(
                upper=_upper(r.upper),
                weights=r.weights,
                found=Found(r.status),
                bound=_bound(r.bound),
                cell=r.cell,
                solver=r.solver,
                seconds=float(r.seconds),
            )
            for r in file.certificate.records
        ),
        open=tuple(
            Open(
                upper=_upper(box.upper),
                lower=tuple(-math.inf if v is None else float(v) for v in box.lower),
                error=math.inf if box.error is None else float(box.error),
            )
            for box in file.certificate.open
        ),
        unexplored=float(file.unexplored),
    )


def _upper(upper: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(NO_BOUND if u is None else u for u in upper)


def _bound(bound: int | str | None) -> int | None:
    return bound if isinstance(bound, int) else None
