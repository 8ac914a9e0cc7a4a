"""Options that say which grant programme is meant, and what no instance holds of an application."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from koopopt.cli.command import option
from koopopt.cli.types import NumberOption, OneOf, PlaceOption
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.grants.criteria import Given
    from koopopt.grants.programme import GrantProgramme

F = TypeVar("F", bound=Callable[..., Any])

LANDS: Final = ("hessen", "bayern", "nrw", "rlp")


def programme_options(function: F) -> F:
    """Add --land and --programme; see `programme`."""
    of_land = option("--land", type=OneOf(*LANDS), text=T("The programme of this Land."))
    own = option(
        "--programme", type=PlaceOption(), metavar="FILE",
        text=T("A programme of your own instead, as `koopopt schema grant-programme` describes"
               " it."),
    )  # fmt: skip
    return of_land(own(function))


def given_options(function: F) -> F:
    """Add --years and --one-off; see `given`."""
    years = option(
        "--years", type=NumberOption(1, whole=True),
        text=T("For how many years the members bind themselves."),
    )  # fmt: skip
    one_off = option(
        "--one-off", type=NumberOption(), metavar="EUR",
        text=T("One-off cost of each partnership, EUR, in place of what the cost model has; a blank"
               " unless said."),
    )  # fmt: skip
    return years(one_off(function))


def programme(land: str | None, own: Path | None) -> GrantProgramme:
    """Return the programme that is meant.

    Raises
    ------
    UsageError
        Where none is said, or two are.
    """
    from koopopt.grants.reading import library_programme, own_programme

    if land is not None and own is None:
        return library_programme(land)
    if own is not None and land is None:
        return own_programme(own)
    raise UsageError(
        T("Say which programme: either --land ({known}) or --programme FILE.",
          known=", ".join(LANDS))
    )  # fmt: skip


def given(years: int | None, one_off: float | None) -> Given:
    """Return what the user says and no instance holds."""
    from koopopt.exact import CENTS_PER_EURO, whole
    from koopopt.grants.criteria import Given

    return Given(years, None if one_off is None else whole(one_off, CENTS_PER_EURO))
