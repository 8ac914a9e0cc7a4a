from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import stage
from koopopt.cli import main

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "KOOPOPT_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Run:
    """Run a command line in this process."""
    return lambda *args, **settings: CliRunner().invoke(main, list(args), **settings)


@pytest.fixture
def on_stage(monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """Run a command line with the instance and solver of a scene: `on_stage("slow", ...)`."""

    def go(scene: str, *args: str) -> Result:
        for name, module in stage.modules(scene).items():
            monkeypatch.setitem(sys.modules, name, module)
        return run(*args)

    return go


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "koopopt"
