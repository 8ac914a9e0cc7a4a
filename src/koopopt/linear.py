"""The neutral form of a mixed-integer linear program.

    minimise    Σ_k weight_k · (objective_k · x + offset_k)
    subject to  row_lower ≤ A x ≤ row_upper,  lower ≤ x ≤ upper,  x_j integer where `integer_j`

A is sparse, by columns. Formulations write it, back ends read it in bulk; neither knows the
other. Infinite bounds are `±numpy.inf`, never large numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from koopopt.errors import Fault
from koopopt.shown import Brief, counted

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Objective:
    """One linear objective to minimise.

    Attributes
    ----------
    name : str
        Its name, e.g. a criterion.
    coefficients : (n,) array
        One coefficient a column.
    offset : float
        A constant.
    negated : bool
        Whether it stands for the maximisation of its negative, as read from such a file.
    """

    name: str
    coefficients: Floats
    offset: float = 0.0
    negated: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LinearModel(Brief):
    """A mixed-integer linear program with named rows and columns and k objectives.

    Attributes
    ----------
    columns, rows : sequences of str
        Readable, unique names (n columns, m rows).
    lower, upper : (n,) arrays
        Column bounds.
    integer : (n,) bool array
        Which columns must be integer.
    row_lower, row_upper : (m,) arrays
        Row bounds.
    start : (n + 1,) int array
    index, value : (nnz,) arrays
        A by columns: column j has its entries at `start[j]:start[j + 1]`, rows ascending.
    objectives : tuple of Objective
        At least one.
    name : str
        Name of the model.
    warnings : tuple of Fault
        What its file says that was altered, ignored or read in one of several ways.
    """

    columns: Sequence[str]
    lower: Floats
    upper: Floats
    integer: Bools
    rows: Sequence[str]
    row_lower: Floats
    row_upper: Floats
    start: Ints
    index: Ints
    value: Floats
    objectives: tuple[Objective, ...]
    name: str = "model"
    warnings: tuple[Fault, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """(number of rows, number of columns)."""
        return len(self.row_lower), len(self.lower)

    @property
    def column(self) -> Ints:
        """(nnz,) the column of each entry."""
        return np.repeat(np.arange(len(self.lower), dtype=np.int64), np.diff(self.start))

    def weighted(self, weights: Sequence[float] | None = None) -> tuple[Floats, float]:
        """Return (coefficients, offset) of Σ_k weight_k · objective_k; all ones by default."""
        chosen = [1.0] * len(self.objectives) if weights is None else list(weights)
        if len(chosen) != len(self.objectives):
            raise ValueError(f"{len(chosen)} weights for {len(self.objectives)} objectives")
        total = np.zeros(len(self.lower))
        for weight, objective in zip(chosen, self.objectives, strict=True):
            total += weight * objective.coefficients
        offset = sum(w * o.offset for w, o in zip(chosen, self.objectives, strict=True))
        return total, float(offset)

    def by_row(self) -> tuple[Ints, Ints, Floats]:
        """Return A by rows: (starts (m + 1,), columns (nnz,), values (nnz,))."""
        order = np.argsort(self.index, kind="stable")
        column = self.column[order]
        start = np.searchsorted(self.index[order], np.arange(self.shape[0] + 1))
        return start.astype(np.int64), column, self.value[order]

    def activity(self, values: Floats) -> Floats:
        """Return A x, shape (m,)."""
        entries = self.value * np.repeat(values, np.diff(self.start))
        total = np.bincount(self.index, weights=entries, minlength=len(self.row_lower))
        return np.asarray(total, float)

    def violation(self, values: Floats) -> float:
        """Return the largest violation of a row, bound or integrality by `values`."""
        activity = self.activity(values)
        worst = [
            self.row_lower - activity,
            activity - self.row_upper,
            self.lower - values,
            values - self.upper,
            np.abs(values - np.rint(values))[self.integer],
        ]
        return max([0.0, *(float(part.max()) for part in worst if part.size)])

    def _said(self) -> str:
        rows, columns = self.shape
        objectives = counted(len(self.objectives), "objective")
        size = f"{counted(rows, 'row')}, {counted(columns, 'column')}"
        return f" {self.name!r}: {size}, {objectives}"


def extended(
    model: LinearModel,
    *,
    columns: Sequence[str] = (),
    rows: Sequence[str] = (),
    row_upper: Floats | None = None,
    entries: tuple[Ints, Ints, Floats],
) -> LinearModel:
    """Return the model with more binary columns, more rows ≤ `row_upper`, and more entries.

    `entries` are (rows, columns, values) of places that had none; new columns have no objective.
    """
    row, column = np.append(model.index, entries[0]), np.append(model.column, entries[1])
    order = np.lexsort((row, column))
    count, none = len(columns), np.zeros(len(columns))
    upper = np.zeros(0) if row_upper is None else row_upper
    return replace(
        model,
        columns=[*model.columns, *columns],
        lower=np.append(model.lower, none),
        upper=np.append(model.upper, none + 1.0),
        integer=np.append(model.integer, np.ones(count, bool)),
        rows=[*model.rows, *rows],
        row_lower=np.append(model.row_lower, np.full(len(rows), -np.inf)),
        row_upper=np.append(model.row_upper, upper),
        start=np.searchsorted(column[order], np.arange(len(model.lower) + count + 1)),
        index=row[order].astype(np.int64),
        value=np.append(model.value, entries[2])[order],
        objectives=tuple(
            replace(o, coefficients=np.append(o.coefficients, none)) for o in model.objectives
        ),
    )


def restricted(model: LinearModel, kept: Bools) -> LinearModel:
    """Return the model with these columns only, the others being 0.

    Rows that hold then whatever the columns are leave it as well.
    """
    count = np.diff(model.start)
    here = np.repeat(kept, count)
    index, value, column = model.index[here], model.value[here], model.column[here]
    ends = np.stack([value * model.lower[column], value * model.upper[column]])
    rows = len(model.row_lower)
    least, most = (
        np.bincount(index, weights=part, minlength=rows)
        for part in (np.minimum(*ends), np.maximum(*ends))
    )
    needed = ~((least >= model.row_lower) & (most <= model.row_upper))
    number = np.cumsum(needed) - 1
    held = needed[index]
    names = np.flatnonzero(needed).tolist()
    return replace(
        model,
        columns=[model.columns[j] for j in np.flatnonzero(kept).tolist()],
        lower=model.lower[kept],
        upper=model.upper[kept],
        integer=model.integer[kept],
        rows=[model.rows[i] for i in names],
        row_lower=model.row_lower[needed],
        row_upper=model.row_upper[needed],
        start=np.searchsorted(
            (np.cumsum(kept) - 1)[column[held]], np.arange(int(kept.sum()) + 1)
        ).astype(np.int64),
        index=number[index[held]],
        value=value[held],
        objectives=tuple(replace(o, coefficients=o.coefficients[kept]) for o in model.objectives),
    )


@dataclass(slots=True)
class ModelBuilder:
    """Collects columns, rows and entries in bulk and assembles a `LinearModel`.

    `columns` and `rows` return the indices of what they added, so that entries can be written
    with numpy arrays of indices.
    """

    name: str = "model"
    _columns: list[str] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _integer: list[Bools] = field(default_factory=list)
    _rows: list[str] = field(default_factory=list)
    _row_lower: list[Floats] = field(default_factory=list)
    _row_upper: list[Floats] = field(default_factory=list)
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _objectives: dict[str, list[tuple[Ints, Floats]]] = field(default_factory=dict)
    _offsets: dict[str, float] = field(default_factory=dict)

    def columns(
        self,
        names: Sequence[str],
        lower: ArrayLike = 0.0,
        upper: ArrayLike = 1.0,
        integer: ArrayLike = True,
    ) -> Ints:
        """Add columns (binary by default) and return their indices."""
        count = len(names)
        first = len(self._columns)
        self._columns.extend(names)
        self._lower.append(np.broadcast_to(np.asarray(lower, float), count))
        self._upper.append(np.broadcast_to(np.asarray(upper, float), count))
        self._integer.append(np.broadcast_to(np.asarray(integer, bool), count))
        return np.arange(first, first + count)

    def rows(
        self, names: Sequence[str], lower: ArrayLike = -np.inf, upper: ArrayLike = np.inf
    ) -> Ints:
        """Add rows and return their indices."""
        count = len(names)
        first = len(self._rows)
        self._rows.extend(names)
        self._row_lower.append(np.broadcast_to(np.asarray(lower, float), count))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, float), count))
        return np.arange(first, first + count)

    def entries(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike = 1.0) -> None:
        """Add matrix entries; the three arguments broadcast; duplicates are summed."""
        r, c, v = np.broadcast_arrays(
            np.asarray(rows, np.int64), np.asarray(columns, np.int64), np.asarray(values, float)
        )
        self._entries.append((r.ravel(), c.ravel(), v.ravel()))

    def objective(
        self, name: str, columns: ArrayLike = (), values: ArrayLike = 0.0, offset: float = 0.0
    ) -> None:
        """Add terms to the objective `name`, creating it where it is new."""
        c, v = np.broadcast_arrays(np.asarray(columns, np.int64), np.asarray(values, float))
        self._objectives.setdefault(name, []).append((c.ravel(), v.ravel()))
        self._offsets[name] = self._offsets.get(name, 0.0) + offset

    def build(self) -> LinearModel:
        """Assemble the model; entries that cancel to zero are dropped."""
        n, m = len(self._columns), len(self._rows)
        r, c, v = (
            np.concatenate([e[k] for e in self._entries]) if self._entries else np.empty(0)
            for k in range(3)
        )
        key = c.astype(np.int64) * max(m, 1) + r.astype(np.int64)
        unique, inverse = np.unique(key, return_inverse=True)
        summed = np.bincount(inverse, weights=v, minlength=len(unique))
        kept = summed != 0.0
        unique, summed = unique[kept], summed[kept]
        column = unique // max(m, 1)
        objectives = []
        for name, terms in self._objectives.items():
            total = np.zeros(n)
            for where, what in terms:
                np.add.at(total, where, what)
            objectives.append(Objective(name, total, self._offsets[name]))
        return LinearModel(
            columns=self._columns,
            lower=_joined(self._lower),
            upper=_joined(self._upper),
            integer=_joined(self._integer).astype(bool),
            rows=self._rows,
            row_lower=_joined(self._row_lower),
            row_upper=_joined(self._row_upper),
            start=np.searchsorted(column, np.arange(n + 1)).astype(np.int64),
            index=unique % max(m, 1),
            value=summed,
            objectives=tuple(objectives) or (Objective("objective", np.zeros(n)),),
            name=self.name,
        )


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0)
