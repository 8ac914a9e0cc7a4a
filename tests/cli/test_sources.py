"""What stands where an instance is expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

COMMANDS = {
    "solve": ("solve", "{}"),
    "front": ("front", "{}"),
    "price": ("price", "{}"),
    "whatif": ("whatif", "{}"),
    "conflicts": ("conflicts", "{}"),
    "stable": ("stable", "{}"),
    "export": ("export", "{}", "--format", "lp"),
    "live": ("live", "{}"),
    "check": ("check", "{}"),
    "evaluate": ("evaluate", "{}", "--plan", "{plan}"),
    "ranges": ("ranges", "{plan}", "--instance", "{}"),
    "roadmap": ("roadmap", "{plan}", "--instance", "{}"),
    "scenarios": ("scenarios", "{plan}", "--instance", "{}"),
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run and a front."""
    from click.testing import CliRunner

    from koopopt.cli import main

    place = tmp_path_factory.mktemp("computed")
    for command in ("solve", "front"):
        args = [command, "three-villages", "--out", str(place / command), "--quiet"]
        assert CliRunner().invoke(main, args, obj="en").exit_code == 0
    return place


@pytest.mark.parametrize("given", ["solve", "solve/run.json", "front", "front/front.json"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_run_or_a_front_is_no_instance_but_names_it(
    run: Any, computed: Path, command: str, given: str
) -> None:
    plan = computed / "solve" / "plan.csv"
    args = [part.format(computed / given, plan=plan) for part in COMMANDS[command]]
    result = run(*args, obj="en")
    assert result.exit_code == 3, result.output
    (line,) = result.stderr.splitlines()
    assert "is what was computed, not an instance" in line
    assert line.endswith("Give the instance: three-villages")
