"""Weights for a key: one a municipality, as the decimal that was written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from koopopt.errors import DataError
from koopopt.reading.instance import read
from koopopt.reading.weights import read_weights
from reading.valid import FILES, lay_out

A, B, C, D = "06636001", "06636002", "06636003", "16061004"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return read(lay_out(FILES, tmp_path_factory.mktemp("small")))


def test_weights_are_read_exactly(small, tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text(f"municipality;weight\n{A};0,1\n{B};2\n{C};0\n{D};1000\n")
    expected = {A: Fraction(1, 10), B: Fraction(2), C: Fraction(0), D: Fraction(1000)}
    assert read_weights(path, small) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"municipality,weight\n{A},1\n", "No weight is given for"),
        (f"municipality,weight\n{A},1\n{A},2\n", "row 3"),
        (f"municipality,weight\n{A},x\n", "row 2, column weight, value 'x'"),
        (f"municipality,weight\n{A},-1\n", "must be between 0"),
        (f"municipality,weight\n{A},nan\n", "row 2, column weight, value 'nan'"),
        (f"municipality,weight\n{A},\n", "The cell is empty"),
        ("municipality,weight\nnowhere,1\n", "There is no municipality of this name"),
        (f"municipality\n{A}\n", "column weight: The column is missing"),
        (f"town,weight\n{A},1\n", "column municipality: The column is missing"),
        (f"municipality,weight,more\n{A},1,2\n", "column more: Unknown column"),
        ("", "empty"),
    ],
)
def test_faults_are_named(text, told, small, tmp_path):
    path = tmp_path / "weights.csv"
    path.write_text(text)
    with pytest.raises(DataError) as error:
        read_weights(path, small)
    assert any(told in fault.render() for fault in error.value.faults), error.value.render()


def test_a_missing_file_is_named(small, tmp_path):
    with pytest.raises(DataError, match="The file is missing"):
        read_weights(tmp_path / "nope.csv", small)
