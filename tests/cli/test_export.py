"""`koopopt export`: models as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("kind", ["lp", "mps"])
def test_export(run: Any, tmp_path: Path, kind: str) -> None:
    printed = run("export", "three-villages", "--format", kind)
    assert printed.exit_code == 0, printed.stderr
    file = tmp_path / f"model.{kind}"
    written = run("export", "three-villages", "--format", kind, "-o", str(file))
    assert written.stdout == ""
    assert file.read_text(encoding="ascii") == printed.stdout
    weighted = run("export", "three-villages", "--format", kind, "--weight", "travel=0")
    assert weighted.stdout != printed.stdout


def test_mps_has_a_row_a_criterion_or_their_weighted_sum(run: Any) -> None:
    plain = run("export", "three-villages", "--format", "mps").stdout
    rows = [line.split()[1] for line in plain.splitlines() if line.startswith(" N ")]
    assert rows == ["cost", "travel", "identity", "bodies", "farthest", "change"]
    weighted = run("export", "three-villages", "--format", "mps", "--weight", "cost=2").stdout
    assert [line for line in weighted.splitlines() if line.startswith(" N ")] == [" N total"]
