"""Pages made from the code are in step with it."""

from __future__ import annotations

import runpy
from pathlib import Path

import koopopt
from koopopt.formulations import FORMULATIONS
from koopopt.solvers.registry import NATIVE

DOCS = Path(__file__).parents[1] / "docs"


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
