"""Draw the pictures of docs/gallery anew: `make gallery`, about two minutes.

Each picture belongs to the page of its name and is drawn by koopopt itself, from the shipped
Werra-Meißner district: maps and charts as `koopopt report` writes them, bars as a report's page
draws its answers. Where a picture shows figures, they are those of the command on its page.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import vl_convert
from click.testing import CliRunner

import koopopt
from koopopt.cli import main
from koopopt.report.pictures import charts

FOLDER: Final = Path(__file__).with_name("gallery")
COUNTY: Final = "werra-meissner"
ESCHWEGE: Final = "06636003"
WIDTH: Final = 800
ROW: Final = 44
"""Pixels of a bar with its name above it."""

Row = tuple[str, float, float]
"""Of a bar: its name, where it begins and where it ends."""


def bars(to: Path, axis: str, rows: Sequence[Row], middle: float) -> None:
    """Draw bars as the page of a report does, with a dashed line at `middle`."""
    data = {
        "bars": [{"k": k, "from": a, "to": b, "least": b, "most": b}
                 for k, (_, a, b) in enumerate(rows)],
        "middle": [{"at": middle}],
    }  # fmt: skip
    spec = charts.filled(charts.bars(), data, WIDTH, ROW * len(rows) + 70)
    spec["params"] = [{"name": "labels", "value": [name for name, _, _ in rows]}]
    for layer in spec["layer"]:
        if "axis" in layer.get("encoding", {}).get("x", {}):
            layer["encoding"]["x"]["title"] = axis
    to.write_text(vl_convert.vegalite_to_svg(spec, format_locale="en-GB"), "utf-8")


def asked(*words: str) -> Any:
    """Return what a command says as JSON."""
    done = CliRunner().invoke(main, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


class County:
    """The district, its best plan, and what names mean there."""

    def __init__(self, folder: Path) -> None:
        self.instance = koopopt.read(COUNTY)
        self.best = koopopt.solve(COUNTY)
        self.run = str(folder / "plan")
        self.best.save(self.run)
        self.towns = {m.id: m.name for m in self.instance.municipalities}
        self.services = {s.id: s.title["en"] for s in self.instance.services}

    def named(self, partnership: dict[str, Any]) -> str:
        """Return a partnership in words."""
        seat = self.towns[partnership["seat"]]
        return f"{self.services[partnership['service']]}, seat {seat}"

    def with_rules(self, service: str | None = None, **rules: Any) -> koopopt.Result:
        """Return the best plan with other rules, for all services or one."""
        instance = self.instance
        if service is None:
            instance = replace(instance, rules={**instance.rules, **rules})
        else:
            instance = replace(instance, services=tuple(
                replace(s, rules={**s.rules, **rules}) if s.id == service else s
                for s in instance.services))  # fmt: skip
        return koopopt.solve(instance)


def sharing_water(county: County, to: Path) -> None:
    """Show who shares water in the best plan."""
    koopopt.write_report(county.best, to, show="map", service="water")


def cheaper_or_nearer(county: County, to: Path) -> None:
    """Show eight compromises."""
    koopopt.write_report(koopopt.front(COUNTY, points=8), to, show="chart")


def the_old_border(county: County, to: Path) -> None:
    """Show water where nobody pools across the former border."""
    koopopt.write_report(
        county.with_rules(max_identity_areas=1), to, show="map", service="wastewater"
    )


def somebody_says_no(county: County, to: Path) -> None:
    """Show water where Eschwege stays alone."""
    koopopt.write_report(
        county.with_rules("water", alone=[ESCHWEGE]), to, show="map", service="water"
    )


def who_pays(county: County, to: Path) -> None:
    """Show what members of the water partnership of Eschwege pay less than alone."""
    found = asked("share", county.run, "--key", "population", "--key", "alone")
    (water,) = (
        p for p in found["partnerships"] if (p["service"], p["seat"]) == ("water", ESCHWEGE)
    )
    rows = [
        (f"{county.towns[town]}, {how}", 0.0, water["keys"][key][town] - water["alone"][town])
        for town in water["players"]
        for key, how in (("population", "by inhabitants"), ("alone", "by cost alone"))
    ]
    bars(to, "more or less than alone, EUR a year", rows, 0.0)


def in_which_order(county: County, to: Path) -> None:
    """Show from which year on each partnership works."""
    found = asked("roadmap", county.run, "--most-a-year", "3")
    rows = [
        (county.named(step), step["year"] - 1.0, float(found["years"])) for step in found["steps"]
    ]
    bars(to, "years from now", rows, 0.0)


def fewer_people(county: County, to: Path) -> None:
    """Show what the best plan saves with fewer inhabitants."""
    rows: list[Row] = []
    with koopopt.Session(COUNTY) as session:
        for less in (0, 10, 20, 30):
            people = {
                m.id: m.population * (100 - less) / 100 for m in county.instance.municipalities
            }
            best = session.solve(population=people)
            alone = koopopt.evaluate(best.problem, koopopt.all_alone(best.problem))
            name = f"{less} % fewer inhabitants" if less else "inhabitants as today"
            rows.append((name, 0.0, alone.criteria["cost"] - best.criteria["cost"]))
    bars(to, "what the best plan saves against all alone, EUR a year", rows, 0.0)


def how_sure(county: County, to: Path) -> None:
    """Show what the saving depends on."""
    found = asked("ranges", county.run, "--samples", "1")
    names = {
        "service.water.cost.elasticity": "Water supply: elasticity of costs, 0.84 to 1",
        "service.wastewater.cost.elasticity": "Wastewater: elasticity of costs, 0.9 to 1",
        "office.cost": "Cost of an office, 20,000 to 60,000 EUR",
    }
    ends = {one["place"]: (one["low"]["saving"], one["high"]["saving"]) for one in found["tornado"]}
    rows = [(name, *sorted(ends[place])) for place, name in names.items()]
    bars(to, "what the plan saves, EUR a year", rows, found["base"]["saving"])


def nobody_leaves(county: County, to: Path) -> None:
    """Show the water of the cheapest plan in which nobody pays more than alone."""
    best = county.with_rules(stable="individual", key="population")
    koopopt.write_report(best, to, show="map", service="wastewater")


def a_grant(county: County, to: Path) -> None:
    """Show how much each partnership saves, beside what the Land asks for."""
    found = asked("grant", county.run, "--land", "hessen")
    rows = [(county.named(p), 0.0, p["saving"]["without_grant"]) for p in found["partnerships"]]
    bars(to, "saving in %; the dashed line is what the Land asks for", rows, 15.0)


PICTURES: Final[tuple[Callable[[County, Path], None], ...]] = (
    sharing_water, cheaper_or_nearer, the_old_border, somebody_says_no, who_pays,
    in_which_order, fewer_people, how_sure, nobody_leaves, a_grant,
)  # fmt: skip
"""One a page of the gallery, which has the same name."""


def draw(folder: Path, names: Sequence[str] = ()) -> None:
    """Draw all pictures, or those named, into a folder."""
    with tempfile.TemporaryDirectory() as place:
        county = County(Path(place))
        for picture in PICTURES:
            if not names or picture.__name__ in names:
                picture(county, folder / f"{picture.__name__.replace('_', '-')}.svg")


if __name__ == "__main__":
    draw(FOLDER, sys.argv[1:])
