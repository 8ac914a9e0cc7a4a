"""The reader of MPS files, fixed or free, with any number of objectives.

An N row is an objective. Readers differ on details; this one holds what CPLEX, Gurobi and HiGHS
document where they agree, and warns where they do not:

* the right-hand side of an objective is the negative of its offset;
* all sets of right-hand sides, ranges or bounds are one; where two of them give the same entry,
  the first counts (a warning); a set that contradicts itself is a fault;
* integer columns between markers that have no bound at all are binary;
* an upper bound below 0 without a lower bound makes the column free below (a warning);
* bounds, ranges and right-hand sides of rows from ±1e20 on are infinite.

`OBJSENSE MAX` negates every objective and marks it `negated`, as a negative weight behind an N row
does with this one. Files are read in free format, and in fixed format where that fails: only
there may names hold blanks. What is not linear (SOS, quadratic terms, indicators, semi-continuous
columns) is a fault.

Why no library reads instead: none knows a second objective, and none is strict. Of

    N cost, N travel    highspy 1.13 drops `travel`, OR-tools 9.15 makes it a row, PuLP 3.3 fails
                        with a KeyError
    x r 1 / x r 2       the first in highspy and OR-tools, the last in PuLP, without a word
    x q 1, no row q     highspy drops it, OR-tools adds a row
    x c one, x c nan    0 and nan in highspy; OR-tools says of no file what is wrong with it
    x r 1e-10           highspy drops it

koopopt names the line or keeps the number as written. The tests hold its reading against that of
HiGHS where HiGHS can read (`tests/exchange/test_against_highs.py`), and what it cannot.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from koopopt.errors import DataError, DataWarning, Fault
from koopopt.exchange.decoding import lines_of
from koopopt.exchange.fields import LineError, fixed, free
from koopopt.exchange.notes import MAX_FAULTS, Notes
from koopopt.exchange.program import Program
from koopopt.exchange.sections import Sections
from koopopt.linear import LinearModel
from koopopt.text import T


def read_mps(source: str | Path | IO[str] | IO[bytes]) -> LinearModel:
    """Read an MPS file with one N row or several, each an objective to minimise.

    Parameters
    ----------
    source : path or open file
        May be compressed with gzip, and encoded as UTF-8, UTF-16 or Latin-1.

    Returns
    -------
    LinearModel
        `LinearModel.warnings` says what was altered, ignored or read in one of several ways.

    Raises
    ------
    DataError
        With the line numbers of what is wrong.

    Warns
    -----
    DataWarning
        Once for each of the warnings.
    """
    label = (Path(source).name or str(source)) if isinstance(source, (str, Path)) else "MPS"
    lines, guessed = lines_of(source, label)
    model, faults = _parsed(lines, label, free, guessed)
    if model is None:
        model, others = _parsed(lines, label, fixed, guessed)
        faults = min(faults, others, key=len)  # those in the format that was meant
    if model is None:
        raise DataError(faults)
    for fault in model.warnings:
        warnings.warn(DataWarning(fault), stacklevel=2)
    return model


def _parsed(
    lines: Sequence[str], label: str, split: Callable[[str, str], list[str]], guessed: bool
) -> tuple[LinearModel | None, list[Fault]]:
    """Return the model, or None and the faults."""
    notes = Notes(label)
    program = Program(notes)
    sections = Sections(program)
    for row, text in enumerate(lines, 1):
        if not text.strip() or _is_comment(text):
            continue
        if sections.ended:
            notes.warn(row, T("What follows ENDATA is not read."), None, T("Delete it."))
            break
        if guessed and not text.isascii():
            rule = T("The file is neither UTF-8 nor UTF-16; it is read as Latin-1.")
            notes.warn(row, rule, text.strip(), T("Save it as UTF-8."))
            guessed = False
        program.at, indented = row, text[0].isspace()
        try:
            fields = split(text, sections.section)
            if fields and not sections.header(fields, indented=indented):
                sections.line(fields, indented=indented)
        except LineError as wrong:
            notes.fault(row, wrong.rule, wrong.value, wrong.remedy)
            if not indented and len(text.split()) == 1:
                break  # what follows an unknown section cannot be understood
        if notes.full:
            break
    if not notes.faults and not sections.ended:
        rule = T("The file ends without ENDATA.")
        notes.fault(None, rule, None, T("Check whether the end of the file is missing."))
    return program.model(), notes.faults[:MAX_FAULTS]


def _is_comment(text: str) -> bool:
    """Whether a line is a comment: a star in column 1, or only stars or dollars before a blank."""
    first = text.split(maxsplit=1)[0]
    return text[0] == "*" or not first.strip("*$")
