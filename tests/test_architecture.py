"""Directions of dependency name every module, tests mirror the rooms, and nothing is long."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import koopopt
from koopopt.case.facts import Facts
from koopopt.criteria import CRITERIA, Criterion
from koopopt.linear import Floats
from koopopt.text import T

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "koopopt"
TESTS = ROOT / "tests"

ACROSS_ROOMS = {"browser", "conformance", "format", "golden", "live/page", "validation"}
"""Folders of tests that are of no single room."""
OF_THE_WHOLE = {
    "api", "architecture", "docs", "gallery", "logging", "packaging", "page_commands",
    "project_files", "readme", "release", "site", "stability",
}  # fmt: skip
"""Tests that are of no single module."""


def test_every_module_has_its_layer() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]
    named = [name for layer in contract["layers"] for name in re.split(r"\s*[|:]\s*", layer)]
    assert len(named) == len(set(named))
    assert set(named) == {path.stem for path in PACKAGE.iterdir() if _is_module(path)}


def _is_module(path: Path) -> bool:
    is_package = (path / "__init__.py").exists()
    return is_package or (path.suffix == ".py" and path.stem != "__init__")


def test_every_folder_of_tests_is_a_room_and_every_room_has_tests() -> None:
    rooms = {path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("__init__.py")}
    tested = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("*.*")} - {Path()}
    assert {p.as_posix() for p in rooms - tested} == set()
    strange = {p.as_posix() for p in folders - rooms if p.name != "__pycache__"}
    assert strange == ACROSS_ROOMS


def test_every_module_of_no_room_has_tests_of_its_name() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    named = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")} - OF_THE_WHOLE
    assert modules - named == set()
    aspects = named - modules  # of a module whose name theirs begin with
    assert {name for name in aspects if name.rpartition("_")[0] not in modules} == set()


def test_newcomers_are_told_what_to_build_on() -> None:
    told = (TESTS / "README.md").read_text("utf-8")
    shared = {path.name for path in TESTS.glob("*.py") if not path.stem.startswith("test_")}
    assert {name for name in shared - {"conftest.py"} if f"`{name}`" not in told} == set()
    named = re.findall(r"`([a-z_/]+\.py)`", told)
    assert [p for p in named if not ((TESTS / p).is_file() or (ROOT / p).is_file())] == []


def test_nothing_is_imported_by_name_from_below() -> None:
    """Only the package itself, above all, may do so: else directions would hold on paper."""
    asked = {path for path in PACKAGE.rglob("*.py") if "import_module(" in path.read_text("utf-8")}
    assert asked == {PACKAGE / "__init__.py"}


def test_no_file_and_no_function_is_long() -> None:
    """Part by ideas what has grown beyond this; there are no exceptions."""
    places = ("src", "tests", "benchmarks", "docs", "validation")
    files = [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]
    assert len(files) > 400
    assert [line for path in files for line in _too_long(path)] == []


LONGEST_FILE = 400
LONGEST_FUNCTION = 80


def _too_long(path: Path) -> Iterator[str]:
    """Name the file, and its functions, if they have too many lines."""
    text, place = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
    if (lines := len(text.splitlines())) > LONGEST_FILE:
        yield f"{place}: {lines} lines, at most {LONGEST_FILE}"
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        assert node.end_lineno is not None
        if (lines := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION:
            yield (
                f"{place}:{node.lineno}: {node.name} has {lines} lines, at most {LONGEST_FUNCTION}"
            )


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_a_criterion_is_added_in_one_place(
    formulation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pair(facts: Facts, service: int) -> Floats:
        return facts.population[:, None] * (facts.minutes > 12.0)

    far = Criterion("far", T("far"), T("inhabitants over 12 minutes away"), 1.0, pair=pair)
    monkeypatch.setitem(CRITERIA.known, "far", far)
    instance = koopopt.read("three-villages")
    result = koopopt.solve(instance, weights={"far": 20.0}, formulation=formulation)
    # The 1,500 of Distelrode are 15 minutes from Birkhagen: 30,000 more than they save.
    assert result.objective == pytest.approx(132_000)
    assert result.criteria["far"] == 0
    least = koopopt.solve(instance, limits={"far": 1499.0}, formulation=formulation)
    assert least.objective == pytest.approx(132_000)
