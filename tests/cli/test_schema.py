"""`koopopt schema`: the schemas of files, listed and printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator


def test_schemas_are_listed_and_printed(run: Any, tmp_path: Path) -> None:
    assert "legal-forms" in run("schema").stdout
    printed = run("schema", "service")
    assert printed.exit_code == 0
    Draft202012Validator.check_schema(json.loads(printed.stdout))
    folder = tmp_path / "new"
    assert run("new", str(folder)).exit_code == 0
    kept = folder / ".schemas" / "service.json"
    kept.write_text("{}", "utf-8")
    again = run("schema", "service", "--out", str(kept))
    assert (again.exit_code, again.stdout) == (0, "")
    assert kept.read_text("utf-8") == printed.stdout
    over = run("schema", "service", "--out", str(folder / "instance.toml"))
    assert over.exit_code == 2


@pytest.mark.parametrize(("command", "name"), [("solve", "run"), ("front", "front")])
def test_what_is_written_fits_its_schema(run: Any, command: str, name: str, tmp_path: Path) -> None:
    assert run(command, "three-villages", "--quiet", "--out", str(tmp_path)).exit_code == 0
    table = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
    schema = json.loads(run("schema", name).stdout)
    assert list(Draft202012Validator(schema).iter_errors(table)) == []
