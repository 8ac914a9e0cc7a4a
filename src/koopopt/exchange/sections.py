"""The sections of an MPS file and their lines.

A section's name is known by standing alone in its line, so a set, row or column may be called
RHS too, and lines need no indentation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from koopopt.exchange import rim
from koopopt.exchange.fields import CORRECT_LINE, FIXED_FORMAT, LineError, finite
from koopopt.exchange.program import Program
from koopopt.text import T

ROW_SECTIONS: Final = frozenset({"ROWS", "LAZYCONS", "USERCUTS"})
"""Lazy constraints and user cuts are rows that CPLEX and Gurobi treat in a way of their own."""
DATA_SECTIONS: Final = ROW_SECTIONS | {"COLUMNS", "RHS", "RANGES", "BOUNDS"}
SENSE_PATTERN: Final = re.compile(r"(MAX|MIN)(IMUM|IMI[SZ]E)?", re.IGNORECASE)
FOREIGN_SECTION: Final = re.compile(
    "QUADOBJ|QMATRIX|QSECTION|QCMATRIX|CSECTION|SETS|SOS[12]?|INDICATORS|GENCONS|PWL(OBJ|NAM|CON)"
    "|DELAYEDROWS|MODELCUTS|VTYPE|CONES|OBJECT|SCENARIOS"
)
"""Sections that other readers know, for what is not linear or not part of the program."""


@dataclass(slots=True)
class Sections:
    """Where in the file we are; what is read goes into the program.

    Attributes
    ----------
    program : Program
    section : str
        The one at hand.
    ended : bool
        Whether ENDATA has come.
    """

    program: Program
    section: str = ""
    ended: bool = False
    _begun: set[str] = field(default_factory=set)
    _newest: str = ""
    _in_marker: bool = False
    _dollars: bool = False
    _loose: bool = False

    def header(self, fields: Sequence[str], *, indented: bool) -> bool:
        """Begin a section where the line is its header; return whether it is."""
        if indented and len(fields) > 2 and self.section in DATA_SECTIONS:
            return False  # as most lines are
        word, alone = fields[0].upper(), len(fields) == 1
        if self.section == "OBJNAME" or (
            self.section == "OBJSENSE" and SENSE_PATTERN.fullmatch(word)
        ):
            return False  # a lone word that is data
        if word == "ENDATA" and alone:
            self._left()
            self.ended = True
        elif word == "NAME" and self.section not in DATA_SECTIONS:
            self.program.name = " ".join(fields[1:]) or self.program.name
        elif word in DATA_SECTIONS and alone:
            self._begun.add(word)
            self._left()
            self.section = word
        elif word in ("OBJSENSE", "OBJSEN") and len(fields) <= 2:
            self.section = "OBJSENSE"
            self._sense(fields[1:])
        elif SENSE_PATTERN.fullmatch(word) and alone and self.section not in DATA_SECTIONS:
            self._sense(fields)
        elif word == "OBJNAME" and self.section not in DATA_SECTIONS:
            self.section = "OBJNAME"
            if not alone:
                self._objective_name(fields[1:])
        elif not indented and (
            FOREIGN_SECTION.fullmatch(word) or (alone and not self._may_be_column)
        ):
            raise LineError(T("Section {name} is unknown or not linear.", name=fields[0]))
        else:
            return False
        return True

    def _left(self) -> None:
        """Warn about what looks unfinished at the end of a section."""
        if self._in_marker:
            self._in_marker = False
            rule = T("INTEND is missing: all columns since INTORG are integer.")
            self.program.warn(rule, None, T("Write INTEND behind the last integer column."))
        if self.section == "COLUMNS" and "RHS" not in self._begun:
            for name in self.program.columns.keys() & {"RHS", "rhs"}:
                rule = T("A column is called {name}, and no section RHS follows.", name=name)
                self.program.warn(rule, name, T("Check whether the header RHS is missing."))

    @property
    def _may_be_column(self) -> bool:
        """Whether a lone word can be a column without entries, in a file without indentation."""
        return self.section == "COLUMNS" and self._loose

    def line(self, fields: Sequence[str], *, indented: bool) -> None:
        """Read one line of the section at hand."""
        self._loose |= not indented
        fields = self._uncommented(fields)
        if self.section in ROW_SECTIONS:
            self._row(fields)
        elif self.section == "COLUMNS":
            if not self._marker(fields):
                self._column(fields)
        elif self.section == "RHS":
            rim.sides(self.program, fields)
        elif self.section == "RANGES":
            rim.ranges(self.program, fields)
        elif self.section == "BOUNDS":
            rim.bound(self.program, fields)
        elif self.section == "OBJSENSE":
            self._sense(fields)
        elif self.section == "OBJNAME":
            self._objective_name(fields)
        else:
            raise LineError(T("The line belongs to no section."), " ".join(fields))

    def _uncommented(self, fields: Sequence[str]) -> Sequence[str]:
        """Leave out a comment: from a `$` where a name could begin, if no name begins so."""
        if self._dollars or " $" not in " ".join(fields):
            return fields
        first = 2 if self.section in ROW_SECTIONS else 1
        begins = (k for k in range(first, len(fields)) if fields[k].startswith("$"))
        return fields[: next(begins, None)]

    def _sense(self, fields: Sequence[str]) -> None:
        for word in fields:
            if not SENSE_PATTERN.fullmatch(word):
                raise LineError(T("The sense must be MIN or MAX."), word)
            sense = word[:3].upper()
            if self.program.sense not in ("", sense):
                raise LineError(T("The sense is given twice, MIN and MAX."), word)
            self.program.sense = sense

    def _objective_name(self, fields: Sequence[str]) -> None:
        self.section = ""
        rule = T("OBJNAME is not used: every N row is an objective.")
        self.program.warn(rule, " ".join(fields), T("Choose objectives with --criteria."))

    def _row(self, fields: Sequence[str]) -> None:
        program, kind = self.program, fields[0].upper()
        if kind == "N" and len(fields) == 6:
            fields = self._weighed(fields)
        if len(fields) != 2 or kind not in ("N", "E", "L", "G"):
            rule = T("A row is a type (N, E, L or G) and a name.")
            raise LineError(
                rule, " ".join(fields), FIXED_FORMAT if len(fields) > 2 else CORRECT_LINE
            )
        name = fields[1]
        if name in program.rows or name in program.objectives:
            raise LineError(T("The row is given twice."), name)
        self._dollars |= name.startswith("$")
        if kind == "N":
            program.objectives[name] = len(program.objectives)
        else:
            program.rows[name] = len(program.rows)
            program.kinds.append(kind)

    def _weighed(self, fields: Sequence[str]) -> Sequence[str]:
        """Read priority, weight and tolerances of an objective, as CPLEX writes them."""
        _, weight, _, _ = (finite(text) for text in fields[2:])
        rule = T("Priority, weight and tolerances of an objective are not used.")
        remedy = T("All compromises are found; `koopopt choose` weighs or orders them.")
        self.program.warn(rule, " ".join(fields), remedy)
        if weight < 0:
            self.program.mirrored.add(fields[1])
            rule = T("The weight of {name} is negative, so its sense is reversed.", name=fields[1])
            self.program.warn(rule, fields[3], T("Write a positive weight if that is not meant."))
        return fields[:2]

    def _marker(self, fields: Sequence[str]) -> bool:
        """Read where integer columns begin or end; return whether the line says so."""
        given = [text for text in fields if text]  # in fixed format some may be left out
        if len(given) > 4 or "MARKER" not in " ".join(given).upper():
            return False
        words = [text.strip("'\"").upper() for text in given]
        if len(words) not in (2, 3) or words[-2] != "MARKER":
            return False
        if words[-1] not in ("INTORG", "INTEND"):
            if not {"'MARKER'", '"MARKER"'} & set(fields):
                return False  # a row or a column may be called so
            raise LineError(T("The marker must be INTORG or INTEND."), fields[-1])
        begins = words[-1] == "INTORG"
        if begins == self._in_marker:
            raise LineError(T("INTORG and INTEND must take turns."), fields[-1])
        self._in_marker = begins
        return True

    def _column(self, fields: Sequence[str]) -> None:
        """Read the entries of a column; it may have none."""
        program, name = self.program, fields[0]
        if len(fields) % 2 == 0 or (len(fields) == 1 and " " in name):
            rule = T("A column line is a column and pairs of row and number.")
            raise LineError(rule, " ".join(fields), FIXED_FORMAT)
        j = program.columns.setdefault(name, len(program.columns))
        if j == len(program.integer):
            program.integer.append(self._in_marker)
            self._dollars |= name.startswith("$")
        elif name != self._newest:
            self._returned(name, j)
        self._newest = name
        for row, text in zip(fields[1::2], fields[2::2], strict=True):
            if row in program.objectives:
                table, place = program.costs, (program.objectives[row], j)
            elif row in program.rows:
                table, place = program.entries, (j, program.rows[row])
            else:
                raise program.no_row(row)
            program.put(table, place, program.given(text, finite(text)), f"{name} {row}")

    def _returned(self, name: str, j: int) -> None:
        """Tell that a column comes back after others."""
        if self.program.integer[j] != self._in_marker:
            rule = T("The column is integer in one place and not in another.")
            raise LineError(rule, name, T("Keep the lines of a column together."))
        rule = T("The column comes back after others; all its entries are taken.")
        self.program.warn(rule, name, T("Keep the lines of a column together."))
