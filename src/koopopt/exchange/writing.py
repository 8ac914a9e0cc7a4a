"""LP and MPS files.

MPS is written in free format with one N row an objective, and numbers in full, so reading it
back gives the same model. LP files hold one objective, the weighted sum.

Why no library writes instead: highspy 1.13 writes 15 digits, PuLP 3.3 12 and OR-tools 9.15 6, so
another model is read back; each writes one objective. Pyomo 6.10 writes LP in full, but an offset
as a column more, and is slow to import.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from koopopt.exchange.names import safe_names
from koopopt.linear import LinearModel


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


def write_mps(model: LinearModel, target: str | Path | IO[str]) -> None:
    """Write free MPS with one N row an objective; `read_mps` gives back the same model.

    An objective's offset is written as the negative of its right-hand side, as is usual.
    Solvers that know one objective only take the first N row. MPS knows the width of a row with
    two bounds, not the second one, which can miss the last bit where the bounds are no integers.
    """
    columns = model.shape[1]
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
    # A range is a width: take one, and a side, from which the other side comes out exactly.
    wide = high - low
    for width in (wide, float(np.nextafter(wide, np.inf)), float(np.nextafter(wide, 0.0))):
        if low + width == high:
            return "G", low, width
        if high - width == low:
            return "L", high, width
    return "G", low, wide


def _mps_bounds(name: str, low: float, high: float) -> list[str]:
    """Return the bound lines; readers differ on what an upper bound alone means, so none is."""
    if low == high:
        return [f"FX BND {name} {_number(low)}"]
    if np.isinf(low) and np.isinf(high):
        return [f"FR BND {name}"]
    below = f"MI BND {name}" if np.isinf(low) else f"LO BND {name} {_number(low)}"
    above = f"PL BND {name}" if np.isinf(high) else f"UP BND {name} {_number(high)}"
    return [below, above]


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
    start, column, value = (part.tolist() for part in model.by_row())
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


def _number(value: float) -> str:
    """Return the shortest text that reads back as `value`; infinity as 1e30, as is usual."""
    if np.isinf(value):
        return "1e30" if value > 0 else "-1e30"
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
