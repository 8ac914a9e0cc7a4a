"""MPS as CPLEX, Gurobi, HiGHS, PolySCIP and people write it: spellings that mean one program."""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path

import numpy as np
import pytest

from exchange.dialects import BASE, EXPECTED, INF, content, dedented, faults, told
from koopopt.exchange import read_mps
from koopopt.linear import LinearModel

SPELLINGS = {
    "crlf": BASE.replace("\n", "\r\n"),
    "old-mac": BASE.replace("\n", "\r"),
    "tabs": BASE.replace("    ", "\t"),
    "unindented": dedented(BASE),
    "all-indented": BASE.replace("\n", "\n  "),
    "lower-case-sections": BASE.replace("ROWS", "rows").replace("BOUNDS", "Bounds"),
    "no-name": BASE.replace("NAME          base\n", ""),
    "minimise": BASE.replace("ROWS", "OBJSENSE\n    MIN\nROWS"),
    "minimise-on-the-line": BASE.replace("ROWS", "OBJSENSE MINIMIZE\nROWS"),
    "minimise-as-a-section": BASE.replace("ROWS", "MINIMISE\nROWS"),
    "rhs-without-set": BASE.replace("    RHS       R3", "              R3"),
    "ranges-without-set": BASE.replace("    RNG       R1", "              R1"),
    "bound-without-set": BASE.replace(" UP BND       X2", " UP           X2"),
    "no-sets": BASE.replace("RHS       ", "   ").replace("RNG ", "").replace("BND", ""),
    "stars": BASE.replace("ROWS\n", "ROWS\n* comment\n   * another one\n  ***\n"),
    "dollars-first": BASE.replace("RHS\n", "              $ a comment\nRHS\n", 1),
    "dollars": BASE.replace("R3        1\n", "R3        1  $ one\n").replace(
        "    X3", "    X3        $ nothing to see here\n    X3", 1
    ),
    "blank-lines": BASE.replace("\n", "\n\n \t\n"),
    "lazy": BASE.replace(" E  R3", "LAZYCONS\n E  R3"),
    "cuts": BASE.replace(" E  R3", "USERCUTS\n E  R3"),
    "marker-without-name": BASE.replace("    M1        'MARKER'", "              'MARKER'"),
    "marker-in-double-quotes": BASE.replace("'", '"'),
    "fortran": BASE.replace("12 ", "1.2D+01 ").replace("-5", "-.5d1").replace(" 4\n", " +4.\n"),
    "range-sign": BASE.replace("R1        10", "R1        -10"),
    "sections-in-another-order": BASE.replace(
        "RANGES\n    RNG       R1        10\n", ""
    ).replace("RHS\n", "RANGES\n    RNG       R1        10\nRHS\n", 1),
    "two-rhs-sections": BASE.replace("    RHS       R3", "RHS\n    RHS       R3"),
    "set-called-like-a-column": BASE.replace("BND", "X1 "),
    "set-called-like-a-section": BASE.replace("BND   ", "BOUNDS"),
    "ctrl-z": BASE + "\x1a",
    "no-last-newline": BASE.rstrip(),
}  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_spellings_mean_one_program_and_need_no_warning(text):
    model, said = told(text)
    assert content(model) == EXPECTED
    assert said == ""


WARNED = {
    "set-in-lower-case": (BASE.replace("RHS       R3", "rhs       R3"), "row 19, value 'rhs'"),
    "another-set": (BASE.replace("BND       X3", "OTHER     X3"), "row 25, value 'OTHER'"),
    "the-same-twice": (
        BASE.replace("RHS       R3        3", "RHS       R3        3   R1 12.0"),
        "row 19, value 'R1 12': The entry is given twice; the first, in row 18",
    ),
    "another-set-says-otherwise": (
        BASE.replace("ENDATA", " UP ALT       X1        99\nENDATA"),
        "row 26, value 'UP X1 99': The entry is given twice; the first, in row 23",
    ),
    "another-rhs": (
        BASE.replace("RANGES", "    RHS2      R1        99\nRANGES"),
        "value 'R1 99': The entry is given twice; the first, in row 18",
    ),
    "cplex-objectives": (
        BASE.replace("N  OBJ1", "N  OBJ1 2 1 0 0").replace("N  OBJ2", "N  OBJ2 1 0.5 0 0.01"),
        "row 4, value 'N OBJ2 1 0.5 0 0.01': Priority, weight and tolerances",
    ),
    "objective-by-name": (BASE.replace("ROWS", "OBJNAME\n    OBJ2\nROWS"), "OBJNAME is not used"),
    "objective-on-the-line": (BASE.replace("ROWS", "OBJNAME OBJ2\nROWS"), "OBJNAME is not used"),
    "after-the-end": (BASE + "\nNAME another\n", "row 28: What follows ENDATA is not read"),
    "range-of-an-objective": (
        BASE.replace("RNG       R1", "RNG       OBJ1 5 R1"), "A range of an objective",
    ),
    "apart": (
        BASE.replace("    X2        R1        3              R3        1\n", "").replace(
            "    M2", "    X1        R1        2\n    X2        R1        3  R3  1\n    M2"
        ).replace("    X1        R1        2              R2", "    X1        R2"),
        "row 13, value 'X1': The column comes back after others",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "warning"), WARNED.values(), ids=WARNED)
def test_what_is_not_taken_as_it_stands_is_told(text, warning):
    model, said = told(text)
    assert content(model) == EXPECTED
    assert warning in said


def test_what_looks_unfinished_is_told():
    model, said = told(BASE.replace("    M2        'MARKER'                 'INTEND'\n", ""))
    assert model.integer.tolist() == [True, True, True]
    assert "INTEND is missing" in said
    model, said = told(BASE.replace("RHS\n", "", 1))
    assert list(model.columns)[-1] == "RHS"
    assert "whether the header RHS is missing" in said
    assert told(BASE.replace("X3", "RHS").replace("BND       RHS", "BND  RHS"))[1] == ""


def test_many_warnings_of_a_kind_are_counted():
    _, said = told(BASE.replace("ENDATA", " UP BND       X1        4\n" * 50 + "ENDATA"))
    assert said.count("given twice") == 3
    assert "47 more warnings" in said


@pytest.mark.parametrize(
    "head",
    [
        "OBJSENSE\n    MAX\n", "OBJSENSE MAX\n", "OBJSENSE\nMAX\n", "OBJSEN\n    MAX\n",
        "OBJSENSE\n    MAXIMUM\n", "OBJSENSE\n  Maximize\n", "OBJSENSE MAX\n    MAX\n",
        "MAX\n", "MAXIMIZE\n", "MAXIMISE\n", "objsense max\n",
    ],
)  # fmt: skip
def test_maximise(head):
    model, said = told(BASE.replace("ROWS", f"{head}ROWS").replace("RHS   ", "RHS  OBJ1 -7 ", 1))
    assert said == ""
    first, second = model.objectives
    assert first.negated
    assert second.negated
    assert first.coefficients.tolist() == [3, 5, 2]
    assert first.offset == -7


def test_a_negative_weight_reverses_the_sense_as_in_cplex():
    model, said = told(BASE.replace("N  OBJ2", "N  OBJ2 1 -1 0 0"))
    first, second = model.objectives
    assert (first.negated, second.negated) == (False, True)
    assert second.coefficients.tolist() == [-2, -4, 1]
    assert "OBJ2 is negative" in said


def test_numbers_as_names():
    text = (
        "NAME t\nROWS\n N 100\n N 200\n G 1\nCOLUMNS\n M1 'MARKER' 'INTORG'\n 1 100 1 1 1\n"
        " 2 200 1 1 1\n M2 'MARKER' 'INTEND'\nRHS\n RHS 1 2\nBOUNDS\n{}ENDATA\n"
    )
    for bounds in (
        " BV BND 1 1\n UP BND 2 5\n", " BV BND 1\n UP 2 5\n", " BV 1\n UP BND 2 5\n",
        " UP BND 2 5\n BV BND 1\n", " BV 1 1\n UP 2 5\n", " UP 2 2 5\n BV 2 1\n",
        " BV BND 1 1.0\n UI BND 2 5\n",
    ):  # fmt: skip
        model, said = told(text.format(bounds))
        assert said == ""
        assert model.upper.tolist() == [1, 5], bounds
        assert model.lower.tolist() == [0, 0]
    ((row, said),) = faults(text.format(" BV 1 2\n UP 2 5\n"))
    assert row == 14
    assert "which is bounded?" in said


FIXED = """\
NAME          names with blanks
ROWS
 N  my cost
 N  OBJ2
 L  row 1
COLUMNS
    M 1       'MARKER'                 'INTORG'
    col 1     my cost   1.0            row 1     2.0
    M 2       'MARKER'                 'INTEND'
    b         my cost   -1.0           row 1     1.0
    b         OBJ2      4              $ half of it
              $cost of a
RHS
    my rhs    row 1     4.0
              my cost   -8
BOUNDS
 UP my bnd    col 1     3.0
 FR my bnd    b
ENDATA
"""


def test_fixed_format_where_names_hold_blanks():
    model, said = told(FIXED)
    assert said == ""
    assert list(model.columns) == ["col 1", "b"]
    assert list(model.rows) == ["row 1"]
    assert [o.name for o in model.objectives] == ["my cost", "OBJ2"]
    assert model.objectives[0].offset == 8
    assert (model.lower.tolist(), model.upper.tolist()) == ([0, -INF], [3, INF])
    assert model.integer.tolist() == [True, False]
    assert model.row_upper.tolist() == [4]
    assert told(FIXED.replace("\n", "\r\n"))[0].rows == ["row 1"]
    ((row, said),) = faults(FIXED.replace("L  row 1", "L  a longer row"))[:1]
    assert row == 5
    assert "columns 5, 15" in said


def bounded(bounds: str) -> tuple[LinearModel, str]:
    return told(f"NAME t\nROWS\n N c\n N d\nCOLUMNS\n x c 1 d -1\nRHS\nBOUNDS\n{bounds}ENDATA\n")


def test_fixed_format_with_markers_where_libraries_put_them():
    model, said = told(
        """NAME          T
ROWS
 N  my cost
 L  row one
COLUMNS
    MARKER                 'MARKER'                 'INTORG'
    col one   my cost           -1.0   row one            1.0
    MARKER                 'MARKER'                 'INTEND'
RHS
    RHS       row one            3.0
ENDATA
"""
    )
    assert said == ""
    assert list(model.columns) == ["col one"]
    assert model.integer.tolist() == [True]


@pytest.mark.parametrize(
    ("bounds", "low", "high", "warning"),
    [
        (" UP B x Inf\n", 0, INF, ""),
        (" LO B x -Infinity\n", -INF, INF, ""),
        (" LO B x -1e30\n UP B x +1.0E+30\n", -INF, INF, ""),
        (" MI B x -1e30\n", -INF, INF, ""),
        (" UP B x 1e400\n", 0, INF, ""),
        (" MI B x\n UP B x 7\n", -INF, 7, ""),
        (" PL B x 1e30\n", 0, INF, ""),
        (" FR B x 0\n", -INF, INF, ""),
        (" up b x 3\n", 0, 3, ""),
        (" UP B x -2\n", -INF, -2, "as in CPLEX"),
        (" UP B x -2\n LO B x -5\n", -5, -2, ""),
        (" UP B x 0\n", 0, 0, ""),
        (" FR B x 17\n", -INF, INF, "'17': A bound of type FR takes no number"),
        (" BV B x 5\n", 0, 1, "'5': A bound of type BV takes no number"),
        (" UP B x 1\n BV B x\n", 0, 1, "given twice"),
    ],
)
def test_bounds(bounds, low, high, warning):
    model, said = bounded(bounds)
    assert (model.lower[0], model.upper[0]) == (low, high)
    assert warning in said
    assert bool(warning) == bool(said)


def test_infinite_ranges_and_sides():
    model, said = told(
        "ROWS\n N c\n L a\n G b\n E e\n L f\n G g\nCOLUMNS\n x c 1 a 1\n x b 1 e 1\n x f 1 g 1\n"
        "RHS\n R a 1 b 2\n R e 3 f 1e30\n R g -1e30\nRANGES\n R a 1e30 b 1e21\n R e -Inf\nENDATA\n"
    )
    assert said == ""
    assert model.row_lower.tolist() == [-INF, 2, -INF, -INF, -INF]
    assert model.row_upper.tolist() == [1, INF, 3, INF, INF]


ENCODED = BASE.replace("R1", "Höhe")


@pytest.mark.parametrize(
    "content_",
    [
        ENCODED.encode(), b"\xef\xbb\xbf" + ENCODED.encode(), ENCODED.encode("utf-16"),
        b"\xfe\xff" + ENCODED.encode("utf-16-be"), ENCODED.encode("utf-16-le"),
        ENCODED.encode("utf-16-be"), ENCODED.encode("utf-32"), gzip.compress(ENCODED.encode()),
        gzip.compress(ENCODED.replace("\n", "\r\n").encode("utf-16")),
    ],
)  # fmt: skip
def test_encodings(content_, tmp_path: Path):
    path = tmp_path / "m.mps"
    path.write_bytes(content_)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = read_mps(path)
    assert model.rows == ["Höhe", "R2", "R3"]


def test_latin_1():
    comment = b"* f\xfcr die Gemeinde\n"
    model, said = told(comment + BASE.encode())
    assert content(model) == EXPECTED
    assert said == ""  # nothing depends on it
    model, said = told(ENCODED.encode("latin-1"))
    assert model.rows[0] == "Höhe"
    assert "row 5" in said
    assert "Latin-1" in said


def test_columns_without_entries():
    empty = BASE.replace("RHS\n", "    X4\nRHS\n", 1)
    for text in (empty, dedented(empty), empty.replace("X4\n", "X4  OBJ1  0\n")):
        model, said = told(text)
        assert said == ""
        assert list(model.columns) == ["X1", "X2", "X3", "X4"]
        assert np.diff(model.start).tolist() == [2, 2, 2, 0]


def test_dollars_in_names_are_no_comments():
    model, _ = told("ROWS\n N c\n L $r\nCOLUMNS\n x c 1 $r 2\nRHS\n R $r 3\nENDATA\n")
    assert (model.value.tolist(), model.row_upper.tolist()) == ([2], [3])


def test_digits_that_floating_point_has_not_are_told():
    _, said = told(BASE.replace("-5", "9007199254740993"))
    assert "row 12" in said
    assert "more digits" in said
    assert told(BASE.replace("-5", "0.1234567890123456789"))[1] == ""
    assert told(BASE.replace("-5", "9007199254740992"))[1] == ""
