"""MPS that cannot be meant, or is none: one fault, with its line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from exchange.dialects import BASE, faults
from koopopt.errors import DataError
from koopopt.exchange import decoding, read_mps

WRONG = [
    ("E  R3", "E  R3\n E  R3", 8, "The row is given twice"),
    ("    X1        R1        2 ", "    X1        R9        2 ", 11, "no such row"),
    ("RHS       R3        3", "RHS       R4        3", 19, "no such row"),
    ("RNG       R1", "RNG       R4", 21, "no such row"),
    ("BND       X1", "BND       Y1", 23, "no such column"),
    ("R1        3 ", "R1        3  R1 4 ", 13, "row 13 says otherwise"),
    ("RHS       R3        3", "RHS       R3        3   R1 5", 19, "row 18 says otherwise"),
    ("RNG       R1        10", "RNG       R1        10 R1 5", 21, "row 21 says otherwise"),
    ("ENDATA", " LO BND X1 1\n FX BND X1 2\nENDATA", 27, "row 26 says otherwise"),
    ("ENDATA", " FR BND X1\nENDATA", 26, "row 23 says otherwise"),
    ("-5", "1e400", 12, "finite"),
    ("-5", "1e300", 12, "finite"),
    ("-5", "inf", 12, "finite"),
    ("-5", "nan", 12, "not a number"),
    ("-5", "1e-400", 12, "too small"),
    ("-5", "1_2", 12, "not a number"),
    ("-5", "1,5", 12, "decimal point"),
    ("-5", "0x10", 12, "not a number"),
    ("-5", "٣", 12, "not a number"),
    ("R1        12", "OBJ1      1e30e", 18, "not a number"),
    ("R1        12", "OBJ1      1e400", 18, "finite"),
    ("R2        1\n    RHS", "R2        1e30\n    RHS", 18, "No number keeps"),
    ("R1        12", "R1        1e30", 21, "finite right-hand side"),
    ("UP BND       X1        4", "LO BND       X1        1e30", 23, "No number keeps"),
    ("UP BND       X1        4", "SC BND       X1        4", 23, "Semi-continuous columns (SC)"),
    ("UP BND       X1        4", "SI BND       X1        4", 23, "Semi-continuous columns (SI)"),
    ("UP BND       X1        4", "XX BND       X1        4", 23, "Bound type XX"),
    ("UP BND       X1        4", "UP BND       X1", 23, "no such column"),
    ("UP BND       X1        4", "UP BND       X1  4  5", 23, "A bound is a type"),
    ("BOUNDS", "QUADOBJ", 22, "Section QUADOBJ"),
    ("BOUNDS", "INDICATORS", 22, "Section INDICATORS"),
    ("BOUNDS", "FOO", 22, "Section FOO"),
    ("ROWS", "OBJSENSE\n    UP\nROWS", 3, "MIN or MAX"),
    ("ROWS", "OBJSENSE MAX\n    MIN\nROWS", 3, "given twice"),
    ("    M2        'MARKER'                 'INTEND'", "    M2 'MARKER' 'INTORG'", 14, "turns"),
    ("ENDATA", "", None, "without ENDATA"),
]


@pytest.mark.parametrize(
    ("old", "new", "row", "rule"), WRONG, ids=[f"{new.strip()}" for _, new, _, _ in WRONG]
)
def test_what_cannot_be_meant_is_one_fault_with_its_line(old, new, row, rule):
    assert old in BASE
    ((where, said),) = faults(BASE.replace(old, new, 1))
    assert where == row
    assert rule in said


def test_a_column_is_integer_or_not():
    ((row, said),) = faults(BASE.replace("RHS\n", "    X1 R3 1\nRHS\n", 1))
    assert row == 17
    assert "integer in one place" in said


def test_binary_files_are_refused():
    ((_, said),) = faults(b"\x7fELF\x00\x01\x00\x00" * 9)
    assert "no text" in said
    faults(b"\x1f\x8bnot compressed")
    faults(b"")


def test_what_has_no_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decoding, "MAX_MODEL_BYTES", 2_000_000)
    long = "* " + "-" * 3_000_000
    for name, data in (("a.mps", long.encode()), ("b.mps.gz", gzip.compress(long.encode()))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError, match="larger than 2 MB"):
            read_mps(tmp_path / name)
