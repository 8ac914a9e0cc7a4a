"""A small valid instance that uses every file, to break, to copy and to write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes

INSTANCE = """\
schema = 1
name = "small"
title = { de = "Klein", en = "Small" }
services = ["water", "fire.toml"]
legal_forms = "forms.toml"
sources = [{ what = "all", from = "invented", year = 2026, seen = 2026-01-31 }]

[travel]
speed_kmh = 50.0
detour = 1.3

[office]
cost = 40000.0

[weights]
cost = 1.0
travel = 10.0

[rules]
max_members = 4
max_pooled = 3

[service.water.rules]
max_minutes = 60.0
"""

FIRE = """\
title = { de = "Feuerwehr", en = "Fire brigade" }

[demand]
per_inhabitant = 1.0

[cost]
kind = "tiers"
tiers = [{ up_to = 5000.0, fixed = 50000.0, per_unit = 20.0 }, { fixed = 90000.0, per_unit = 12.0 }]

[travel]
trips_per_inhabitant = 0.5

[rules]
min_members = 2
"""

FORMS = """\
[[legal_form]]
id = "agreement"
title = { de = "Vereinbarung" }
fixed_cost = 10000.0
cost_per_extra_member = 5000.0
max_members = 3

[[legal_form]]
id = "association"
title = { de = "Verband" }
services = ["water", "fire"]
fixed_cost = 90000.0
votes = { base = 1, inhabitants_per_vote = 1000.0, max_share = 0.6 }
grant = { amounts = { "2" = 50000.0, "4+" = 100000.0 }, years = 5.0 }
"""

MUNICIPALITIES = """\
id,name,population,lat,lon,county,state,identity_area,kind,area_km2,central_place,population_2030
06636001,Aue,5000,51.20,9.90,06636,06,nord,town,40.5,Mittelzentrum,4800
06636002,Bach,3000,51.22,9.95,06636,06,nord,,31,,
06636003,"Cron, Markt",2000,51.18,10.00,06636,06,süd,,,,1900.5
16061004,Dorn,1500,51.25,10.05,16061,16,süd,,,,
"""


def square(lon: float, lat: float, side: float) -> dict[str, object]:
    """Return a square by its south-western corner."""
    east, north = round(lon + side, 2), round(lat + side, 2)
    ring = [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


SQUARE = square(9.9, 51.2, 0.05)
SQUARES: Mapping[str, object] = {
    "06636001": SQUARE,
    "06636002": square(9.95, 51.2, 0.05),
    "06636003": square(10.0, 51.15, 0.05),
    "16061004": square(10.0, 51.2, 0.05),
}


def feature(id_: object, geometry: object) -> dict[str, object]:
    """Return a municipality's area."""
    return {"type": "Feature", "properties": {"id": id_}, "geometry": geometry}


def geojson(id_: object = "06636001", geometry: object = SQUARE) -> str:
    """Return a collection of one feature."""
    return json.dumps({"type": "FeatureCollection", "features": [feature(id_, geometry)]})


FILES: Mapping[str, Content] = {
    "instance.toml": INSTANCE,
    "fire.toml": FIRE,
    "forms.toml": FORMS,
    "municipalities.csv": MUNICIPALITIES,
    "neighbours.csv": """\
a,b,border_km
06636001,06636002,5.5
06636002,06636003,3
06636003,16061004,
""",
    "travel.csv": """\
origin,destination,minutes
06636001,06636002,8
06636002,06636001,9.5
06636002,06636003,12
06636003,06636002,12
""",
    "demand.csv": "municipality,service,demand\n06636001,fire,5200\n",
    "alone_cost.csv": "municipality,service,cost\n06636002,fire,150000\n",
    "status_quo.csv": """\
service,partnership,municipality,seat,legal_form
fire,F1,06636001,06636001,agreement
fire,F1,06636002,06636001,agreement
fire,F2,16061004,16061004,alone
""",
    "boundaries.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [feature(id_, geometry) for id_, geometry in SQUARES.items()],
        }
    ),
}


def lay_out(files: Mapping[str, Content], folder: Path) -> Path:
    """Write files into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder
