"""Models as texts of files, and read from them."""

from __future__ import annotations

import io

import numpy as np

from koopopt.exchange import read_mps, write_mps
from koopopt.linear import LinearModel


def same(first: LinearModel, second: LinearModel) -> None:
    for name in (
        "lower",
        "upper",
        "integer",
        "row_lower",
        "row_upper",
        "start",
        "index",
        "value",
    ):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), name)
    assert len(first.objectives) == len(second.objectives)
    for one, other in zip(first.objectives, second.objectives, strict=True):
        np.testing.assert_array_equal(one.coefficients, other.coefficients)
        assert (one.offset, one.negated) == (other.offset, other.negated)


def written(program: LinearModel, write=write_mps) -> str:
    file = io.StringIO()
    write(program, file)
    return file.getvalue()


def read(text: str) -> LinearModel:
    return read_mps(io.StringIO(text))
