"""What a file says of ways, before it is known whom it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from koopopt.errors import Fault
from koopopt.linear import Floats
from koopopt.text import T, Text


class Unit(Enum):
    """What the numbers of a file are."""

    MINUTES = "minutes"
    SECONDS = "seconds"
    KM = "km"


UNITS: Final = tuple(unit.value for unit in Unit)


@dataclass(frozen=True, slots=True)
class Place:
    """Where ways begin or end, as the file says it: by a label, a point, or not at all.

    Attributes
    ----------
    label : str or None
    point : (float, float) or None
        Latitude and longitude, in degrees.
    row : int or None
        Where a table has it first.
    column : str or None
        Its heading, or the dotted key in a JSON file.
    """

    label: str | None = None
    point: tuple[float, float] | None = None
    row: int | None = None
    column: str | None = None

    @property
    def told(self) -> str | None:
        """What stands in the file."""
        if self.label is not None or self.point is None:
            return self.label
        return f"{self.point[0]:.5f}, {self.point[1]:.5f}"


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Numbers by origin and destination.

    Attributes
    ----------
    file : str
        As the user knows it.
    kind : Text
        What kind of file it is.
    origins, destinations : tuple of Place
    values : (origins, destinations) array
        Not a number where there is no way, or none is given.
    unit : Unit
    notes : list of Fault
    axes : bool
        Whether each place stands once on its side, as in a matrix; else as a label in rows.
    """

    file: str
    kind: Text
    origins: tuple[Place, ...]
    destinations: tuple[Place, ...]
    values: Floats
    unit: Unit
    notes: list[Fault] = field(default_factory=list)
    axes: bool = True


CORRECT: Final = T("Correct the value.")
