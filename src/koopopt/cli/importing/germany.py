"""`koopopt import germany`: an instance of any part of Germany from official files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli.command import command, option
from koopopt.cli.importing.drawing import drawing, drawing_options
from koopopt.cli.importing.shown import done, names
from koopopt.cli.types import OneOf, SourceOption, Target
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.importing.germany.instance import Made
    from koopopt.importing.germany.register import Register
    from koopopt.importing.germany.selection import Selection


@command(
    "germany",
    text=T("Make an instance of any part of Germany from the official register (GV100AD) and"
           " official polygons (VG250, VG5000)."),
)  # fmt: skip
@option(
    "--register", metavar="FILE", type=SourceOption(), required=True,
    text=T("The register GV100AD of Destatis, a text file."),
)  # fmt: skip
@option(
    "--boundaries", metavar="FILE", type=SourceOption(),
    text=T("Polygons of municipalities: shapefile, GeoPackage, GeoJSON, or a ZIP archive of it."),
)  # fmt: skip
@option(
    "--points", metavar="FILE", type=SourceOption(),
    text=T("Where there are no polygons: a table with key, latitude and longitude."),
)  # fmt: skip
@option("--county", metavar="KEY|NAME", text=T("All municipalities of a county."))
@option("--counties", metavar="KEY,KEY", text=T("All municipalities of several counties."))
@option("--state", metavar="KEY|NAME", text=T("All municipalities of a state."))
@option(
    "--region", metavar="TITLE FILE", nargs=2,
    text=T("The municipalities and counties whose keys a file lists, one a line."),
)  # fmt: skip
@option("--all", "everything", is_flag=True, text=T("All municipalities of Germany."))
@option(
    "-o", "--output", metavar="FOLDER|FILE.xlsx", type=Target(), required=True,
    text=T("The folder, or the workbook, to make. Nothing is overwritten."),
)  # fmt: skip
@option("--title", metavar="TEXT", text=T("Title of the instance."))
@option(
    "--services", metavar="NAME,NAME",
    text=T("Services of the model library; water, wastewater, housing and local-area unless"
           " said."),
)  # fmt: skip
@option(
    "--legal-forms", metavar="NAME",
    text=T("A set of legal forms of the library; that of the state unless said."),
)  # fmt: skip
@option(
    "--units", type=OneOf("municipalities", "associations"), default="municipalities",
    text=T("Who plans: municipalities, or associations such as Verbandsgemeinden as one each."),
)  # fmt: skip
@option(
    "--identity", type=OneOf("tax-office", "county", "association", "court"), default="tax-office",
    text=T("What an identity area is; the district of a tax office unless said."),
)  # fmt: skip
@option(
    "--associations", type=OneOf("status-quo", "rule", "none"), default="status-quo",
    text=T("Whether today's associations are the status quo, are to be kept besides, or neither."),
)  # fmt: skip
@option(
    "--associated", metavar="NAME,NAME",
    text=T("Services that associations pool today; as far as is known unless said."),
)  # fmt: skip
@drawing_options
def germany(lang: str, **given: Any) -> int:
    """Read both files, make the instance, check it, write it and say what there is to note."""
    from koopopt.cli.running import awaited
    from koopopt.importing.germany.instance import Wishes, make
    from koopopt.importing.germany.register import read_register
    from koopopt.importing.start import SERVICES
    from koopopt.importing.written import name_of, written

    output: Path = given["output"]
    _demand_one(given)
    wishes = Wishes(
        name=name_of(output), title=given["title"],
        services=names(given["services"]) or SERVICES, legal_forms=given["legal_forms"],
        units=given["units"], identity=given["identity"], associations=given["associations"],
        associated=names(given["associated"]) or None, drawing=drawing(given),
        points=given["points"], lang=lang,
    )  # fmt: skip

    def work() -> Made:
        register = read_register(given["register"])
        return make(register, _selected(register, given), given["boundaries"], wishes)

    made = awaited(work)
    done(written(made.contents, output, lang), output, made.notes, lang)
    return 0


def _demand_one(given: dict[str, Any]) -> None:
    ways = ("county", "counties", "state", "region", "everything")
    said = [way for way in ways if given[way]]
    if len(said) != 1:
        raise UsageError(
            T("Say who takes part with one of {ways}.",
              ways="--county, --counties, --state, --region, --all")
        )  # fmt: skip


def _selected(register: Register, given: dict[str, Any]) -> Selection:
    from koopopt.importing.germany import selection

    if given["county"]:
        return selection.counties(register, [given["county"]])
    if given["counties"]:
        return selection.counties(register, names(given["counties"]))
    if given["state"]:
        return selection.state(register, given["state"])
    if given["region"]:
        title, path = given["region"]
        return selection.region(register, title, Path(path))
    return selection.everything(register)
