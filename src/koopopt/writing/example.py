"""The example that a new instance starts from: every key and every rule, explained."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

from koopopt.case import resources
from koopopt.criteria import CRITERIA
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Rule
from koopopt.writing.toml import literal


def settings(name: str) -> str:
    """Return a commented instance.toml."""
    library = list(resources.services())
    service = "water" if "water" in library else library[0]
    sets = list(resources.legal_forms())
    forms = "simple" if "simple" in sets else sets[0]
    return f"""\
# What this instance is, and which rules hold. Check it with `koopopt check`, solve it with
# `koopopt solve`. A line that begins with # is a remark; delete the # to make it count.
schema = 1
name = {literal(name)}
title = {{ de = {literal(name)}, en = {literal(name)} }}

# Service models of the library ({", ".join(library)}),
# or files of your own in this folder: services = ["{service}", "fire.toml"]
services = ["{service}"]

# A set of legal forms of the library ({", ".join(sets)}), or a file of your own.
legal_forms = "{forms}"

# Where the data come from; shown in every report.
sources = [{{ what = "everything", from = "invented example; replace it", year = 2026 }}]

[travel]              # minutes of pairs without a row in travel.csv:
speed_kmh = 50.0      # great-circle km × detour / speed_kmh × 60
detour = 1.3

[office]
cost = 40000.0        # EUR a year for each municipality that seats a pooled partnership

[weights]             # what `koopopt solve` minimises; criteria: {", ".join(CRITERIA)}
cost = 1.0
travel = 10.0         # EUR per person-hour

# Numbers of a service model can be overridden here, table by table:
# [service.{service}.travel]
# trips_per_inhabitant = 0.2
# source = "own survey"
#
# So can its rules. They win over those in [rules]; `rule = false` lifts a rule.
# [service.{service}.rules]
# max_members = 6

[rules]
max_members = 4

# The rules about partnerships; here for every service. They bind pooled partnerships:
# staying alone is always allowed unless a rule says otherwise.
{_rule_list(PARTNERSHIP_RULES)}
#
# The rules about the whole plan:
{_rule_list(PLAN_RULES)}
"""


def _rule_list(kinds: Iterable[type[Rule]]) -> str:
    lines = []
    for kind in kinds:
        lines += [f"# {key} = {RULE_SAMPLES.get(key, '...')}" for key in kind.keys()]  # noqa: SIM118
        lines += textwrap.wrap(
            kind.summary, 98, initial_indent="#     ", subsequent_indent="#     "
        )
    return "\n".join(lines)


RULE_SAMPLES: Final = {
    "contiguous": "true",
    "max_minutes": "30.0",
    "min_members": "2",
    "max_members": "6",
    "min_population": "5000",
    "viable_alone": "true",
    "max_population": '40000            # or by seat: { "002" = 40000, default = 15000 }',
    "max_demand": "500000",
    "max_identity_areas": "1",
    "same_county": "true",
    "same_state": "true",
    "seats": '["001", "002"]',
    "central_places": '["Mittelzentrum"]',
    "legal_forms": '["association"]',
    "apart": '[["001", "002"]]',
    "together": '[["001", "002"]]',
    "alone": '["003"]',
    "forbid_alone": 'true                # or ["001", "002"]',
    "keep_existing": "true",
    "no_losers": '"demand"              # or "population", "equal"',
    "tolerance": "0.05",
    "max_pooled": "3",
    "max_memberships": "3",
    "max_hosted": "2",
    "max_partner_seats": "2",
    "max_bodies": "3                    # or { water = 3 }",
    "min_bodies": "1",
    "max_partnerships": "5",
    "min_partnerships": "1",
    "limit": "{ cost = 2000000.0 }",
}
"""A value to show for each key of a rule."""

TABLES: Final = {
    "municipalities.csv": """\
id,name,population,lat,lon,county,state,identity_area,central_place
001,Oberdorf,3200,51.200,9.900,1,1,north,
002,Mittelstadt,8400,51.180,9.980,1,1,north,Mittelzentrum
003,Unterdorf,1900,51.140,10.010,1,1,south,
004,Auendorf,2500,51.120,9.930,1,1,south,
""",
    "neighbours.csv": """\
a,b,border_km
001,002,5.1
001,004,3.2
002,003,4.4
003,004,2.8
""",
    "travel.csv": """\
origin,destination,minutes
001,002,9
002,001,9
""",
    "README.md": """\
# A new instance

Four invented municipalities. Replace them by your own; `koopopt check` names row and column of
everything that does not fit. Text is UTF-8 (in Excel: CSV UTF-8), cells are separated by comma or
semicolon, numbers have a decimal point. **Ids are text: leading zeros matter.**

* `instance.toml`: services, rules, weights; explained in the file itself.
* `municipalities.csv`: `id, name, population, lat, lon, county, state, identity_area`, one row
  each. `lat` and `lon` are degrees; `identity_area` is what people feel they belong to, such as a
  former county. Optional columns: `kind, area_km2, central_place, population_<year>`.
* `neighbours.csv`: `a, b`, each pair with a common border once. Optional: `border_km`.
* `travel.csv` (optional): `origin, destination, minutes`, minutes by road in both directions;
  other pairs are estimated.
* `demand.csv` (optional): `municipality, service, demand`; wins over population × demand per
  inhabitant.
* `alone_cost.csv` (optional): `municipality, service, cost`, EUR a year of staying alone; wins
  over the cost model.
* `sites.csv` (optional): `id, name, lat, lon, service, fixed_cost`, one row for each service that a
  place can seat without being a municipality (a plant, a county office). Optional: `capacity`, the
  largest demand there; `identity_area`. A single member there needs a legal form with
  `min_members = 1`. `travel.csv` may name it as a destination.
* `status_quo.csv` (optional): `service, partnership, municipality, seat, legal_form`, the
  partnerships of today, one row a member.
* `boundaries.geojson` (optional, for maps): polygons with the property `id`.
* `.schemas`: by these, editors explain the keys of TOML files and mark what is wrong (Visual Studio
  Code with the extension Even Better TOML). A file of your own takes part with the first line
  `#:schema ./.schemas/service.json` or `#:schema ./.schemas/legal-forms.json`. koopopt does not
  read them.
""",
}
"""The other files of a small instance that is valid as it stands."""
