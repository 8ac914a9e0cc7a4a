"""What people write wrongly about scenarios, ranges, horizon and one-off costs: one clear message.

Each mutation of a valid instance is told once, with file, place, value, rule and remedy, and the
exit code is that of broken data.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from koopopt.cli import main

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"
FUTURES = """
[horizon]
years = 10
discount = 0.02

[service.library]
one_off = 1000.0

[[scenario]]
id = "base"

[[scenario]]
id = "fewer"
title = { en = "Fewer" }
weight = 2.0
population = "population_2040"
cost = { library = 1.2 }
travel = 1.1
rules = "every"
"""
S, H, LIB = "scenario[2].", "horizon.", "service.library."
RANGE, POPULATION, TRAVEL = "[4000.0, 6000.0]", '"population_2040"', "travel = 1.1"
COST, FORM, LIBRARY = "cost = { library = 1.2 }", "fixed_cost = 10000.0", "per_unit = 10.0"
NUMBER, TABLE, TEXT, BOTH = "must be a number", "must be a table", "text in double", "two values"
KNOWN = "Did you mean"

TOML: Final = [
    # scenarios
    ('id = "fewer"', "id = 7", f"{S}id", TEXT),
    ('id = "fewer"', 'id = ""', f"{S}id", "must not be empty"),
    ('id = "fewer"', 'id = "base"', f"{S}id", "Another scenario has this id"),
    ('id = "fewer"', 'id = "worst"', f"{S}id", "Choose another id"),
    ('id = "fewer"\n', "", f"{S}id", "key is missing"),
    ("weight = 2.0", "weight = -1.0", f"{S}weight", "0 or more"),
    ("weight = 2.0", 'weight = "much"', f"{S}weight", NUMBER),
    ("weight = 2.0", "weight = nan", f"{S}weight", "not finite"),
    ("weight = 2.0", "weight = true", f"{S}weight", NUMBER),
    (POPULATION, '"population_2050"', f"{S}population", f"{KNOWN} 'population_2040'"),
    (POPULATION, '"people"', f"{S}population", "Known are population_2040"),
    (POPULATION, "-0.5", f"{S}population", "greater than 0"),
    (POPULATION, "1000", f"{S}population", "100 or less"),
    (POPULATION, "[0.5]", f"{S}population", f"{TEXT} quotes or a number"),
    (COST, "cost = { libary = 1.2 }", f"{S}cost", f"{KNOWN} 'library'"),
    (COST, "cost = { library = -1.2 }", f"{S}cost.library", "greater than 0"),
    (COST, "cost = 0", f"{S}cost", "greater than 0"),
    (COST, 'cost = "dear"', f"{S}cost", "a number or a table"),
    (COST, 'cost = { library = "dear" }', f"{S}cost.library", NUMBER),
    (TRAVEL, "travel = -1", f"{S}travel", "greater than 0"),
    (TRAVEL, 'travel = "long"', f"{S}travel", NUMBER),
    (TRAVEL, "travle = 1.1", f"{S}travle", f"{KNOWN} 'travel'"),
    (TRAVEL, "elasticity = { library = 0.8 }", f"{S}elasticity", "no elasticity"),
    (TRAVEL, "elasticity = { library = 3.0 }", f"{S}elasticity.library", "2 or less"),
    (TRAVEL, "elasticity = 0.8", f"{S}elasticity", TABLE),
    (TRAVEL, "elasticity = { lib = 0.8 }", f"{S}elasticity", f"{KNOWN} 'library'"),
    ('rules = "every"', 'rules = "all"', f"{S}rules", "'base' or 'every'"),
    ('title = { en = "Fewer" }', 'title = "Fewer"', f"{S}title", TABLE),
    ('[[scenario]]\nid = "base"\n\n[[', "[[", "scenario[1].population", "2050"),
    ('[[scenario]]\nid = "base"\n\n[[scenario]]', "[scenario]", "scenario", "[[scenario]]"),
    ('[[scenario]]\nid = "base"', "[[scenario]]", "scenario[1].id", "key is missing"),
    ('[[scenario]]\nid = "base"', '[[scenarios]]\nid = "base"', "scenarios", "'scenario'"),
    ("weight = 2.0", "weight = 0", "scenario.weight", "weight 0"),
    # ranges
    (RANGE, "[6000.0, 4000.0]", "office.cost_range", "Write [4000.0, 6000.0]"),
    (RANGE, "[5500.0, 6000.0]", "office.cost_range", "does not lie in its range"),
    (RANGE, "[4000.0]", "office.cost_range", BOTH),
    (RANGE, "4000.0", "office.cost_range", BOTH),
    (RANGE, "[4000.0, 5000.0, 6000.0]", "office.cost_range", BOTH),
    (RANGE, '["a", 6000.0]', "office.cost_range[1]", NUMBER),
    (RANGE, "[-1.0, 6000.0]", "office.cost_range[1]", "0 or more"),
    (RANGE, "[4000.0, inf]", "office.cost_range[2]", "not finite"),
    ("cost_range", "cots_range", "office.cots_range", f"{KNOWN} 'cost_range'"),
    ("[5.0, 20.0]", "[20.0, 5.0]", "weights.travel_range", "Write [5.0, 20.0]"),
    ("[5.0, 20.0]", "[11.0, 20.0]", "weights.travel_range", "does not lie in its range"),
    ("travel_range", "identity_range", "weights.identity_range", "Write 'identity' beside it"),
    ("travel_range", "travle_range", "weights.travle_range", f"{KNOWN} 'travel'"),
    ("detour = 1.3", "detour = 1.3\ndetour_range = [0.5, 1.4]", "travel.detour_range[1]", "1 or"),
    ("contiguous", "max_members_range = [2, 4]\ncontiguous", "rules.max_members_range", "allowed"),
    # horizon and one-off costs
    ("years = 10", "years = 0", f"{H}years", "1 or more"),
    ("years = 10", "years = 2.5", f"{H}years", "whole number"),
    ("years = 10", "years = 200", f"{H}years", "100 or less"),
    ("years = 10", 'years = "ten"', f"{H}years", "whole number"),
    ("years = 10\n", "", f"{H}years", "key is missing"),
    ("years = 10", "years = 10\nyears_range = [8, 12]", f"{H}years_range", "as they are written"),
    ("discount = 0.02", "discount = -0.02", f"{H}discount", "0 or more"),
    ("discount = 0.02", "discount = 2", f"{H}discount", "For 2 % write 0.02"),
    ("discount = 0.02", 'discount = "2 %"', f"{H}discount", NUMBER),
    ("discount = 0.02", "disc = 0.02", f"{H}disc", f"{KNOWN} 'discount'"),
    ("[horizon]\nyears", "[[horizon]]\nyears", "horizon", "one bracket on either side: [horizon]"),
    ("[horizon]\nyears = 10\ndiscount = 0.02\n", "", "horizon", "Add the table [horizon]"),
    ("one_off = 1000.0", "one_off = -1", f"{LIB}one_off", "0 or more"),
    ("one_off = 1000.0", 'one_off = "much"', f"{LIB}one_off", NUMBER),
    ("one_off = 1000.0", "one_of = 1000.0", f"{LIB}one_of", f"{KNOWN} 'one_off'"),
    ("one_off = 1000.0", "one_off = inf", f"{LIB}one_off", "not finite"),
    ("one_off = 1000.0", "one_off_per_member = -3", f"{LIB}one_off_per_member", "0 or more"),
    (
        "one_off =",
        "one_off_range = [1, 2]\none_off =",
        f"{LIB}one_off_range",
        "as they are written",
    ),
    ("one_off = 1000.0", "cost.one_off = 1000.0", f"{LIB}cost.one_off", "Unknown key"),
]
"""What stands in instance.toml, what is written instead, the place that is told, and words."""

OTHERS: Final = [
    ("municipalities.csv", "valley,1800", "valley,", "population_2040", "first is B"),
    ("municipalities.csv", "valley,1800", "valley,-5", "population_2040", "row 3"),
    ("municipalities.csv", "valley,1800", "valley,many", "population_2040", "not a number"),
    ("municipalities.csv", "population_2040", "population_20xx", "population_20xx", "Unknown"),
    ("library.toml", LIBRARY, f"{LIBRARY}, per_unit_range = [11.0, 12.0]",
     "cost.tiers[1].per_unit_range", "does not lie in its range"),
    ("library.toml", LIBRARY, f"{LIBRARY}, fixed_range = [5.0, 1.0]",
     "cost.tiers[1].fixed_range", "Write [1.0, 5.0]"),
    ("forms.toml", FORM, f"{FORM}\nfixed_cost_range = [20000.0, 30000.0]",
     "legal_form[1].fixed_cost_range", "does not lie in its range"),
    ("forms.toml", FORM, f"{FORM}\none_off = -5", "legal_form[1].one_off", "0 or more"),
    ("forms.toml", FORM,
     FORM + '\ngrant = { amounts = { "2" = 5.0 }, years = 5, amounts_range = { "3" = [1, 2] } }',
     "legal_form[1].grant.amounts_range.3", "no '3'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("futures") / "villages"
    shutil.copytree(VILLAGES, folder)
    table = folder / "municipalities.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},population_2040", *(f"{r},{900 * k}" for k, r in enumerate(rows, start=1))]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = folder / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace("cost = 5000.0", f"cost = 5000.0\ncost_range = {RANGE}")
    text = text.replace("travel = 10.0", "travel_range = [5.0, 20.0]\ntravel = 10.0")
    settings.write_text(text + FUTURES, encoding="utf-8")
    assert checked(folder).exit_code == 0
    return folder


def checked(folder: Path):
    return CliRunner(env={"COLUMNS": "400"}).invoke(main, ["check", str(folder)], obj="en")


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [*(("instance.toml", *case) for case in TOML), *OTHERS],
)
def test_one_mistake_gets_one_clear_message(
    villages: Path, file: str, old: str, new: str, place: str, words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(villages, folder)
    text = (folder / file).read_text(encoding="utf-8")
    before, found, after = text.rpartition(old) if old == TRAVEL else text.partition(old)
    assert found
    changed = f"{before}{new}{after}"
    if words == "2050":  # of the scenario that is left
        changed, words = changed.replace(POPULATION, '"population_2050"'), KNOWN
    if words == "weight 0":
        changed = changed.replace('id = "base"', 'id = "base"\nweight = 0')
    (folder / file).write_text(changed, encoding="utf-8")
    done = checked(folder)
    assert done.exit_code == 3, done.output
    assert "Traceback" not in done.output
    told = [line for line in done.output.splitlines() if "• " in line]
    assert len(told) == 1, done.output
    assert f"{file}, " in told[0]
    assert f"column {place}" in told[0].replace(f"column {place}[", "")
    assert words in told[0]
