"""Models in and out: LP and MPS files, and PuLP and Pyomo objects to extend by hand.

MPS is written in free format with one N row an objective, and numbers in full, so reading it
back gives the same model. LP files hold one objective, the weighted sum.

Names come from data and may hold anything. In files and in PuLP they are reduced to ASCII
letters, digits and underscores, and made unique (`safe_names`), so none can become syntax.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.linear import LinearModel
from koopopt.mps import read_mps

if TYPE_CHECKING:
    import pulp
    import pyomo.environ as pyo

__all__ = ["read_mps", "safe_names", "to_pulp", "to_pyomo", "write_lp", "write_mps"]

LONGEST: Final = 100
"""Characters of a name; solvers differ, from 255 upwards."""
GERMAN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
# What an LP file could take for a keyword, an infinity or the exponent of a number.
RESERVED: Final = re.compile(
    r"(?i:(\d.*|e\d*|_.*|st|s_t_|such|subject.*|max.*|min.*|bounds?|free|inf(inity)?|gen.*|int.*|"
    r"bin.*|semi.*|semis?|sos.*|end|obj.*))"
)


def safe_names(
    names: Iterable[str], prefix: str = "x", taken: Iterable[str] = ()
) -> list[str]:
    """Return unique names of ASCII letters, digits and underscores, as readable as may be.

    Parameters
    ----------
    names : iterable of str
        Any strings at all.
    prefix : str
        Put before names that begin with no letter or could be mistaken for a keyword.
    taken : iterable of str
        Names that may not be used.
    """
    used, counts, safe = set(taken), dict[str, int](), []
    for name in names:
        plain = re.sub(r"\W+", "_", str(name).translate(GERMAN), flags=re.ASCII)[:LONGEST]
        if not plain or RESERVED.fullmatch(plain):
            plain = f"{prefix}_{plain}".rstrip("_")
        chosen = plain
        while chosen in used:
            counts[plain] = counts.get(plain, 1) + 1
            chosen = f"{plain}_{counts[plain]}"
        used.add(chosen)
        safe.append(chosen)
    return safe


@contextmanager
def _opened(target: str | Path | IO[str]) -> Iterator[IO[str]]:
    """Open a path for writing (compressed where it ends in .gz); leave an open file open."""
    if not isinstance(target, (str, Path)):
        yield target
    elif str(target).endswith(".gz"):
        with gzip.open(target, "wt", encoding="ascii") as file:
            yield file
    else:
        with open(target, "w", encoding="ascii", newline="\n") as file:
            yield file


def _by_row(model: LinearModel) -> tuple[list[int], list[int], list[float]]:
    """Return the matrix by rows: (starts of the m rows and the end, columns, values)."""
    order = np.argsort(model.index, kind="stable")
    column = np.repeat(np.arange(model.shape[1]), np.diff(model.start))[order]
    start = np.searchsorted(model.index[order], np.arange(model.shape[0] + 1))
    return start.tolist(), column.tolist(), model.value[order].tolist()


def write_mps(model: LinearModel, target: str | Path | IO[str]) -> None:
    """Write free MPS with one N row an objective; `read_mps` gives back the same model.

    An objective's offset is written as the negative of its right-hand side, as is usual.
    Solvers that know one objective only take the first N row.
    """
    rows, columns = model.shape
    objectives = safe_names((o.name for o in model.objectives), "z")
    row_names = safe_names(model.rows, "c", objectives)
    names = safe_names(model.columns, "x")
    maximise = all(o.negated for o in model.objectives)
    sign = -1.0 if maximise else 1.0
    kinds = [_kind(*pair) for pair in zip(model.row_lower, model.row_upper, strict=True)]
    with _opened(target) as file:
        out = file.write
        out(f"NAME {safe_names([model.name], 'model')[0]}\n")
        if maximise:
            out("OBJSENSE\n    MAX\n")
        out("ROWS\n")
        file.writelines(f" N {name}\n" for name in objectives)
        file.writelines(f" {k[0]} {name}\n" for k, name in zip(kinds, row_names, strict=True))
        out("COLUMNS\n")
        marked = False
        for j in range(columns):
            if marked != bool(model.integer[j]):
                marked = not marked
                out(f" M{j} 'MARKER' '{'INTORG' if marked else 'INTEND'}'\n")
            written = False
            for name, objective in zip(objectives, model.objectives, strict=True):
                if objective.coefficients[j]:
                    out(f" {names[j]} {name} {_number(sign * objective.coefficients[j])}\n")
                    written = True
            for k in range(model.start[j], model.start[j + 1]):
                out(f" {names[j]} {row_names[model.index[k]]} {_number(model.value[k])}\n")
                written = True
            if not written:  # a column exists where it has an entry
                out(f" {names[j]} {objectives[0]} 0\n")
        if marked:
            out(f" M{columns} 'MARKER' 'INTEND'\n")
        out("RHS\n")
        for name, objective in zip(objectives, model.objectives, strict=True):
            if objective.offset:
                out(f" RHS {name} {_number(-sign * objective.offset)}\n")
        for (_, side, _), name in zip(kinds, row_names, strict=True):
            if side:
                out(f" RHS {name} {_number(side)}\n")
        if any(wide is not None for _, _, wide in kinds):
            out("RANGES\n")
            for (_, _, wide), name in zip(kinds, row_names, strict=True):
                if wide is not None:
                    out(f" RNG {name} {_number(wide)}\n")
        out("BOUNDS\n")
        for name, low, high in zip(names, model.lower, model.upper, strict=True):
            file.writelines(f" {line}\n" for line in _mps_bounds(name, float(low), float(high)))
        out("ENDATA\n")


def _kind(low: float, high: float) -> tuple[str, float, float | None]:
    """Return (type, right-hand side, range) of a row."""
    if low == high:
        return "E", low, None
    if np.isinf(low) and np.isinf(high):
        return "G", -np.inf, None
    if np.isinf(low):
        return "L", high, None
    if np.isinf(high):
        return "G", low, None
    # A range is a width: take the side from which the other one comes out exactly.
    wide = high - low
    if low + wide == high:
        return "G", low, wide
    if high - wide == low:
        return "L", high, wide
    return "G", low, _exact_width(low, high, wide)


def _exact_width(low: float, high: float, wide: float) -> float:
    """Return a width near `wide` with low + width == high, if floating point has one."""
    for candidate in (np.nextafter(wide, np.inf), np.nextafter(wide, 0.0)):
        if low + candidate == high:
            return float(candidate)
    return wide


def _mps_bounds(name: str, low: float, high: float) -> list[str]:
    """Return the bound lines; upper bounds never stand alone, as readers differ on what that means."""
    if low == high:
        return [f"FX BND {name} {_number(low)}"]
    if np.isinf(low) and np.isinf(high):
        return [f"FR BND {name}"]
    below = f"MI BND {name}" if np.isinf(low) else f"LO BND {name} {_number(low)}"
    above = f"PL BND {name}" if np.isinf(high) else f"UP BND {name} {_number(high)}"
    return [below, above]


def _number(value: float) -> str:
    """Return the shortest text that reads back as `value`; infinity as 1e30, as is usual."""
    if np.isinf(value):
        return "1e30" if value > 0 else "-1e30"
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def write_lp(
    model: LinearModel, target: str | Path | IO[str], weights: Sequence[float] | None = None
) -> None:
    """Write an LP file with the weighted sum of the objectives.

    Rows with two different bounds become two rows, which every reader understands.
    """
    cost, offset = model.weighted(weights)
    names = safe_names(model.columns, "x") or ["x_none"]
    row_names = safe_names(model.rows, "c", ["total", "c_none"])
    low_names = safe_names((f"{name}_low" for name in row_names), "c", row_names)
    start, column, value = _by_row(model)
    with _opened(target) as file:
        out = file.write
        out(f"\\ {safe_names([model.name], 'model')[0]}\nMinimize\n total:")
        out(_terms([names[j] for j in np.flatnonzero(cost)], cost[cost != 0].tolist()))
        out((_signed(offset) if offset or not cost.any() else "") + "\nSubject To\n")
        written = False
        for i, (low, high) in enumerate(zip(model.row_lower, model.row_upper, strict=True)):
            part = slice(start[i], start[i + 1])
            body = _terms([names[j] for j in column[part]], value[part]) or f" 0 {names[0]}"
            for name, sign, side in (
                [(row_names[i], "=", low)]
                if low == high
                else [(row_names[i], "<=", high), (low_names[i], ">=", low)]
            ):
                if np.isfinite(side):
                    out(f" {name}:{body} {sign} {_number(side)}\n")
                    written = True
        if not written:
            out(f" c_none: 0 {names[0]} <= 0\n")
        out("Bounds\n")
        for name, low, high in zip(names, model.lower, model.upper, strict=False):
            out(_lp_bound(name, float(low), float(high)))
        whole = [name for name, integer in zip(names, model.integer, strict=False) if integer]
        if whole:
            out("General\n")
            file.writelines(f" {name}\n" for name in whole)
        out("End\n")


def _lp_bound(name: str, low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return f" {name} free\n"
    if low == high:
        return f" {name} = {_number(low)}\n"
    below = "-inf" if np.isinf(low) else _number(low)
    return f" {below} <= {name}" + ("\n" if np.isinf(high) else f" <= {_number(high)}\n")


def _signed(value: float) -> str:
    return f" {'-' if value < 0 else '+'} {_number(abs(value))}"


def _terms(names: Sequence[str], values: Sequence[float]) -> str:
    """Return `+ 2 x - 3 y`, a line break after every eighth term: some readers limit lines."""
    return "".join(
        ("\n  " if k and k % 8 == 0 else "") + f"{_signed(value)} {name}"
        for k, (name, value) in enumerate(zip(names, values, strict=True))
    )


def to_pulp(model: LinearModel, weights: Sequence[float] | None = None) -> pulp.LpProblem:
    """Return the model as a PuLP problem, with the weighted sum as objective.

    Columns come in the order of the model and have `safe_names`; rows with two different bounds
    become two constraints, since PuLP knows one side only.
    """
    import pulp

    cost, offset = model.weighted(weights)
    problem = pulp.LpProblem(safe_names([model.name], "model")[0], pulp.LpMinimize)
    variables = [
        problem.add_variable(
            name,
            None if np.isinf(low) else float(low),
            None if np.isinf(high) else float(high),
            cat=pulp.LpInteger if integer else pulp.LpContinuous,
        )
        for name, low, high, integer in zip(
            safe_names(model.columns, "x"), model.lower, model.upper, model.integer, strict=True
        )
    ]

    def total(columns: Iterable[int], values: Iterable[float], constant: float = 0.0) -> Any:
        pairs = [(variables[j], value) for j, value in zip(columns, values, strict=True)]
        return pulp.LpAffineExpression(pairs, constant=constant)

    used = np.flatnonzero(cost)
    problem += total(used.tolist(), cost[used].tolist(), offset)
    names = safe_names(model.rows, "c")
    low_names = safe_names((f"{name}_low" for name in names), "c", names)
    start, column, value = _by_row(model)
    for i, (low, high) in enumerate(
        zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)
    ):
        body = (column[start[i] : start[i + 1]], value[start[i] : start[i + 1]])
        if low == high:
            problem += total(*body) == low, names[i]
            continue
        if np.isfinite(high):
            problem += total(*body) <= high, names[i]
        if np.isfinite(low):
            problem += total(*body) >= low, low_names[i]
    return problem


def to_pyomo(model: LinearModel, weights: Sequence[float] | None = None) -> pyo.ConcreteModel:
    """Return the model as a Pyomo model.

    It has `x`, indexed by column name, `rows`, indexed by row name, `objective` (the weighted
    sum) and, for further work, one expression an objective in `criteria`. Rows that hold
    whatever the columns are (empty, or without bounds) are left out.
    """
    import pyomo.environ as pyo
    from pyomo.core.expr.numeric_expr import LinearExpression

    pyomo = pyo.ConcreteModel(name=safe_names([model.name], "model")[0])
    pyomo.x = pyo.Var(_unique(model.columns), dense=True)
    variables = list(pyomo.x.values())
    for variable, low, high, integer in zip(
        variables, model.lower, model.upper, model.integer, strict=True
    ):
        variable.domain = pyo.Integers if integer else pyo.Reals
        variable.setlb(None if np.isinf(low) else float(low))
        variable.setub(None if np.isinf(high) else float(high))

    def total(columns: Sequence[int], values: Sequence[float], constant: float = 0.0) -> Any:
        return LinearExpression(
            constant=constant, linear_coefs=list(values), linear_vars=[variables[j] for j in columns]
        )

    start, column, value = _by_row(model)

    def row(_block: Any, i: int) -> Any:
        low, high = float(model.row_lower[i]), float(model.row_upper[i])
        part = slice(start[i], start[i + 1])
        if not column[part]:
            return pyo.Constraint.Feasible if low <= 0 <= high else pyo.Constraint.Infeasible
        if np.isinf(low) and np.isinf(high):
            return pyo.Constraint.Feasible
        body = total(column[part], value[part])
        if low == high:
            return (body, low)
        return (None if np.isinf(low) else low, body, None if np.isinf(high) else high)

    names = _unique(model.rows)
    pyomo.rows = pyo.Constraint(names)
    for i, name in enumerate(names):
        content = row(pyomo, i)
        if content is not pyo.Constraint.Feasible:
            pyomo.rows.add(name, content)
    everything = range(len(variables))
    cost, offset = model.weighted(weights)
    pyomo.objective = pyo.Objective(expr=total(everything, cost.tolist(), offset))
    pyomo.criteria = pyo.Expression(_unique(o.name for o in model.objectives))
    for expression, objective in zip(pyomo.criteria.values(), model.objectives, strict=True):
        expression.set_value(total(everything, objective.coefficients.tolist(), objective.offset))
    return pyomo


def _unique(names: Iterable[str]) -> list[str]:
    """Return the names as they are, repeated ones numbered."""
    used, unique = set[str](), []
    for name in names:
        chosen, count = name, 1
        while chosen in used:
            count += 1
            chosen = f"{name} ({count})"
        used.add(chosen)
        unique.append(chosen)
    return unique
