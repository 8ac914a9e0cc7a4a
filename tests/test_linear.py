"""Linear models put together piece by piece, and what they say of a solution, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.linear import LinearModel, ModelBuilder, extended, restricted


def small() -> LinearModel:
    """Minimise 3a + b + 5 and c; a + 2b ≤ 4, 1 ≤ b - c; a, b whole, c not."""
    builder = ModelBuilder("small")
    x = builder.columns(["a", "b"], upper=[4, 3])
    y = builder.columns(["c"], lower=-np.inf, upper=np.inf, integer=False)
    top = builder.rows(["top"], upper=4.0)
    gap = builder.rows(["gap"], lower=1.0)
    builder.entries(top, x, [1.0, 2.0])
    builder.entries(gap, [x[1], y[0]], [1.0, -1.0])
    builder.objective("first", x, [3.0, 1.0], offset=5.0)
    builder.objective("second", y, 1.0)
    return builder.build()


def dense(model: LinearModel) -> np.ndarray:
    made = np.zeros(model.shape)
    made[model.index, model.column] = model.value
    return made


def test_pieces_become_a_model() -> None:
    model = small()
    assert model.shape == (2, 3)
    assert dense(model).tolist() == [[1, 2, 0], [0, 1, -1]]
    assert model.integer.tolist() == [True, True, False]
    assert repr(model) == "<LinearModel 'small': 2 rows, 3 columns, 2 objectives>"


def test_entries_of_one_place_are_summed_and_zeros_left_out() -> None:
    builder = ModelBuilder()
    x, row = builder.columns(["a", "b"]), builder.rows(["r"])
    builder.entries(row, x, [1.0, 1.0])
    builder.entries(row, x, [2.0, -1.0])
    model = builder.build()
    assert (model.index.tolist(), model.value.tolist()) == ([0], [3.0])
    assert model.start.tolist() == [0, 1, 1]


def test_rows_tell_the_same_as_columns() -> None:
    model = small()
    start, column, value = model.by_row()
    made = np.zeros(model.shape)
    for row in range(model.shape[0]):
        for k in range(start[row], start[row + 1]):
            made[row, column[k]] = value[k]
    assert made.tolist() == dense(model).tolist()


def test_a_solution_is_judged_by_what_it_breaks_most() -> None:
    model = small()
    assert model.activity(np.array([2.0, 1.0, 0.0])).tolist() == [4.0, 1.0]
    assert model.violation(np.array([2.0, 1.0, 0.0])) == 0.0
    assert model.violation(np.array([2.0, 2.0, 0.0])) == 2.0  # a row
    assert model.violation(np.array([0.0, 3.25, 0.0])) == 2.5  # row before bound and wholeness
    assert model.violation(np.array([0.5, 1.0, -7.5])) == 0.5  # a half, c may be any


def test_objectives_are_added_up_by_weights() -> None:
    total, offset = small().weighted()
    assert (total.tolist(), offset) == ([3.0, 1.0, 1.0], 5.0)
    total, offset = small().weighted([2.0, 0.0])
    assert (total.tolist(), offset) == ([6.0, 2.0, 0.0], 10.0)
    with pytest.raises(ValueError, match="1 weights for 2"):
        small().weighted([1.0])


def test_a_model_is_extended_and_stays_as_it_was() -> None:
    model = small()
    entries = (np.array([2, 2, 0]), np.array([0, 3, 3]), np.array([1.0, -1.0, 7.0]))
    more = extended(model, columns=["d"], rows=["cut"], row_upper=np.zeros(1), entries=entries)
    assert dense(more).tolist() == [[1, 2, 0, 7], [0, 1, -1, 0], [1, 0, 0, -1]]
    assert (more.lower[3], more.upper[3], more.integer[3]) == (0, 1, True)
    assert (more.row_lower[2], more.row_upper[2]) == (-np.inf, 0)
    assert [o.coefficients[3] for o in more.objectives] == [0, 0]
    assert model.shape == (2, 3)


def test_a_model_without_anything_has_an_objective() -> None:
    (objective,) = ModelBuilder().build().objectives
    assert objective.coefficients.shape == (0,)


def test_some_columns_of_a_model_and_the_rows_that_they_need() -> None:
    left = restricted(small(), np.array([True, False, True]))
    assert list(left.columns) == ["a", "c"]
    assert list(left.rows) == ["gap"]  # a ≤ 4 is its own bound
    assert dense(left).tolist() == [[0, -1]]
    assert [o.coefficients.tolist() for o in left.objectives] == [[3, 0], [0, 1]]
    assert left.objectives[0].offset == 5
    whole = restricted(small(), np.ones(3, bool))
    assert dense(whole).tolist() == dense(small()).tolist()
    assert restricted(small(), np.zeros(3, bool)).rows == ["gap"]  # 0 ≥ 1 is not to be
