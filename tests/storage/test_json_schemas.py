"""The schemas for other programs say what koopopt's own readers say, as far as a schema can."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

import tiny
from koopopt.case import resources
from koopopt.criteria import CRITERIA, Criterion
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from koopopt.storage import front_writing, json_schemas
from koopopt.storage.json_schemas import SCHEMAS
from koopopt.text import T
from pareto import hand
from reading.broken import MODEL_CASES, RULE_CASES, TOML_CASES, Mutation
from reading.valid import FILES
from storage.made import PROBLEM, written
from storage.mutation import Table
from storage.test_front_reading import BROKEN as BROKEN_FRONTS
from storage.test_run_reading import BROKEN as BROKEN_RUNS

Damage = Callable[[Table], None]

SHIPPED = Path(__file__).parents[2] / "schemas"
KINDS = {"instance.toml": "instance", "fire.toml": "service", "forms.toml": "legal-forms"}
VALIDATORS = {name: Draft202012Validator(emitted.make()) for name, emitted in SCHEMAS.items()}


def wrong(name: str, table: Any) -> list[str]:
    """Return what a schema finds wrong in a table."""
    return [error.message for error in VALIDATORS[name].iter_errors(table)]


# -- the schemas themselves --------------------------------------------------------------------


def test_shipped_are_those_that_the_code_emits() -> None:
    assert {path.stem for path in SHIPPED.iterdir()} == set(SCHEMAS)
    for name in SCHEMAS:
        shipped = (SHIPPED / f"{name}.json").read_text("utf-8")
        assert shipped == json_schemas.text(name), "run `make schemas`"


@pytest.mark.parametrize("name", SCHEMAS)
def test_they_are_schemas_and_explain_every_key(name: str) -> None:
    schema = json.loads(json_schemas.text(name))
    Draft202012Validator.check_schema(schema)
    Draft7Validator.check_schema(schema)  # what Taplo takes them for
    assert "title" in schema
    assert [key for key, value in keys(schema) if "description" not in value] == []


def keys(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key that a schema names, and what it says of it, here or where it refers to."""
    definitions = schema.get("$defs", {})

    def inside(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                yield (
                    key,
                    {**definitions.get(value.get("$ref", "").rpartition("/")[2], {}), **value},
                )
        for part in node.values() if isinstance(node, dict) else node:
            if isinstance(part, (dict, list)):
                yield from inside(part)

    yield from inside(schema)


def test_units_are_told() -> None:
    told = SCHEMAS["instance"].make()
    assert told["$defs"]["Office"]["description"].startswith("EUR a year")
    assert "person-hours" in told["properties"]["weights"]["properties"]["travel"]["description"]
    assert "minutes" in told["properties"]["rules"]["properties"]["max_minutes"]["description"]


def test_they_follow_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    far = Criterion("far", T("far"), T("inhabitants"), 1.0)
    monkeypatch.setitem(CRITERIA.known, "far", far)
    rules = SCHEMAS["instance"].make()["properties"]["rules"]["properties"]
    assert "far" in rules["limit"]["anyOf"][0]["properties"]
    assert "far" in SCHEMAS["run"].make()["properties"]["lexicographic"]["items"]["enum"]


# -- what is right -----------------------------------------------------------------------------


def of_instances() -> Iterator[tuple[str, Path]]:
    """Yield shipped files of instances, and the names of their schemas."""
    for folder in resources.instances().values():
        settings = tomllib.loads((folder / "instance.toml").read_text("utf-8"))
        named = {"instance.toml": "instance", settings["legal_forms"]: "legal-forms"}
        named |= dict.fromkeys(settings["services"], "service")
        yield from ((kind, folder / file) for file, kind in named.items() if file[-5:] == ".toml")


def shipped() -> list[tuple[str, Path]]:
    return [
        *(("service", path) for path in resources.services().values()),
        *(("legal-forms", path) for path in resources.legal_forms().values()),
        *(("grant-programme", path) for path in resources.grant_programmes().values()),
        *of_instances(),
    ]


@pytest.mark.parametrize(("name", "path"), shipped(), ids=lambda part: getattr(part, "name", part))
def test_shipped_files_are_valid(name: str, path: Path) -> None:
    assert wrong(name, tomllib.loads(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", KINDS)
def test_the_small_instance_is_valid(file: str) -> None:
    assert wrong(KINDS[file], tomllib.loads(str(FILES[file]))) == []


CHANGES = [
    ("[service.water.cost]\nscale = 2", []),
    ('[service.water]\ntitle.de = "x"\ncost.kind = "tiers"\ncost.tiers = [{ fixed = 1 }]', []),
    ("[service.water.cost]\nscale = 2\ntiers = [{ fixed = 1 }]", ["not valid under any"]),
    ("[service.water.cost]\ntiers = [{ per_unit = 1 }]", ["not valid under any"]),
    ("[service.water.demand]\nunits = 2", ["'units' was unexpected"]),
    ("[service.fire.rules]\nmax_members = false\ncontiguous = false\ntolerance = 0.1", []),
    ("[service.fire.rules]\nmax_pooled = 2", ["'max_pooled' was unexpected"]),
]
"""Changes to service models, and what is said of them."""


@pytest.mark.parametrize(("text", "said"), CHANGES)
def test_changes_to_a_service_need_no_key_and_allow_no_other(text: str, said: list[str]) -> None:
    found = wrong("instance", tomllib.loads(f"{FILES['instance.toml']!s}\n{text}"))
    assert len(found) == len(said)
    assert all(gist in message for gist, message in zip(said, found, strict=True))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return written(tmp_path_factory.mktemp("run"), tiny.result(PROBLEM))


@pytest.fixture(scope="module")
def front() -> dict[str, Any]:
    problem = Problem.of(tiny.instance())
    return as_read(front_writing.to_table(hand.of_problem(problem, ("cost", "travel", "bodies"))))


def as_read(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table as it is read from its file."""
    read: dict[str, Any] = json.loads(json.dumps(table))
    return read


@pytest.mark.parametrize("status", Status)
def test_runs_are_valid(status: Status, tmp_path: Path) -> None:
    found = status in (Status.OPTIMAL, Status.FEASIBLE)
    result = tiny.result(PROBLEM, status=status) if found else tiny.nothing(PROBLEM, status)
    assert wrong("run", written(tmp_path, result)) == []


def test_fronts_are_valid(front: dict[str, Any]) -> None:
    assert wrong("front", front) == []
    of_model = front_writing.to_table(hand.of_model(hand.knapsack(objectives=3)))
    assert wrong("front", as_read(of_model)) == []


# -- what is wrong -----------------------------------------------------------------------------

# What only the readers can tell: names that stand elsewhere, and what is right by itself but not
# beside the rest. A text that is no TOML at all never comes to a schema.
NO_TOML = {
    "no instance.toml", "CR only", "no TOML", "German number", "text without quotes", "key twice",
    "table twice", "list not closed", "deep", "long number", "huge cost, hexadecimal",
    "service file missing",
}  # fmt: skip
OF_SPELLING = {  # how a number or a name is written
    "next to nothing", "office of thousands", "tier of thousands", "form of thousands",
    "pairs of thousands",
    "name of a path", "service name", "service outside", "service absolute",
}  # fmt: skip
NO_NUMBER = {"speed nan", "nan"}  # JSON, and so JSON Schema, does not know it
OF_OTHER_FILES = {
    "override of nothing", "override of the id", "id is another", "form of no service",
    "town unknown", "town lost zero", "seat unknown", "no such central place", "form unknown",
    "count of no service", "modifier alone", "sizes of two files", "capacity of nobody's seat",
    "capacity of the others misspelt", "population at the best seat",
}  # fmt: skip
OF_SENSE = {
    "population", "weights all 0", "last tier ends", "tiers in disorder", "form twice",
    "form alone",
    "form sizes", "pair with itself", "sizes", "sizes overridden", "together and apart",
    "together by steps and apart", "together too many", "alone and together", "alone and not",
    "alone and nobody", "no seats", "bodies", "bodies by service", "partnerships", "no form fits",
    "no form is open", "form with a blank", "service that no form is open to",
}  # fmt: skip
BEYOND = OF_SPELLING | NO_NUMBER | OF_OTHER_FILES | OF_SENSE


def shapes() -> Iterator[Any]:
    for group, broken in (("toml", TOML_CASES), ("models", MODEL_CASES), ("rules", RULE_CASES)):
        for name, mutate, _ in broken:
            if name not in NO_TOML:
                yield pytest.param(name, mutate, id=f"{group}: {name}")


@pytest.mark.parametrize(("name", "mutate"), [*shapes()])
def test_what_is_of_the_wrong_shape_is_refused(name: str, mutate: Mutation) -> None:
    broken = dict(FILES)
    mutate(broken)
    found = [
        message
        for file, kind in KINDS.items()
        for message in wrong(kind, tomllib.loads(str(broken[file])))
    ]
    assert bool(found) is (name not in BEYOND), found


RUN_BEYOND = {
    "exactly where a plan was found",
    "column objective, value '1.0': The plan's value is 959,2",
    "column objective",
    "column criteria.cost",
    "column criteria.bodies",
    "column criteria.travel",
    "above the objective",
    "does not follow from objective and bound",
    "breaks the rule limit",
    "other data",
    "has no partnership in",
    "Did you mean 'water'",
    "two partnerships",
    "partnerships[1].seat, value '99'",
    "'guild'",
}
"""What only the plan, the instance and arithmetic can tell."""


@pytest.mark.parametrize(("damage", "said"), BROKEN_RUNS, ids=range(len(BROKEN_RUNS)))
def test_broken_runs(damage: Damage, said: str, run: dict[str, Any]) -> None:
    table = copy.deepcopy(run)
    damage(table)
    assert bool(wrong("run", table)) is (said not in RUN_BEYOND)


FRONT_BEYOND = {
    "stands twice",
    "Did you mean 'travel'",
    "keys must be the criteria",
    "certificate says otherwise",
    "no points",
    "other data",
    "no criterion of this name",
    "differ",
    "has partnerships",
    "has no partnership in",
    "Did you mean 'water'",
    "'99'",
    "zero",
    "two partnerships",
    "not a member",
    "'guild'",
    "single member",
    "one entry a criterion",
    "one entry",
    "All weights are 0",
    "exactly where the status is",
    "A point has a cell",
}
"""The same of a front; the names of its criteria are those of a model where it is of one."""


@pytest.mark.parametrize(("damage", "said"), BROKEN_FRONTS, ids=range(len(BROKEN_FRONTS)))
def test_broken_fronts(damage: Damage, said: str, front: dict[str, Any]) -> None:
    table = copy.deepcopy(front)
    damage(table)
    assert bool(wrong("front", table)) is (said not in FRONT_BEYOND)
