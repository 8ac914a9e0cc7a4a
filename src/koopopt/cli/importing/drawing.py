"""Options of commands that read polygons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from koopopt.cli.command import option
from koopopt.cli.types import NumberOption, OneOf
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.importing.polygons.owned import Drawing

FARTHEST: Final = 250
"""Metres; edges that are farther apart are no fault of a drawing."""
LINKS: Final = "forests"
SNAP: Final = 1.0
F = TypeVar("F", bound=Callable[..., Any])


def drawing_options(function: F) -> F:
    """Add the options that say how a file of polygons is to be read."""
    for add in reversed(_OPTIONS):
        function = add(function)
    return function


_OPTIONS = (
    option(
        "--links", type=OneOf("borders", "forests", "all"), default=LINKS,
        text=T("What makes neighbours: common borders; with forests also land of no municipality"
               " in between, which counts unless said; with all also the shortest way to islands."),
    ),
    option(
        "--snap", metavar="METRES", type=NumberOption(), default=SNAP,
        text=T("Edges of neighbours that are so near are one border; 1 unless said."),
    ),
    option("--layer", metavar="NAME", text=T("Layer of the polygons, where there are several.")),
    option("--id", "key_column", metavar="COLUMN",
           text=T("Column of the polygons with their keys.")),
    option("--crs", "system", metavar="CODE",
           text=T("System of the coordinates, where the file says none, e.g. EPSG:25832.")),
)  # fmt: skip


def refuse_drawing(given: dict[str, Any]) -> None:
    """Raise `UsageError` for an option about polygons, where there are none.

    Not for --crs, which points have as well.
    """
    usual = {"links": LINKS, "snap": SNAP, "layer": None, "key_column": None}
    for name, value in usual.items():
        if given[name] != value:
            option = "--id" if name == "key_column" else f"--{name}"
            raise UsageError(
                T("{option} says how polygons are read: give them with {polygons}.",
                  option=option, polygons="--polygons")
            )  # fmt: skip


def drawing(given: dict[str, Any]) -> Drawing:
    """Return what these options say."""
    from koopopt.importing.polygons.owned import Drawing

    if not 0 <= given["snap"] <= FARTHEST:
        raise UsageError(
            T("{option} must lie between 0 and {most} metres.", option="--snap", most=FARTHEST)
        )
    return Drawing(
        layer=given["layer"], column=given["key_column"], system=given["system"],
        near=given["snap"], links=given["links"],
    )  # fmt: skip
