"""Files in random spellings, read by HiGHS and by koopopt: the same program."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from koopopt.errors import DataError
from koopopt.exchange import read_mps, to_pulp, write_lp, write_mps
from koopopt.linear import LinearModel, Objective

INF = np.inf


def by_highs(path: Path) -> Any:
    """Return the program as HiGHS reads it."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) != highspy.HighsStatus.kError
    return solver.getLp()


def same(model: LinearModel, lp: Any) -> None:
    """Compare with what HiGHS has read, which knows the first objective only."""
    import highspy

    first = model.objectives[0]
    sign = -1.0 if lp.sense_ == highspy.ObjSense.kMaximize else 1.0
    assert first.negated == (sign < 0)
    np.testing.assert_array_equal(first.coefficients, sign * np.array(lp.col_cost_))
    assert first.offset == sign * lp.offset_
    assert list(model.columns) == list(lp.col_names_)
    assert list(model.rows) == list(lp.row_names_)
    for own, other in (
        (model.lower, lp.col_lower_), (model.upper, lp.col_upper_),
        (model.row_lower, lp.row_lower_), (model.row_upper, lp.row_upper_),
    ):  # fmt: skip
        limits = np.array(other)
        far = np.abs(limits) >= 1e20
        limits[far] = np.sign(limits[far]) * INF
        np.testing.assert_array_equal(own, limits)
    whole = [kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]
    assert model.integer.tolist() == (whole or [False] * len(model.columns))
    dense = np.zeros(model.shape)
    column = np.repeat(np.arange(model.shape[1]), np.diff(model.start))
    dense[model.index, column] = model.value
    matrix, other = lp.a_matrix_, np.zeros(model.shape)
    for j in range(lp.num_col_):
        for k in range(matrix.start_[j], matrix.start_[j + 1]):
            other[matrix.index_[k], j] = matrix.value_[k]
    np.testing.assert_array_equal(dense, other)


def spelled(rng: np.random.Generator) -> str:
    """Return a random program in a random spelling that HiGHS accepts."""
    blank = rng.choice([" ", "    ", "\t"])
    n, m, k = (int(x) for x in rng.integers([1, 1, 1], [7, 6, 4]))
    rows, objectives = [f"R{i}" for i in range(m)], [f"Z{i}" for i in range(k)]
    kinds = rng.choice(list("ELG"), m)

    def number() -> str:
        value = float(rng.choice([1, -2, 12, 0.5, 1e3, -1e-3, 1 / 3]))
        ways = [repr(value), f"{value:.17e}", f"{value:+.17g}", f"{value:.17E}"]
        return str(rng.choice(ways)) if rng.random() < 0.8 else "1d3"

    def lines(section: str, chosen: str, often: float, pairs: list[tuple[str, str]]) -> list[str]:
        result = [section] if pairs else []
        while pairs:
            taken, pairs = pairs[: (size := int(rng.integers(1, 3)))], pairs[size:]
            begin = [chosen] if rng.random() < often else []
            result.append(blank + blank.join([*begin, *(x for pair in taken for x in pair)]))
        return result

    text = ["* written by a test", f"NAME{blank}random"]
    if rng.random() < 0.3:
        text += [["OBJSENSE", f"{blank}MAX"], ["OBJSENSE MAX"], ["OBJSENSE", f"{blank}MIN"]][
            int(rng.integers(3))
        ]
    text += ["ROWS", *(f"{blank}N{blank}{name}" for name in objectives)]
    text += [f"{blank}{kind}{blank}{name}" for kind, name in zip(kinds, rows, strict=True)]
    text += ["COLUMNS"]
    marked = False
    for j in range(n):
        if rng.random() < 0.5:
            marked = not marked
            word = "'INTORG'" if marked else "'INTEND'"
            text.append(blank + blank.join([f"M{j}", "'MARKER'", word]))
        names = rng.permutation([*rows, *objectives]).tolist()[: int(rng.integers(1, m + k + 1))]
        while names:
            taken, names = names[: (size := int(rng.integers(1, 3)))], names[size:]
            fields = [f"x{j}", *(x for name in taken for x in (name, number()))]
            text.append(blank + blank.join(fields))
    if marked:
        text.append(blank + blank.join(["M", "'MARKER'", "'INTEND'"]))
    sides = [(name, number()) for name in [*rows, objectives[0]] if rng.random() < 0.6]
    text += lines("RHS", str(rng.choice(["RHS", "rhs", "B"])), rng.choice([0, 0.7, 1]), sides)
    wide = [(name, str(rng.choice(["3", "-3", "1e30", "0.25"]))) for name in rows[::2]]
    text += lines("RANGES", "RNG", 1, wide)  # HiGHS needs the name here
    text += ["BOUNDS"]
    for j in range(n):
        for side in rng.permutation(["UP", "LO"])[: int(rng.integers(0, 3))]:
            kind = str(rng.choice([side, {"UP": "UI", "LO": "LI"}[str(side)]]))
            value = str(rng.integers(5, 9)) if kind[0] == "U" else str(rng.integers(-4, 4))
            if rng.random() < 0.2:
                kind, value = {"U": ("PL", ""), "L": ("MI", "")}[kind[0]]
            chosen = ["BND"] if rng.random() < 0.7 else []
            fields = [kind, *chosen, f"x{j}", *([value] if value else [])]
            text.append(blank + blank.join(fields))
    return str(rng.choice(["\n", "\r\n"])).join([*text, "ENDATA", ""])


@pytest.mark.parametrize("seed", range(60))
def test_random_spellings(seed, tmp_path):
    path = tmp_path / "m.mps"
    path.write_text(spelled(np.random.default_rng(seed)), newline="")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = read_mps(path)
    same(model, by_highs(path))


FIXED = """\
NAME          FIXED
ROWS
 N  THE COST
 L  A LIMIT
 G  B
COLUMNS
    COL ONE   THE COST  1.0            A LIMIT   2.0
    COL ONE   B         3
    C         THE COST  -1.0           A LIMIT   1.0
RHS
    MY RHS    A LIMIT   4.0            B         1
RANGES
    MY RNG    A LIMIT   2.5
BOUNDS
 UP MY BND    COL ONE   3.0
 FR MY BND    C
ENDATA
"""


@pytest.mark.parametrize(
    "text",
    [
        FIXED,
        FIXED.replace(" ONE", "1").replace("THE ", "").replace("A LIMIT", "LIM").replace("MY ", ""),
        # what is given twice in another set: the first counts
        "NAME t\nROWS\n N c\n L r\nCOLUMNS\n x c 1 r 1\nRHS\n R r 2\n S r 4\nBOUNDS\n UP B x 5\n"
        " UP C x 6\nENDATA\n",
        "NAME t\nROWS\n N c\n G 1\nCOLUMNS\n 1 c 1 1 1\n 2 c 1 1 2\nRHS\n 1 2\nBOUNDS\n BV B 1 1\n"
        " UP B 2 5\nENDATA\n",
    ],
)
def test_files(text, tmp_path):
    path = tmp_path / "m.mps"
    path.write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(read_mps(path), by_highs(path))


START = "NAME t\nROWS\n N c\n N d\n L r\nCOLUMNS\n"
END = "RHS\n R r 4\nENDATA\n"


@pytest.mark.parametrize(
    ("columns", "costs", "values"),
    [
        (" x c 1 d 2\n x r 1\n", [[1], [2]], [1]),  # the second objective
        (" x c 1 d 2\n x r 1e-10\n", [[1], [2]], [1e-10]),  # a small number
        (" x c 1\n x r 1 r 2\n", None, [1]),  # an entry twice
        (" x c 1\n x q 1\n", None, []),  # an unknown row
        (" x c one\n x r 1\n", None, [1]),  # no number
    ],
)
def test_what_highs_does_not_tell(columns, costs, values, tmp_path):
    """Why koopopt has a reader of its own; where this fails, HiGHS may have learnt it."""
    path = tmp_path / "m.mps"
    path.write_text(START + columns + END)
    lp = by_highs(path)
    assert len(lp.col_cost_) == 1
    if costs is None:
        with pytest.raises(DataError, match="row"):
            read_mps(path)
        assert list(lp.a_matrix_.value_) == values
    else:
        model = read_mps(path)
        assert [o.coefficients.tolist() for o in model.objectives] == costs
        assert model.value.tolist() == values


@pytest.mark.parametrize("library", ["highspy", "pulp"])
@pytest.mark.parametrize("kind", ["lp", "mps"])
def test_what_libraries_write_is_another_model(library, kind, tmp_path):
    """Why koopopt has writers of its own: 0.1 + 0.2 needs 17 digits."""
    import highspy

    text = START + " x c 0.30000000000000004 r 1\n" + END
    model = read_mps(io.StringIO(text.replace(" N d\n", "")))
    first, again = tmp_path / f"first.{kind}", tmp_path / f"again.{kind}"
    (write_lp if kind == "lp" else write_mps)(model, first)
    if library == "highspy":
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.readModel(str(first))
        solver.writeModel(str(again))
    else:
        problem = to_pulp(model)
        (problem.writeLP if kind == "lp" else problem.writeMPS)(str(again))
    assert list(by_highs(first).col_cost_) == [0.1 + 0.2]
    assert list(by_highs(again).col_cost_) == [0.3]


@pytest.mark.parametrize("maximise", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_written(seed, maximise, tmp_path):
    """Several objectives, all bounds and ranges, numbers in full: read alike by both."""
    rng = np.random.default_rng(seed)
    n, m = 6, 5
    dense = np.where(
        rng.random((m, n)) < 0.6, rng.normal(size=(m, n)) * 10.0 ** rng.integers(-5, 6), 0
    )
    column, index = np.nonzero(dense.T)
    low = rng.choice([0, -INF, -3.5, 1 / 3, -1e15], n)
    side = rng.normal(size=m) * 10.0 ** rng.integers(-3, 9, m)
    kind = rng.integers(0, 5, m)
    model = LinearModel(
        columns=[f"x{j}" for j in range(n)],
        lower=low,
        upper=np.where(np.isinf(low), rng.choice([INF, -2, 0.1], n), np.maximum(low, 0) + 7),
        integer=rng.random(n) < 0.5,
        rows=[f"r{i}" for i in range(m)],
        row_lower=np.where(np.isin(kind, [0, 4]), -INF, side),
        row_upper=np.select([kind == 1, kind == 2, kind == 4], [INF, side, INF], np.abs(side) * 2),
        start=np.searchsorted(column, np.arange(n + 1)),
        index=index,
        value=dense.T[column, index],
        objectives=tuple(
            Objective(f"z{i}", rng.normal(size=n) * 1e7, float(rng.normal()), maximise)
            for i in range(3)
        ),
    )
    path = tmp_path / "m.mps"
    write_mps(model, path)
    again = read_mps(path)
    same(again, by_highs(path))
    assert again.warnings == ()
    for own, other in zip(model.objectives, again.objectives, strict=True):
        np.testing.assert_array_equal(own.coefficients, other.coefficients)
        assert (own.name, own.offset, own.negated) == (other.name, other.offset, other.negated)
    for name in ("lower", "upper", "integer", "start", "index", "value"):
        np.testing.assert_array_equal(getattr(model, name), getattr(again, name), name)
    # A range is a width, so one of its ends can miss the last bit.
    np.testing.assert_allclose(model.row_lower, again.row_lower, rtol=3e-16)
    np.testing.assert_allclose(model.row_upper, again.row_upper, rtol=3e-16)
