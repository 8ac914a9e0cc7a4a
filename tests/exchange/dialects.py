"""One program in MPS, and what is read of a text."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest

from koopopt.errors import DataError, DataWarning
from koopopt.exchange import read_mps
from koopopt.linear import LinearModel

INF = np.inf

BASE = """\
NAME          base
ROWS
 N  OBJ1
 N  OBJ2
 L  R1
 G  R2
 E  R3
COLUMNS
    M1        'MARKER'                 'INTORG'
    X1        OBJ1      -3             OBJ2      2
    X1        R1        2              R2        1
    X2        OBJ1      -5             OBJ2      4
    X2        R1        3              R3        1
    M2        'MARKER'                 'INTEND'
    X3        OBJ1      -2             OBJ2      -1
    X3        R2        1              R3        1
RHS
    RHS       R1        12             R2        1
    RHS       R3        3
RANGES
    RNG       R1        10
BOUNDS
 UP BND       X1        4
 UP BND       X2        5
 UP BND       X3        6
ENDATA
"""


def told(text: str | bytes) -> tuple[LinearModel, str]:
    """Read a text; return the model and all warnings."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model = read_mps(io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text))
    assert [str(w.message) for w in heard] == [w.render() for w in model.warnings]
    assert all(w.category is DataWarning for w in heard)
    return model, "\n".join(w.render() for w in model.warnings)


def faults(text: str | bytes) -> list[tuple[int | None, str]]:
    """Return the line and the sentence of each fault of a text."""
    with pytest.raises(DataError) as caught:
        told(text)
    assert all(f.value is None or len(f.value) < 200 for f in caught.value.faults)
    return [(f.row, f.render()) for f in caught.value.faults]


def content(model: LinearModel) -> tuple[object, ...]:
    objectives = [(o.name, o.coefficients.tolist(), o.offset, o.negated) for o in model.objectives]
    arrays = (model.lower, model.upper, model.integer, model.row_lower, model.row_upper)
    matrix = (model.start.tolist(), model.index.tolist(), model.value.tolist())
    names = (list(model.columns), list(model.rows))
    return (*names, *(a.tolist() for a in arrays), matrix, objectives)


EXPECTED = content(told(BASE)[0])


def dedented(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
