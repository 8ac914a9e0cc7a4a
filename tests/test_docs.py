"""Pages made from the code are in step with it, and the meaning of everything is written down."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import koopopt
from koopopt.criteria import CRITERIA
from koopopt.formulations import FORMULATIONS
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES
from koopopt.solvers.registry import NATIVE

DOCS = Path(__file__).parents[1] / "docs"
SEMANTICS = (DOCS / "semantics.md").read_text("utf-8")


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
