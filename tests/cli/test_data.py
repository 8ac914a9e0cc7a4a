"""`koopopt check` and `koopopt new`."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_check(run: Any, tmp_path: Path) -> None:
    fine = run("check", "werra-meissner")
    assert fine.exit_code == 0
    assert "no faults" in fine.stdout
    assert (
        "  Population                 97,695      963 Weißenborn      18,743 Eschwege\n"
        in fine.stdout
    )
    german = run("check", "werra-meissner", "--lang", "de").stdout
    assert "  wastewater: EUR allein  12.133.677   133.030" in german
    (tmp_path / "instance.toml").write_text("schema = 1\nname =", encoding="utf-8")
    broken = run("check", str(tmp_path), "--lang", "de")
    assert broken.exit_code == 3
    assert "instance.toml" in broken.stderr
    assert broken.stdout == ""
    assert run("check", "nonsuch").exit_code == 3


def test_new_checks_and_solves_at_once(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("new", str(folder)).exit_code == 0
    assert run("check", str(folder)).exit_code == 0
    assert run("solve", str(folder), "--quiet").exit_code == 0
    again = run("new", str(folder))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr
    copied = tmp_path / "copied"
    assert run("new", str(copied), "--from", "valley").exit_code == 0
    assert run("check", str(copied)).exit_code == 0
