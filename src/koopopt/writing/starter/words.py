"""What the sheets and columns of a new workbook mean, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from koopopt.reading.entries import YEAR_COLUMN
from koopopt.reading.tables import REQUIRED_COLUMNS
from koopopt.text import T, Text

SHEETS: Final[Mapping[str, Text]] = {
    "instance": T("Which services, which legal forms, which rules. Pick from the lists."),
    "municipalities": T("The municipalities, one a row."),
    "neighbours": T("Who has a common border with whom, each pair once."),
    "travel": T("Minutes by road, a row for each way; other ways are estimated."),
    "demand": T("Demand where it is known; otherwise it is reckoned from the inhabitants."),
    "alone_cost": T("What a municipality pays today on its own, where it is known."),
    "status_quo": T("The partnerships of today, one row a member."),
    "sites": T("Places that can be a seat without being a municipality, such as a plant."),
    "boundaries": T("Areas for maps, as GeoJSON."),
}
"""What a sheet is for."""

_TOWN: Final = T("The id of a municipality, as in the sheet of municipalities.")
_SERVICE: Final = T("A service that the sheet of settings names.")
_LAT: Final = T("Latitude of the main settlement in degrees, such as 51.2.")
_LON: Final = T("Longitude of the main settlement in degrees, such as 9.9.")
_COUNTY: Final = T("County: its key or its name, the same in all its rows.")
_STATE: Final = T("State: its key or its name, the same in all its rows.")
_AREA: Final = T("What people feel they belong to, such as a former county.")

COLUMNS: Final[Mapping[str, Mapping[str, Text]]] = {
    "instance": {
        "key": T("What is set. Leave it as it is."),
        "value": T("Fill it in, or leave it empty: then it does not count."),
        "explanation": T("For people only; nothing is read from here."),
    },
    "municipalities": {
        "id": T("A key of its own, such as the official municipality key. Text: zeros at its"
                " beginning matter."),
        "name": T("Name, as it is to stand in reports."),
        "population": T("Inhabitants, a whole number."),
        "lat": _LAT,
        "lon": _LON,
        "county": _COUNTY,
        "state": _STATE,
        "identity_area": _AREA,
        "kind": T("Kind, such as town; for readers only."),
        "area_km2": T("Area in square kilometres."),
        "central_place": T("Kind of central place; empty if it is none."),
    },
    "neighbours": {
        "a": _TOWN,
        "b": _TOWN,
        "border_km": T("Length of the common border in kilometres."),
    },
    "travel": {
        "origin": T("Where the way begins: the id of a municipality."),
        "destination": T("Where it leads: the id of a municipality or a site."),
        "minutes": T("Minutes by road. The way back needs a row of its own."),
    },
    "demand": {
        "municipality": _TOWN,
        "service": _SERVICE,
        "demand": T("Demand a year in the service's unit, such as cubic metres of water."),
    },
    "alone_cost": {
        "municipality": _TOWN,
        "service": _SERVICE,
        "cost": T("EUR a year."),
    },
    "status_quo": {
        "service": _SERVICE,
        "partnership": T("A name for the partnership, the same in all its rows."),
        "municipality": _TOWN,
        "seat": T("The id of the member that is its seat, the same in all its rows."),
        "legal_form": T("A legal form of the set that the sheet of settings names."),
    },
    "sites": {
        "id": T("A key of its own, which no municipality has. Text."),
        "name": T("Name, as it is to stand in reports."),
        "lat": _LAT,
        "lon": _LON,
        "service": T("A service that can be seated there; one row for each."),
        "fixed_cost": T("EUR a year if somebody is served from there."),
        "capacity": T("The largest demand a year that it can serve, in the service's unit."),
        "county": _COUNTY,
        "state": _STATE,
        "identity_area": _AREA,
    },
    "boundaries": {
        "id": _TOWN,
        "geometry": T("A GeoJSON geometry; several rows of one id are put together."),
    },
}  # fmt: skip
"""What a column holds."""

REQUIRED: Final = {**REQUIRED_COLUMNS, "instance": ("key", "value"), "boundaries": ()}
"""The columns that a sheet must have."""
REQUIRED_SHEETS: Final = ("instance", "municipalities")


def meaning(sheet: str, column: str) -> Text:
    """Return the comment on a heading: what stands there, and whether it must."""
    about = COLUMNS.get(sheet, {}).get(column)
    if about is None and column.startswith(YEAR_COLUMN):
        about = T("Inhabitants expected in {year}.", year=column.removeprefix(YEAR_COLUMN))
    said = about or COLUMNS["instance"].get(column) or Text("")
    needed = T("Required.") if column in REQUIRED.get(sheet, ()) else T("Optional.")
    return (
        needed
        if not said.template
        else Text("{meaning} {needed}", {"meaning": said, "needed": needed})
    )


def start(
    title: str, file: str, sheets: Mapping[str, str], *, example: bool
) -> Iterator[tuple[str, Text, Text]]:
    """Yield the rows of the start sheet: kind of row, what stands left, what stands right.

    `sheets` are the names of the sheets by what they are, `file` is the name of the workbook;
    `example` says whether it holds the invented example, or a copy of an instance.
    """
    nothing = Text("")
    yield "title", T("{title}: workbook for koopopt", title=title), nothing
    yield (
        "text",
        T(
            "koopopt reckons which municipalities should do which services together, with whom,"
            " seated where and in which legal form. It needs what stands in this workbook. {now}",
            now=_EXAMPLE if example else _COPY,
        ),
        nothing,
    )
    yield "heading", T("Three steps"), nothing
    yield (
        "step",
        T("1  Fill in"),
        T(
            "Put your own data in place of what stands there, sheet by sheet. Every heading has a"
            " comment; dark headings are required, light ones optional."
        ),
    )
    yield (
        "step",
        T("2  Check"),
        T(
            "Save and close the workbook, open a command line in its folder and type: {command}. It"
            " names every fault with sheet, row and column.",
            command=f"koopopt check {file}",
        ),
    )
    yield (
        "step",
        T("3  Run"),
        T(
            "Type: {command}. It writes the plan as a workbook and a report for the browser beside"
            " this file, and says in plain words how good the plan is.",
            command=f"koopopt run {file}",
        ),
    )
    yield "heading", T("The sheets"), nothing
    for sheet, name in sheets.items():
        about = SHEETS.get(sheet, T("A model of your own: keys and values."))
        needed = T("Required.") if sheet in REQUIRED_SHEETS else T("Optional.")
        if sheet == "neighbours":
            needed = T("Required if partnerships must form one connected area.")
        yield (
            "step",
            Text("{text}", {"text": name}),
            Text("{meaning} {needed}", {"meaning": about, "needed": needed}),
        )
    yield "heading", T("Good to know"), nothing
    for about, text in _GOOD_TO_KNOW:
        yield "step", about, text


_EXAMPLE: Final = T(
    "The example is invented: four municipalities, so that you see where things belong."
)
_COPY: Final = T("What stands in it is a copy of another instance.")
_GOOD_TO_KNOW: Final = (
    (T("Ids"), T("Ids are text: 06636003 keeps its zero, because the columns are formatted so.")),
    (
        T("Lists"),
        T("They open at the arrow beside a cell. Other values are allowed where you know them."),
    ),
    (
        T("Rows"),
        T(
            "They may be sorted, left blank or deleted, and optional sheets may be deleted. Names"
            " of sheets and headings stay as they are."
        ),
    ),
    (
        T("Gaps"),
        T(
            "Ways without minutes are estimated from the distance; a demand or a cost that is not"
            " given comes from the model of the service."
        ),
    ),
    (T("Notes"), T("What koopopt leaves out or supposes, it says.")),
)
