"""The example that a new instance starts from: every key and every rule, explained.

Remarks are in the chosen language; keys, ids and file names never are.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, Final

from koopopt.case import resources
from koopopt.criteria import CRITERIA
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Rule
from koopopt.text import T, Text
from koopopt.writing import explained
from koopopt.writing.contents import Contents, Rows, csv_text
from koopopt.writing.toml import literal

WIDTH: Final = 98
"""Columns of a remark."""


def settings(name: str, lang: str = "en") -> str:
    """Return a commented instance.toml."""
    data = _settings(name, lang)
    service, forms = data["services"][0], data["legal_forms"]
    own = f'services = ["{service}", "fire.toml"]'
    values = {
        "services": ", ".join(resources.services()),
        "forms": ", ".join(resources.legal_forms()),
        "criteria": ", ".join(CRITERIA),
        "own": own,
    }
    said = {key: _remark(Text(t.template, values).render(lang)) for key, t in _REMARKS.items()}
    beside = {key: text.render(lang) for key, text in _BESIDE.items()}
    return f"""\
{said["head"]}
schema = 1
name = {literal(name)}
title = {{ de = {literal(name)}, en = {literal(name)} }}

{said["services"]}
services = ["{service}"]

{said["forms"]}
legal_forms = "{forms}"

{said["sources"]}
sources = {literal(data["sources"])}

{said["travel"]}
[travel]
speed_kmh = 50.0
detour = 1.3

[office]
cost = 40000.0        # {beside["office"]}

{said["weights"]}
[weights]
cost = 1.0
travel = 10.0         # {beside["weight"]}

{said["numbers"]}
# [service.{service}.travel]
# trips_per_inhabitant = 0.2
# source = {literal(beside["survey"])}
#
{said["rules"]}
# [service.{service}.rules]
# max_members = 6

[rules]
max_members = 4

{said["partnerships"]}
{_rule_list(PARTNERSHIP_RULES, lang)}
#
{said["plan"]}
{_rule_list(PLAN_RULES, lang)}
"""


_REMARKS: Final = {
    "head": T(
        "What this instance is, and which rules hold. Check it with `koopopt check`, solve it with"
        " `koopopt solve`. A line that begins with # is a remark; delete the # to make it count."
    ),
    "services": T(
        "Service models of the library ({services}), or files of your own in this folder: {own}"
    ),
    "forms": T("A set of legal forms of the library ({forms}), or a file of your own."),
    "sources": T("Where the data come from; shown in every report."),
    "travel": T(
        "Minutes of pairs without a row in travel.csv: great-circle km × detour / speed_kmh × 60"
    ),
    "weights": T("What `koopopt solve` minimises; criteria: {criteria}"),
    "numbers": T("Numbers of a service model can be overridden here, table by table:"),
    "rules": T("So can its rules. They win over those in [rules]; `rule = false` lifts a rule."),
    "partnerships": T(
        "The rules about partnerships; here for every service. They bind pooled partnerships:"
        " staying alone is always allowed unless a rule says otherwise."
    ),
    "plan": T("The rules about the whole plan:"),
}
_BESIDE: Final = {
    "office": T("EUR a year for each municipality that seats a pooled partnership"),
    "weight": T("EUR per person-hour"),
    "survey": T("own survey"),
}


def _settings(name: str, lang: str) -> dict[str, Any]:
    """Return what instance.toml of the example holds."""
    library, sets = list(resources.services()), list(resources.legal_forms())
    said = {"what": T("everything"), "from": T("invented example; replace it")}
    return {
        "schema": 1,
        "name": name,
        "title": {"de": name, "en": name},
        "services": ["water" if "water" in library else library[0]],
        "legal_forms": "simple" if "simple" in sets else sets[0],
        "sources": [{**{key: text.render(lang) for key, text in said.items()}, "year": 2026}],
        "travel": {"speed_kmh": 50.0, "detour": 1.3},
        "office": {"cost": 40000.0},
        "weights": {"cost": 1.0, "travel": 10.0},
        "rules": {"max_members": 4},
    }


def _remark(text: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent="# ", subsequent_indent="# ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _rule_list(kinds: Iterable[type[Rule]], lang: str) -> str:
    lines = []
    for kind in kinds:
        for key in kind.keys():  # noqa: SIM118
            sample, other = RULE_SAMPLES.get(key, ("...", ""))
            also = T("or: {value}", value=other).render(lang) if other else ""
            shown = f"# {key} = {sample}"
            lines.append(f"{shown:<40} # {also}" if also else shown)
            lines += textwrap.wrap(
                explained.rule(key, kind).render(lang), WIDTH,
                initial_indent="#     ", subsequent_indent="#     ",
            )  # fmt: skip
    return "\n".join(lines)


RULE_SAMPLES: Final = {
    "contiguous": ("true", ""),
    "max_minutes": ("30.0", ""),
    "min_members": ("2", ""),
    "max_members": ("6", ""),
    "min_population": ("5000", ""),
    "viable_alone": ("true", ""),
    "max_population": ("40000", '{ "002" = 40000, default = 15000 }'),
    "max_demand": ("500000", ""),
    "max_identity_areas": ("1", ""),
    "same_county": ("true", ""),
    "same_state": ("true", ""),
    "seats": ('["001", "002"]', ""),
    "central_places": ('["Mittelzentrum"]', ""),
    "legal_forms": ('["association"]', ""),
    "apart": ('[["001", "002"]]', ""),
    "together": ('[["001", "002"]]', ""),
    "alone": ('["003"]', ""),
    "forbid_alone": ("true", '["001", "002"]'),
    "keep_existing": ("true", ""),
    "no_losers": ('"demand"', '"population", "equal"'),
    "tolerance": ("0.05", ""),
    "min_saving": ("0.15", ""),
    "min_saving_without_grant": ("true", ""),
    "max_pooled": ("3", ""),
    "max_memberships": ("3", ""),
    "max_hosted": ("2", ""),
    "max_partner_seats": ("2", ""),
    "max_bodies": ("3", "{ water = 3 }"),
    "min_bodies": ("1", ""),
    "max_partnerships": ("5", ""),
    "min_partnerships": ("1", ""),
    "stable": ('"key"', '"individual", "core"'),
    "key": ('"population"', '"30%equal+population"'),
    "value_of_travel": ("12.5", ""),
    "limit": ("{ cost = 2000000.0 }", ""),
}
"""A value to show for each key of a rule, and another one where there are two kinds of values."""

TABLES: Final[dict[str, tuple[tuple[str, ...], Rows]]] = {
    "municipalities": (
        ("id", "name", "population", "lat", "lon", "county", "state", "identity_area",
         "central_place"),
        [
            ("001", "Oberdorf", 3200, 51.2, 9.9, "1", "1", "north", None),
            ("002", "Mittelstadt", 8400, 51.18, 9.98, "1", "1", "north", "Mittelzentrum"),
            ("003", "Unterdorf", 1900, 51.14, 10.01, "1", "1", "south", None),
            ("004", "Auendorf", 2500, 51.12, 9.93, "1", "1", "south", None),
        ],
    ),
    "neighbours": (
        ("a", "b", "border_km"),
        [("001", "002", 5.1), ("001", "004", 3.2), ("002", "003", 4.4), ("003", "004", 2.8)],
    ),
    "travel": (
        ("origin", "destination", "minutes"),
        [("001", "002", 9), ("002", "001", 9)],
    ),
}  # fmt: skip
"""The tables of a small instance that is valid as it stands."""

AREAS: Final = {"north": T("north"), "south": T("south")}
"""The identity areas of the example."""


def contents(name: str, lang: str = "en") -> Contents:
    """Return the example as what the files of an instance hold."""
    header, towns = TABLES["municipalities"]
    at = header.index("identity_area")
    named: Rows = [
        (*town[:at], AREAS[str(town[at])].render(lang), *town[at + 1 :]) for town in towns
    ]
    return Contents(
        documents={"instance.toml": _settings(name, lang)},
        tables={**TABLES, "municipalities": (header, named)},
    )


def files(name: str, lang: str = "en") -> dict[str, str]:
    """Return the files of the example's folder, with remarks."""
    tables = contents(name, lang).tables
    return {
        "instance.toml": settings(name, lang),
        **{f"{stem}.csv": csv_text(header, rows) for stem, (header, rows) in tables.items()},
        "README.md": readme(lang),
    }


def readme(lang: str = "en") -> str:
    """Return what the files are, for people."""
    title, about = (text.render(lang) for text in _ABOUT)
    points = "\n".join(
        textwrap.fill(
            f"* {text.render(lang)}", 100, subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False,
        )
        for text in _FILES
    )  # fmt: skip
    paragraph = textwrap.fill(about, 100, break_long_words=False, break_on_hyphens=False)
    return f"# {title}\n\n{paragraph}\n\n{points}\n"


_ABOUT: Final = (
    T("A new instance"),
    T(
        "Four invented municipalities. Replace them by your own; `koopopt check` names row and"
        " column of everything that does not fit. Text is UTF-8 (in Excel: CSV UTF-8), cells are"
        " separated by comma or semicolon, numbers have a decimal point. **Ids are text: leading"
        " zeros matter.**"
    ),
)
_FILES: Final = (
    T("`instance.toml`: services, rules, weights; explained in the file itself."),
    T(
        "`municipalities.csv`: `id, name, population, lat, lon, county, state, identity_area`, one"
        " row each. `lat` and `lon` are degrees; `identity_area` is what people feel they belong"
        " to, such as a former county. Optional columns: `kind, area_km2, central_place,"
        " population_<year>`."
    ),
    T("`neighbours.csv`: `a, b`, each pair with a common border once. Optional: `border_km`."),
    T(
        "`travel.csv` (optional): `origin, destination, minutes`, minutes by road in both"
        " directions; other pairs are estimated."
    ),
    T(
        "`demand.csv` (optional): `municipality, service, demand`; wins over population × demand"
        " per inhabitant."
    ),
    T(
        "`alone_cost.csv` (optional): `municipality, service, cost`, EUR a year of staying alone;"
        " wins over the cost model."
    ),
    T(
        "`sites.csv` (optional): `id, name, lat, lon, service, fixed_cost`, one row for each"
        " service that a place can seat without being a municipality (a plant, a county office)."
        " Optional: `capacity`, the largest demand there; `identity_area`. A single member there"
        " needs a legal form with `min_members = 1`. `travel.csv` may name it as a destination."
    ),
    T(
        "`status_quo.csv` (optional): `service, partnership, municipality, seat, legal_form`, the"
        " partnerships of today, one row a member."
    ),
    T("`boundaries.geojson` (optional, for maps): polygons with the property `id`."),
    T(
        "`.schemas`: by these, editors explain the keys of TOML files and mark what is wrong"
        " (Visual Studio Code with the extension Even Better TOML). A file of your own takes part"
        " with the first line `#:schema ./.schemas/service.json` or"
        " `#:schema ./.schemas/legal-forms.json`. koopopt does not read them."
    ),
)
