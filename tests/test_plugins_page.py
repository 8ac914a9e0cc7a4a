"""docs/plugins.md says what plug-ins may use, and the example keeps to it."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import import_module

from packaging.requirements import Requirement

import plugged


def test_the_page_names_all_that_the_example_uses() -> None:
    page = (
        (plugged.ROOT / "docs" / "plugins.md").read_text("utf-8").partition("## What is stable")[2]
    )
    rows = re.findall(r"^\| `(koopopt[\w.]*)` \| (.*) \|$", page, re.MULTILINE)
    listed = {
        f"{module}.{name}" for module, names in rows for name in re.findall("`([^`]+)`", names)
    }
    used = {
        f"{node.module}.{alias.name}"
        for file in plugged.EXAMPLE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("koopopt.")
        for alias in node.names
    }
    assert used <= listed
    for name in listed:
        module, _, thing = name.rpartition(".")
        assert hasattr(import_module(module), thing), name


def test_the_example_asks_for_the_version_that_the_page_says() -> None:
    about = tomllib.loads((plugged.EXAMPLE / "pyproject.toml").read_text("utf-8"))
    (asked,) = about["project"]["dependencies"]
    assert f"`{asked}`" in (plugged.ROOT / "docs" / "plugins.md").read_text("utf-8")
    own = tomllib.loads((plugged.ROOT / "pyproject.toml").read_text("utf-8"))
    assert Requirement(asked).specifier.contains(own["project"]["version"])
