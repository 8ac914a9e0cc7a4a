"""docs/format.md is enough: what was written from it alone agrees with koopopt, to the unit."""

from __future__ import annotations

import ast
import random
import re
from pathlib import Path
from typing import Any

import pytest

import koopopt
from format import library_free
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.problem import Problem

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "format.md"
SHIPPED = ["three-villages", "valley", "border", "facility-teaching", "germersheim",
           "werra-meissner"]  # fmt: skip

MORE = {
    "instance.toml": """schema = 1
decimal = "."
name = "more"
title.en = "More"
services = ["water", "fire.toml"]
legal_forms = "forms.toml"
office.cost = 0.125
[horizon]
years = 7
discount = 0.03
[weights]
cost = 1.5
farthest = 0.1
change = 7
[service.water.cost]
elasticity = 0.913
flat_above = 3000.0
[service.water]
one_off = 1234.5
rules.contiguous = false
""",
    "fire.toml": """title.en = "Fire"
demand.per_inhabitant = 0.3
one_off_per_member = 99.9
[cost]
kind = "tiers"
tiers = [{ up_to = 500, fixed = 1.005, per_unit = 0.33 }, { fixed = 70.1 }]
[travel]
trips_per_inhabitant = 0.7
""",
    "forms.toml": """[[legal_form]]
id = "pact"
title.en = "Pact"
fixed_cost = 11.115
cost_per_pair = 0.335
grant = { amounts = { "2" = 10.0, "3+" = 20.0 }, years = 3.0 }
""",
    "municipalities.csv": """id,name,population,lat,lon,county,state,identity_area
01,"Ä, Dorf",1001,50.0,8.0,1,1,west
07,Zwei,2002.5,50.1,8.1,1,1,east
03,"Drei ""am"" Berg",333,50.2,8.0,1,1,west
""",
    "travel.csv": "origin,destination,minutes\n01,07,12.34565\n07,01,11\n01,S,0.5\n",
    "demand.csv": "municipality,service,demand\n01,fire,400.55\n",
    "alone_cost.csv": "municipality,service,cost\n07,fire,17.125\n",
    "sites.csv": "id,name,lat,lon,service,fixed_cost,capacity\nS,Werk,50.19,8.0,fire,4.445,\n",
    "status_quo.csv": "service,partnership,municipality,seat,legal_form\n"
    "water,x,01,03,pact\nwater,x,03,03,pact\n",
}
"""What no shipped instance has: sites, demands, costs alone, one-off costs, halves of units."""


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("format") / "more"
    folder.mkdir()
    for name, text in MORE.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def plans(instance: Instance, seed: int) -> list[list[dict[str, str]]]:
    """Return the rows of all alone, of today, and of plans by lot, whatever rules say of them."""
    dice = random.Random(seed)
    towns, forms = [m.id for m in instance.municipalities], instance.legal_forms
    found = [Plan(()).rows(), Plan(instance.status_quo).rows()]
    for _ in range(8):
        parts = []
        for service in instance.services:
            left = dice.sample(towns, len(towns))
            sites = [s.id for s in instance.sites if s.service == service.id]
            while left:
                members, left = left[: (k := dice.randint(1, 6))], left[k:]
                seat = dice.choice([*members, *sites])
                if len(members) > 1 or seat not in members:
                    parts.append(Partnership(service.id, tuple(members), seat,
                                             dice.choice(forms).id))  # fmt: skip
        found.append(Plan(parts).rows())
    return found


def whole(instance: Instance, rows: list[dict[str, str]]) -> Plan:
    """Return the plan of rows; municipalities that are in none are alone."""
    parts: dict[Any, list[str]] = {}
    for row in rows:
        key = row["service"], row["partnership"], row["seat"], row["legal_form"]
        parts.setdefault(key, []).append(row["municipality"])
    found = [Partnership(s, tuple(members), h, f) for (s, _, h, f), members in parts.items()]
    known = {(p.service, town) for p in found for town in p.members}
    found += [
        Partnership(s.id, (m.id,), m.id)
        for s in instance.services
        for m in instance.municipalities
        if (s.id, m.id) not in known
    ]
    return Plan(found)


def agree(folder: Path, seed: int) -> None:
    instance = koopopt.read(folder)
    case = library_free.Case(folder, ROOT / "models")
    for rows in plans(instance, seed):
        said = koopopt.evaluate(Problem.of(instance), whole(instance, rows))
        mine = case.criteria(rows)
        assert {name: float(value) for name, value in mine.items()} == dict(said.criteria)
        assert float(case.weighted_sum(mine)) == said.objective


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_instances(name: str) -> None:
    agree(ROOT / "instances" / name, 1)


def test_what_no_shipped_instance_has(more: Path) -> None:
    agree(more, 2)


@pytest.mark.skipif(not PAGE.exists(), reason="the page stands in the repository only")
def test_the_page_names_every_key_and_column_that_is_read() -> None:
    page, tree = PAGE.read_text("utf-8"), ast.parse(Path(library_free.__file__).read_text("utf-8"))
    keys = {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    }
    keys |= {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "get" and isinstance(node.args[0], ast.Constant)
    }
    named = {key for key in keys if isinstance(key, str)}
    assert len(named) > 30
    missing = {key for key in named if not re.search(rf"[`.\[ ]{key}[`.\]]", page)}
    assert missing == set()


def test_nothing_of_koopopt_is_used() -> None:
    tree = ast.parse(Path(library_free.__file__).read_text("utf-8"))
    modules = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import)
                     else [str(node.module)])
    }  # fmt: skip
    assert modules == {
        "__future__", "csv", "decimal", "fractions", "math", "pathlib", "tomllib", "typing",
    }  # fmt: skip
