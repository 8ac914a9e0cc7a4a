"""Pages made from the code are in step with it, and the meaning of everything is written down."""

from __future__ import annotations

import doctest
import io
import re
import runpy
import tokenize
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import koopopt
from koopopt import choice
from koopopt.criteria import CRITERIA
from koopopt.formulations import FORMULATIONS
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.solvers.registry import NATIVE
from pages import DOCS, PAGES, ROOT, named

PACKAGE = ROOT / "src" / "koopopt"
TOLD = [*PAGES, ROOT / "benchmarks" / "README.md"]
CODE = [p for place in ("src", "docs", "benchmarks") for p in sorted((ROOT / place).rglob("*.py"))]
SEMANTICS = (DOCS / "semantics.md").read_text("utf-8")
MODULES = [
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
]

NO_MODULES = {"koopopt.services", "travel.trips_per_inhabitant"}
"""Entry points of plug-ins, and keys of files, that are no modules."""
DATA_ENDINGS = (
    "csv",
    "geojson",
    "gpkg",
    "html",
    "json",
    "md",
    "parquet",
    "toml",
    "txt",
    "xlsx",
    "zip",
)


def test_rules_page_is_in_step() -> None:
    made = runpy.run_path(str(DOCS / "make_rules.py"))["page"]()
    assert made == (DOCS / "rules.md").read_text("utf-8"), "run `make docs`"


def test_everything_public_is_documented() -> None:
    text = (DOCS / "python-api.md").read_text("utf-8")
    for name in koopopt.__all__:
        assert name in text or name == "__version__", name


def test_formulations_and_back_ends_are_named() -> None:
    text = (DOCS / "formulations.md").read_text("utf-8")
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in FORMULATIONS)
    assert all(f"`{name}`" in readme for name in NATIVE)


def test_every_section_that_is_cited_exists() -> None:
    sections = set(re.findall(r"^## (\d+) ", SEMANTICS, re.M))
    cited = [
        (path.name, number, page)
        for path in (DOCS.parent / "src").rglob("*.py")
        for number, page in re.findall(
            r"\bsections? (\d+)(?:\s+of\s+(\S+?\.md))?", path.read_text("utf-8")
        )
    ]
    assert cited
    assert [c for c in cited if c[1] not in sections or c[2] != "docs/semantics.md"] == []
    assert set(re.findall(r"\bsections? (\d+)", SEMANTICS)) <= sections


def test_the_semantics_name_every_criterion_and_rule_and_no_other() -> None:
    criteria, rules = (_section(number) for number in (4, 5))
    assert re.findall(r"^\* \*\*(\w+)\*\*", criteria, re.M) == list(CRITERIA)
    named = {
        key
        for cell in re.findall(r"^\| (`.+?) \|", rules, re.M)
        for key in re.findall(r"`(\w+)`", cell)
    }
    keys = {key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.keys()}  # noqa: SIM118
    assert named == keys - {"viable_alone"}
    assert "`viable_alone" in rules


def _section(number: int) -> str:
    """Return a numbered section of the semantics."""
    return re.split(rf"^## {number} .*$", SEMANTICS, flags=re.M)[1].partition("\n## ")[0]


@pytest.mark.parametrize("path", [*TOLD, *CODE], ids=named)
def test_modules_and_their_names_exist_where_they_are_spoken_of(path: Path) -> None:
    """Held to: `koopopt.storage.files`, `pareto/find.py`, `find.py`, `solvers.judge.decide`."""
    named = set(re.findall(r"(?<!`)`([\w./-]+)`(?!`)", "\n".join(_prose(path))))
    assert sorted(name for name in named - NO_MODULES if not _exists(name)) == []


def _prose(path: Path) -> Iterator[str]:
    """Yield what people read: a page, or the comments and docstrings of a module."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield text
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or token.string.startswith('"""'):
            yield token.string


def _exists(name: str) -> bool:
    """Whether a file, or what a dotted name leads to, is there; True of names that are neither."""
    if name.endswith(".py"):
        home = ROOT / "src" if name.startswith("koopopt/") else ROOT
        return (home / name).exists() or any(path.match(name) for path in CODE if home == ROOT)
    if name.startswith("koopopt."):
        return _leads(name.removeprefix("koopopt."))
    first, *rest = name.split(".")
    if not rest or "/" in name or rest[-1] in DATA_ENDINGS:
        return True
    homes = [module for module in MODULES if module.split(".")[-1] == first]
    return not homes or any(_leads(".".join((home, *rest))) for home in homes)


def _leads(dotted: str) -> bool:
    """Whether a module under koopopt has this name; `session.solve` is a method of `Session`."""
    parts = dotted.split(".")
    for count in range(len(parts), -1, -1):
        try:
            found = import_module(".".join(("koopopt", *parts[:count])))
        except ModuleNotFoundError:
            continue
        kind = getattr(found, parts[count - 1].title(), None) if count else None
        return any(thing is not None and _has(thing, parts[count:]) for thing in (found, kind))
    return False


def _has(thing: object, names: list[str]) -> bool:
    """Whether names lead from a thing to another, or to a field."""
    for name in names:
        if not hasattr(thing, name):
            return name in getattr(thing, "__annotations__", {})
        thing = getattr(thing, name)
    return True


def test_what_can_be_called_has_examples_that_are_right() -> None:
    """Those of the docstrings of everything public; Sphinx shows them."""
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    things = [getattr(home, name) for home in (koopopt, choice) for name in home.__all__]
    tests = [t for thing in things for t in finder.find(thing, getattr(thing, "__name__", "-"))]
    for test in tests:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert len([test for test in tests if test.examples]) >= 20
