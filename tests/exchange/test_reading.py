"""MPS files by hand: what they mean, and every fault with its line."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from exchange.texts import read, same, written
from koopopt.errors import DataError
from koopopt.exchange import read_mps
from koopopt.linear import LinearModel, Objective
from solvers.models import INF, knapsack

SAMPLE = """\
* a comment
NAME          sample with words
ROWS
 N  cost
 N  travel
 E  balance
 L  cap
 G  need
 G  wide
COLUMNS
    MARKER    'MARKER'    'INTORG'
    x1        cost        1.5   balance     1
    x1        travel      2
    x2        cost        -3    cap         1D1
    MARKER    'MARKER'    'INTEND'
    y         need        1     wide        1
    y         travel      1
    z         balance     -1
    w         cap         1
RHS
    RHS       cost        -7    balance     4
    RHS       cap         10    need        -1e30
    RHS       wide        2
RANGES
    RNG       balance     -3    cap         4
    RNG       wide        5
BOUNDS
 UP BND       x2          8
 UP BND       y           -2
 MI BND       y
 FR BND       z
 MI BND       w
 UP BND       w           1e20
ENDATA
"""


def test_read_sample():
    program = read(SAMPLE)
    assert program.name == "sample with words"
    assert list(program.columns) == ["x1", "x2", "y", "z", "w"]
    assert program.integer.tolist() == [True, True, False, False, False]
    assert program.lower.tolist() == [0, 0, -INF, -INF, -INF]
    assert program.upper.tolist() == [1, 8, -2, INF, INF]
    assert program.row_lower.tolist() == [1, 6, -INF, 2]
    assert program.row_upper.tolist() == [4, 10, INF, 7]
    assert [o.name for o in program.objectives] == ["cost", "travel"]
    assert program.objectives[0].coefficients.tolist() == [1.5, -3, 0, 0, 0]
    assert program.objectives[0].offset == 7
    assert program.objectives[1].coefficients.tolist() == [2, 0, 1, 0, 0]
    np.testing.assert_array_equal(program.activity(np.array([1.0, 2, 3, 4, 5])), [-3, 25, 3, 3])


def small(bounds="", columns=" x c 1 r 1\n", head="", rhs="") -> LinearModel:
    return read(
        f"NAME t\n{head}ROWS\n N c\n L r\nCOLUMNS\n{columns}RHS\n{rhs}BOUNDS\n{bounds}ENDATA\n"
    )


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("", (0, INF, False)),
        (" LO B x 2\n", (2, INF, False)),
        (" LO x 2\n", (2, INF, False)),
        (" UP B x 3\n", (0, 3, False)),
        (" UP B x -3\n LO B x -9\n", (-9, -3, False)),
        (" FX B x 4\n", (4, 4, False)),
        (" FR B x\n", (-INF, INF, False)),
        (" FR x\n", (-INF, INF, False)),
        (" MI B x\n", (-INF, INF, False)),
        (" MI B x 0\n", (-INF, INF, False)),
        (" PL B x\n", (0, INF, False)),
        (" BV B x\n", (0, 1, True)),
        (" BV B x 1\n", (0, 1, True)),
        (" LI B x -2\n", (-2, INF, True)),
        (" UI B x 9\n", (0, 9, True)),
        (" UP B x 1e30\n", (0, INF, False)),
    ],
)
def test_bounds(bounds, expected):
    program = small(bounds)
    assert (program.lower[0], program.upper[0], program.integer[0]) == expected


def test_integers_without_bounds_are_binary_as_in_highs(tmp_path):
    import highspy

    text = (
        "NAME t\nROWS\n N c\n L r\nCOLUMNS\n M 'MARKER' 'INTORG'\n x c -1 r 1\n y c -1 r 1\n"
        " M2 'MARKER' 'INTEND'\nRHS\n R r 9\nBOUNDS\n LO B y 0\nENDATA\n"
    )
    program = read(text)
    assert program.upper.tolist() == [1, INF]
    path = tmp_path / "m.mps"
    path.write_text(text)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    assert list(solver.getLp().col_upper_) == [1, INF]


def test_maximise_is_negated_and_recorded():
    for head in ("OBJSENSE\n MAX\n", "OBJSENSE MAXIMIZE\n", "MAXIMIZE\n"):
        program = small(head=head, rhs=" R c -5 r 4\n")
        (objective,) = program.objectives
        assert (objective.coefficients.tolist(), objective.offset) == ([-1.0], -5.0)
        assert objective.negated
        same(program, read(written(program)))
    assert not small(head="OBJSENSE\n MIN\n").objectives[0].negated


def test_mixed_senses_are_written_as_minimisation():
    program = knapsack()
    objectives = (
        dataclasses.replace(program.objectives[0], negated=True),
        Objective("other", program.objectives[0].coefficients),
    )
    text = written(dataclasses.replace(program, objectives=objectives))
    assert "OBJSENSE" not in text


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ("NAME t\nROWS\n X r\nENDATA\n", 3, "type"),
        ("NAME t\nROWS\n L r\n L r\nENDATA\n", 4, "twice"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x q 1\nENDATA\n", 5, "no such row"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r one\nENDATA\n", 5, "not a number"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r nan\nENDATA\n", 5, "not a number"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r 1\n x r 2\nENDATA\n", 6, "twice"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r\nENDATA\n", 5, "pairs"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x 'MARKER' 'SOSORG'\nENDATA\n", 5, "INTORG"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r 1\nRHS\n R q 1\nENDATA\n", 7, "no such row"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r 1\nBOUNDS\n UP B q 1\nENDATA\n", 7, "no such column"),
        ("NAME t\nROWS\n L r\nCOLUMNS\n x r 1\nBOUNDS\n SC B x 1\nENDATA\n", 7, "SC"),
        ("NAME t\nQUADOBJ\n x x 1\nENDATA\n", 2, "QUADOBJ"),
        ("OBJSENSE\n UPWARDS\nENDATA\n", 2, "MIN or MAX"),
        (" x y\n", 1, "no section"),
        ("NAME t\nROWS\n L r\n", None, "ENDATA"),
        ("", None, "ENDATA"),
    ],
)
def test_faults_name_the_line(text, row, rule):
    with pytest.raises(DataError) as caught:
        read(text)
    (fault,) = caught.value.faults
    assert fault.row == row
    assert rule in str(fault.rule)


def test_all_faults_are_told():
    with pytest.raises(DataError) as caught:
        read("NAME t\nROWS\n L r\n Q s\nCOLUMNS\n x q 1\n y r z\nENDATA\n")
    assert [fault.row for fault in caught.value.faults] == [4, 6, 7]
    many = "NAME t\nROWS\n" + " Q s\n" * 1000
    with pytest.raises(DataError) as caught:
        read(many)
    assert len(caught.value.faults) == 20


def test_unreadable_files(tmp_path):
    with pytest.raises(DataError, match=r"none\.mps"):
        read_mps(tmp_path / "none.mps")
    (tmp_path / "binary.mps").write_bytes(b"\xff\xfe\x00" * 50)
    with pytest.raises(DataError, match=r"binary\.mps"):
        read_mps(tmp_path / "binary.mps")
    (tmp_path / "broken.mps.gz").write_bytes(b"not compressed")
    with pytest.raises(DataError, match=r"broken\.mps\.gz"):
        read_mps(tmp_path / "broken.mps.gz")
